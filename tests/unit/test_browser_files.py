"""Libraries for the browser: fetched from npm's registry, verified, kept with a compressed copy."""

from __future__ import annotations

import hashlib
import io
import tarfile
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING

import brotli
import pytest
from click.testing import CliRunner

from expunge import models
from expunge.cli import main
from expunge.models import Model, PullFailed, npm

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

LIBRARY = b"export const answer = 42;\n" * 50


def package(**files: bytes) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w:gz") as archive:
        for name, content in files.items():
            info = tarfile.TarInfo(f"package/{name}.mjs")
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    return out.getvalue()


def entry(**changes: object) -> Model:
    facts = {
        "name": "tiny.mjs",
        "file": "tiny-1.0.0/tiny.mjs",
        "bytes": len(LIBRARY),
        "sha256": hashlib.sha256(LIBRARY).hexdigest(),
        "licence": "MIT",
        "purpose": "testing",
        "npm": "@tiny/tiny@1.0.0",
        "member": "tiny.mjs",
    }
    return Model(**facts | changes)  # type: ignore[arg-type]


@pytest.fixture
def registry(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """The paths that are asked of a registry with one package."""
    asked: list[str] = []

    class Registry(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            known = self.path == "/npm/@tiny/tiny/-/tiny-1.0.0.tgz"
            body = package(tiny=LIBRARY, other=b"other") if known else b"{}"
            self.send_response(200 if known else 404)
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Keep the output of tests clean."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Registry)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    monkeypatch.setenv("NPM_CONFIG_REGISTRY", f"http://127.0.0.1:{server.server_port}/npm/")
    npm._archive.cache_clear()
    yield asked
    npm._archive.cache_clear()
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_library_is_taken_out_of_its_package_and_kept_compressed_too(
    tmp_path: Path, registry: list[str]
) -> None:
    library = entry()

    assert models.pull(library, tmp_path) is True
    assert library.path(tmp_path).read_bytes() == LIBRARY
    copy = models.compressed_path(library.path(tmp_path))
    assert brotli.decompress(copy.read_bytes()) == LIBRARY
    assert models.is_complete(library, tmp_path)
    assert models.pull(library, tmp_path) is False


def test_a_lost_copy_is_made_again(tmp_path: Path, registry: list[str]) -> None:
    models.pull(entry(), tmp_path)
    models.compressed_path(entry().path(tmp_path)).unlink()

    assert not models.is_complete(entry(), tmp_path)
    assert models.pull(entry(), tmp_path) is True
    assert models.is_complete(entry(), tmp_path)


def test_a_package_is_fetched_once_for_all_its_files(tmp_path: Path, registry: list[str]) -> None:
    other = {"bytes": 5, "sha256": hashlib.sha256(b"other").hexdigest(), "member": "other.mjs"}

    models.pull(entry(), tmp_path)
    models.pull(entry(name="other.mjs", file="tiny-1.0.0/other.mjs", **other), tmp_path)

    assert registry == ["/npm/@tiny/tiny/-/tiny-1.0.0.tgz"]


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"sha256": "0" * 64}, "the catalogue promises"),
        ({"npm": "@tiny/tiny@2.0.0"}, r"@tiny/tiny@2\.0\.0 could not be fetched"),
        ({"member": "missing.mjs"}, "no file missing"),
    ],
)
def test_what_was_not_promised_is_not_kept(
    tmp_path: Path, registry: list[str], changes: dict[str, str], reason: str
) -> None:
    library = entry(**changes)

    with pytest.raises(PullFailed, match=reason):
        models.pull(library, tmp_path)

    assert not library.path(tmp_path).exists()


@pytest.mark.parametrize(
    ("environ", "file", "expected"),
    [
        ({}, None, npm.PUBLIC),
        ({"npm_config_registry": "https://a.example/"}, None, "https://a.example"),
        ({"NPM_CONFIG_REGISTRY": "https://a.example"}, "registry=https://b.example", "https://a.example"),
        ({}, "fund=false\n registry = https://b.example/npm/\n", "https://b.example/npm"),
        ({}, "@scope:registry=https://c.example\n", npm.PUBLIC),
    ],
)  # fmt: skip
def test_the_registry_is_the_one_that_npm_would_use(
    tmp_path: Path, environ: dict[str, str], file: str | None, expected: str
) -> None:
    if file is not None:
        (tmp_path / ".npmrc").write_text(file)

    assert npm.registry(environ, tmp_path) == expected


def test_without_npms_registry_everything_else_is_pulled(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EXPUNGE_MODELS_DIR", str(tmp_path))
    monkeypatch.setattr(models, "catalogue", list)
    monkeypatch.setattr(models, "browser_files", lambda: [entry(npm="tiny@1", file="a.mjs")])
    monkeypatch.setenv("npm_config_registry", "http://127.0.0.1:1")
    npm._archive.cache_clear()

    everything = CliRunner().invoke(main, ["models", "pull"])
    by_name = CliRunner().invoke(main, ["models", "pull", "tiny.mjs"])

    assert everything.exit_code == 0
    assert "tiny@1 could not be fetched" in everything.stderr
    assert "use the service instead" in everything.stderr
    assert by_name.exit_code == 1


def test_the_list_shows_them_with_their_licences() -> None:
    done = CliRunner().invoke(main, ["models", "list"])

    assert "MPL-2.0" in done.stdout
    assert "pyodide" in done.stdout
