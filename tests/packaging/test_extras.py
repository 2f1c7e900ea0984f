"""A missing extra gives a message that says how to install it; everything else works."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

from expunge.errors import ExtraMissing
from expunge.extras import EXTRAS, explained
from expunge.operations import MODES
from tests.samples.jpeg import inserted, photo, segment

ROOT = Path(__file__).parents[2]
FUNCTIONS = ROOT / "functions"
BLOCKED = """
import sys

class Blocked:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in {modules!r}:
            raise ModuleNotFoundError(f"No module named {{name!r}}", name=name)

sys.meta_path.insert(0, Blocked())
sys.path.insert(0, {functions!r})
"""
"""Makes imports fail as if these modules were not installed."""
ABSENT = """
import importlib.util
real = importlib.util.find_spec
importlib.util.find_spec = lambda name, package=None: (
    None if name.partition(".")[0] in {modules!r} else real(name, package)
)
"""
"""Makes `find_spec` answer as if these modules were not installed."""


def without(extras: tuple[str, ...], code: str, **environ: str) -> subprocess.CompletedProcess[str]:
    """Run Python code in a process that cannot import the modules of these extras."""
    modules = {module for extra in extras for module in EXTRAS[extra]}
    names = {"modules": modules, "functions": str(FUNCTIONS)}
    return subprocess.run(
        [sys.executable, "-c", (ABSENT + BLOCKED).format(**names) + code],
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
        env={"PATH": "/usr/bin:/bin", "HOME": "/nowhere"} | environ,
    )


def command(
    extras: tuple[str, ...], *words: str, **environ: str
) -> subprocess.CompletedProcess[str]:
    """Run a command in such a process."""
    code = f"from expunge.cli import main\nmain({list(words)!r})"
    return without(extras, code, **environ)


@pytest.fixture
def image(tmp_path: Path) -> Path:
    path = tmp_path / "photo.jpg"
    path.write_bytes(inserted(photo(), segment(0xFE, b"private")))
    return path


def test_every_mode_works_or_names_its_extra(image: Path) -> None:
    code = f"""
import expunge, json, pathlib
from expunge.errors import ExtraMissing

data, told = pathlib.Path({str(image)!r}).read_bytes(), {{}}
for mode in {list(MODES)!r}:
    try:
        told[mode] = expunge.run(mode, data).media_type
    except ExtraMissing as error:
        told[mode] = error.detail
print(json.dumps(told))
"""
    done = without(("vision", "serve", "aws"), code)

    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == {
        name: f'This needs the {mode.extra} extra: pip install "expunge[{mode.extra}]"'
        if mode.extra
        else "image/jpeg"
        for name, mode in MODES.items()
    }


def test_a_command_reports_a_missing_extra_once_and_not_for_each_file(image: Path) -> None:
    image.with_name("second.jpg").write_bytes(photo())
    modes = [name for name, mode in MODES.items() if mode.extra]
    code = f"""
import contextlib, io, json
from expunge.cli import main

told = {{}}
for mode in {modes!r}:
    with contextlib.redirect_stderr(io.StringIO()) as said:
        try:
            main([mode, {str(image.parent)!r}])
        except SystemExit as end:
            told[mode] = [end.code, said.getvalue().strip()]
print(json.dumps(told))
"""
    done = without(("vision",), code)

    sentence = 'Error: This needs the vision extra: pip install "expunge[vision]"'
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout.splitlines()[-1]) == {mode: [1, sentence] for mode in modes}


def test_the_core_alone_removes_metadata(image: Path) -> None:
    done = command(("vision", "serve", "aws"), "metadata", str(image))

    assert done.returncode == 0, done.stderr
    assert image.with_name("photo-clean.jpg").exists()


def test_detect_says_that_it_did_not_look_for_visible_marks(image: Path) -> None:
    reported = command(("vision",), "detect", "--json", str(image))
    shown = command(("vision",), "detect", str(image))
    unasked = command(("vision",), "detect", "--no-visible", str(image))

    visible = json.loads(reported.stdout)["report"]["visible"]
    assert visible["status"] == "not_examined"
    assert visible["detected"] is None
    assert "expunge[vision]" in visible["reason"]
    assert "Not searched for visible marks: This needs the vision extra" in shown.stdout
    assert unasked.returncode == 0
    assert "visible marks" not in unasked.stdout


def test_an_account_is_made_without_the_web_server(tmp_path: Path) -> None:
    done = command(("serve",), "accounts", "create", EXPUNGE_DATA=str(tmp_path / "data"))

    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("acc_")


def test_the_server_names_its_extra(tmp_path: Path) -> None:
    done = command(("serve",), "serve", EXPUNGE_DATA=str(tmp_path / "data"))

    assert done.returncode == 1
    assert done.stderr.strip() == 'Error: This needs the serve extra: pip install "expunge[serve]"'
    assert not (tmp_path / "data").exists()


def test_a_watch_names_its_extra_and_makes_no_folder(tmp_path: Path) -> None:
    done = command(("watch",), "watch", str(tmp_path), "-o", str(tmp_path / "out"))

    assert done.returncode == 1
    assert done.stderr.strip() == 'Error: This needs the watch extra: pip install "expunge[watch]"'
    assert not (tmp_path / "out").exists()


def test_the_agents_tools_name_their_extra(tmp_path: Path) -> None:
    done = command(("mcp",), "mcp", "--allow", str(tmp_path))

    assert done.returncode == 1
    assert done.stderr.strip() == 'Error: This needs the mcp extra: pip install "expunge[mcp]"'
    assert done.stdout == ""


def test_over_http_the_agents_tools_without_their_extra_are_a_problem(tmp_path: Path) -> None:
    code = f"""
from pathlib import Path
from starlette.testclient import TestClient
from expunge.accounts.callers import Tier
from expunge.bootstrap import build
from expunge.settings import Settings
from expunge.web.app import create_app

service = build(Settings(data=Path({str(tmp_path / "data")!r})))
http = TestClient(create_app(service), raise_server_exceptions=False)
_, key = service.accounts.create_key(service.accounts.create(Tier.FREE).id, "")
answer = http.post("/mcp", json={{}}, headers={{"authorization": f"Bearer {{key}}"}})
print(answer.status_code, answer.json()["code"], answer.json()["detail"])
service.close()
"""
    done = without(("mcp",), code)

    assert done.stdout.startswith("503 extra_missing This needs the mcp extra"), done.stderr[-2000:]


def test_the_store_on_aws_names_its_extra() -> None:
    names = ("TABLE", "BUCKET", "QUEUE_URL", "DELIVERY_QUEUE_URL")
    settings = {"EXPUNGE_STORE": "aws"} | {f"EXPUNGE_{name}": "stack" for name in names}

    done = command(("aws",), "jobs", "list", **settings)

    assert done.returncode == 1
    assert 'Error: This needs the aws extra: pip install "expunge[aws]"' in done.stderr
    assert "Traceback" not in done.stderr


def test_serve_without_vision_says_what_to_install_or_to_disable(tmp_path: Path) -> None:
    done = command(("vision",), "serve", "--port=1", EXPUNGE_DATA=str(tmp_path / "data"))

    assert done.returncode == 1
    assert "visible, faces, mask, invisible, all, swap cannot run here." in done.stderr
    assert 'pip install "expunge[vision]"' in done.stderr
    assert "EXPUNGE_MODES=metadata,detect" in done.stderr


def test_a_service_of_light_modes_needs_no_vision(tmp_path: Path, image: Path) -> None:
    code = f"""
from pathlib import Path
from starlette.testclient import TestClient
from expunge.bootstrap import build
from expunge.settings import Settings
from expunge.stores.local import probe
from expunge.web.app import create_app

probe.FIRST_PATIENCE_SECONDS = 60
service = build(Settings(data=Path({str(tmp_path / "data")!r}), modes=("metadata", "detect")))
http = TestClient(create_app(service))
image = Path({str(image)!r}).read_bytes()
print(http.get("/").status_code, http.get("/health").status_code)
print(http.get("/openapi.json").status_code)
for mode in ("metadata", "detect"):
    answer = http.post("/api/v1/jobs", files={{"image": image}}, data={{"mode": mode}})
    print(mode, answer.status_code, answer.json()["status"])
service.close()
"""
    done = without(("vision",), code)

    assert done.stdout.split("\n")[:4] == [
        "200 200",
        "200",
        "metadata 200 succeeded",
        "detect 200 succeeded",
    ], done.stdout + done.stderr[-2000:]


def test_over_http_a_mode_without_its_libraries_is_a_problem(tmp_path: Path, image: Path) -> None:
    modes = [mode.name for mode in MODES.values() if mode.extra and not mode.synthetic]
    code = f"""
from pathlib import Path
from starlette.testclient import TestClient
from expunge.bootstrap import build
from expunge.settings import Settings
from expunge.web.app import create_app

service = build(Settings(data=Path({str(tmp_path / "data")!r})))
http = TestClient(create_app(service), raise_server_exceptions=False)
image = Path({str(image)!r}).read_bytes()
for mode in {modes!r}:
    answer = http.post("/api/v1/jobs", files={{"image": image}}, data={{"mode": mode}})
    print(answer.status_code, answer.json()["code"], answer.json()["detail"])
service.close()
"""
    done = without(("vision",), code)

    lines = done.stdout.strip().split("\n")
    assert len(lines) == len(modes), done.stderr[-2000:]
    for line in lines:
        assert line.startswith("503 extra_missing This needs the vision extra"), line


def test_doctor_names_modes_that_cannot_run(tmp_path: Path) -> None:
    data = str(tmp_path / "data")

    all_modes = command(("vision", "serve"), "doctor", EXPUNGE_DATA=data)
    light = command(
        ("vision", "serve"), "doctor", EXPUNGE_DATA=data, EXPUNGE_MODES="metadata,detect"
    )

    assert all_modes.returncode == 1
    assert 'pip install "expunge[vision]"' in all_modes.stdout
    assert light.returncode == 0, light.stdout + light.stderr
    assert "✗" not in light.stdout


@pytest.mark.parametrize(
    ("extra", "module"), [(extra, name) for extra, names in EXTRAS.items() for name in names]
)
def test_a_failed_import_of_any_module_of_an_extra_names_the_extra(extra: str, module: str) -> None:
    with (
        pytest.raises(ExtraMissing, match=re.escape(f'pip install "expunge[{extra}]"')),
        explained(),
    ):
        raise ModuleNotFoundError(f"No module named {module}.part", name=f"{module}.part")


def test_a_missing_module_of_our_own_is_an_ordinary_error() -> None:
    with pytest.raises(ModuleNotFoundError), explained():
        raise ModuleNotFoundError("No module named 'expunge.lost'", name="expunge.lost")


def test_extras_list_the_modules_of_the_packages_that_they_install() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    bringing = packages_distributions()

    for extra, modules in EXTRAS.items():
        declared = {_package(line) for line in project["optional-dependencies"][extra]}
        tops = {module.partition(".")[0] for module in modules}
        brought = {_package(name) for top in tops for name in bringing.get(top, ())}
        # starlette and botocore come with fastapi and boto3; only uvicorn imports uvloop
        assert declared - {"uvloop"} <= brought
        others = {name for name in brought - declared if not name.startswith("opentelemetry-")}
        assert others <= {"starlette", "botocore"}
    assert project["optional-dependencies"]["all"] == [f"expunge[{','.join(EXTRAS)}]"]


def _package(requirement: str) -> str:
    name = re.match(r"[A-Za-z0-9._-]+", requirement)
    assert name is not None
    return re.sub(r"[-_.]+", "-", name[0]).lower()
