"""The files that a browser tab loads to work on images itself."""

from __future__ import annotations

import io
import json
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import brotli
import pytest

from expunge import models
from expunge.imaging.limits import LIMITS
from expunge.web.site import core, tab
from tests.browser.pulled import pulled
from tests.samples import jpeg, png, webp

if TYPE_CHECKING:
    from starlette.testclient import TestClient


def listed(client: TestClient) -> dict[str, Any]:
    return client.get("/tab/files.json").json()


def put(folder: Path, content: bytes = b"library" * 40) -> None:
    """Files in place of every library and of the detector."""
    for file in [*models.browser_files(), *models.catalogue()]:
        path = file.path(folder)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        if path.suffix in (".mjs", ".wasm"):
            models.compressed_path(path).write_bytes(brotli.compress(content))


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder of models."""
    monkeypatch.setenv("EXPUNGE_MODELS_DIR", str(tmp_path / "models"))
    return tmp_path / "models"


def test_every_listed_file_is_there_and_cached_for_ever(reader: TestClient, folder: Path) -> None:
    put(folder)
    tasks = listed(reader)

    assert set(tasks) == {"metadata", "faces"}
    for task in tasks.values():
        assert task["reason"] is None
        for file in task["files"].values():
            answer = reader.get(file["url"])
            assert answer.status_code == 200, file
            assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
            assert answer.headers["x-content-type-options"] == "nosniff"


def test_libraries_come_compressed_where_the_browser_takes_that(
    reader: TestClient, folder: Path
) -> None:
    put(folder)
    url = listed(reader)["faces"]["files"]["ort-wasm-simd-threaded.wasm"]["url"]

    packed = reader.get(url, headers={"accept-encoding": "gzip, br"})
    plain = reader.get(url, headers={"accept-encoding": "gzip"})

    assert packed.headers["content-encoding"] == "br"
    assert "content-encoding" not in plain.headers
    assert packed.content == plain.content == b"library" * 40
    assert int(packed.headers["content-length"]) < int(plain.headers["content-length"])
    for answer in (packed, plain):
        assert answer.headers["content-type"] == "application/wasm"
        assert answer.headers["vary"] == "accept-encoding"


def test_a_function_that_has_only_compressed_libraries_serves_those(
    reader: TestClient, folder: Path
) -> None:
    put(folder)
    for file in models.browser_files():
        if models.compressed_path(file.path()).is_file():
            file.path().unlink()
    tasks = listed(reader)

    assert tasks["metadata"]["reason"] is None
    url = tasks["metadata"]["files"]["pyodide.asm.wasm"]["url"]
    assert reader.get(url, headers={"accept-encoding": "br"}).content == b"library" * 40


def test_scripts_have_a_type_that_browsers_run(reader: TestClient, folder: Path) -> None:
    put(folder)

    url = listed(reader)["metadata"]["files"]["pyodide.mjs"]["url"]
    assert reader.get(url).headers["content-type"].startswith("text/javascript")


def test_without_the_files_the_list_says_why_and_what_to_do(
    reader: TestClient, folder: Path
) -> None:
    for task in listed(reader).values():
        assert "expunge models pull" in task["reason"]

    url = listed(reader)["metadata"]["files"]["pyodide.mjs"]["url"]
    missing = reader.get(url)
    assert missing.status_code == 404
    assert missing.json()["code"] == "not_found"
    assert "expunge models pull" in missing.json()["detail"]


@pytest.mark.parametrize(
    "path", ["", "nothing", "models.toml", "../settings.py", "pyodide-314.0.7/../x", "%2e%2e/x"]
)
def test_nothing_else_is_served(reader: TestClient, folder: Path, path: str) -> None:
    put(folder)
    (folder / "models.toml").write_text("")
    (folder / "x").write_text("private")

    answer = reader.get(f"/tab/{path}")

    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"


@pulled
def test_the_list_states_the_true_sizes(reader: TestClient) -> None:
    for task in listed(reader).values():
        for file in task["files"].values():
            assert len(reader.get(file["url"]).content) == file["bytes"]


def test_a_worker_may_load_from_this_service_alone(reader: TestClient) -> None:
    script = reader.get("/static/tab/metadata-worker.js")

    policy = script.headers["content-security-policy"].split("; ")
    assert "default-src 'none'" in policy
    assert "script-src 'self' 'wasm-unsafe-eval'" in policy
    assert "connect-src 'self'" in policy


def test_a_browser_that_has_a_script_keeps_its_policy(reader: TestClient) -> None:
    """The headers of a 304 replace those of the kept answer (RFC 9111, 3.2)."""
    script = reader.get("/static/tab/metadata-worker.js")
    known = {"if-none-match": script.headers["etag"]}

    again = reader.get("/static/tab/metadata-worker.js", headers=known)

    assert again.status_code == 304
    assert "content-security-policy" not in again.headers


def test_the_core_holds_the_same_modules_as_the_package_and_is_always_the_same_file() -> None:
    first = core.core()
    core.core.cache_clear()

    assert core.core() == first
    with zipfile.ZipFile(io.BytesIO(first.data)) as archive:
        for name in archive.namelist():
            assert archive.read(name) == (core.PACKAGE.parent / name).read_bytes()


RUN = """
import importlib, json, sys

class Refused:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] not in sys.stdlib_module_names | {"expunge"}:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)

sys.path[:] = [sys.argv[1], *(p for p in sys.path if "site-packages" not in p and p)]
sys.meta_path.insert(0, Refused())
from expunge.imaging import tab
assert sys.argv[1] in tab.__file__
answers = []
for data in json.load(sys.stdin):
    answer, data = tab.strip_metadata(bytes.fromhex(data), "{}")
    answers.append([json.loads(answer), data and data.hex()])
for name in json.loads(sys.argv[2]):
    importlib.import_module(name)
print(json.dumps([answers, sorted(m for m in sys.modules if m.startswith("expunge"))]))
"""

SAMPLES = {
    "jpeg": jpeg.inserted(jpeg.photo(), *jpeg.METADATA.values()),
    "png": png.inserted(png.drawing(), *png.METADATA.values()),
    "webp": webp.extended(metadata=tuple(webp.METADATA.values())),
}


def test_the_core_runs_on_pythons_own_library_and_does_what_the_service_does(
    tmp_path: Path,
) -> None:
    import expunge

    archive = tmp_path / "core.zip"
    archive.write_bytes(core.core().data)
    names = sorted(core.modules())
    done = subprocess.run(
        [sys.executable, "-I", "-c", RUN, archive, json.dumps(names)],
        input=json.dumps([data.hex() for data in SAMPLES.values()]),
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stderr
    answers, loaded = json.loads(done.stdout)
    assert loaded == names
    for data, (answer, result) in zip(SAMPLES.values(), answers, strict=True):
        outcome = expunge.run("metadata", data)
        assert outcome.image is not None
        assert result == outcome.image.hex()
        assert answer == {"report": outcome.report, "media_type": outcome.media_type}


def test_a_tab_reads_larger_files_than_the_service_since_it_uploads_nothing() -> None:
    from expunge.imaging.tab import detect_metadata, strip_metadata

    small = SAMPLES["png"]
    large = png.inserted(small, png.chunk(b"prVt", bytes(LIMITS.file_bytes)))

    answer, result = strip_metadata(large, "{}")

    assert json.loads(answer)["report"]["changed"] is True
    assert result == strip_metadata(small, "{}")[1]
    assert "report" in json.loads(detect_metadata(large))


def test_the_notice_names_every_library_and_its_licence(reader: TestClient) -> None:
    notice = reader.get("/static/tab/NOTICE.txt").text

    for file in models.browser_files():
        assert file.name in notice
        assert file.npm.partition("@")[2] in notice


def test_every_url_names_a_version_or_a_digest() -> None:
    for file in tab.libraries():
        mark = file.model.npm.replace("@", "-") or file.model.sha256[:8]
        assert mark in file.url
