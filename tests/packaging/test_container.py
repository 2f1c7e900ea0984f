"""The Dockerfile and the compose files agree with the code and with each other.

`make container` runs the Dockerfile's steps; here only what can be read from it is tested.
"""

from __future__ import annotations

import re
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from ipaddress import ip_address, ip_network
from pathlib import Path
from typing import Any

import pytest
import yaml

from expunge.cli import serve
from expunge.embedded import supervisor
from expunge.settings import Settings
from tests.packaging.dockerfile import ROOT, Instruction, Stage, stages

BUILD, FINAL = stages()
COMPOSE = [ROOT / "containers" / name for name in ("compose.yaml", "compose.caddy.yaml")]
SECRETS = re.compile(r"password|secret|token|private|_key", re.IGNORECASE)
VARIABLE = re.compile(r"\$\{(\w+)(?::?[-?]([^}]*))?\}")


def services() -> list[Any]:
    """Every service of every compose file, with its name."""
    return [
        pytest.param(name, service, id=f"{path.name}-{name}")
        for path in COMPOSE
        for name, service in yaml.safe_load(path.read_text())["services"].items()
    ]


def expunges() -> list[Any]:
    return [param for param in services() if param.values[0] == "expunge"]


def port() -> str:
    return FINAL.last("EXPOSE").rest


def probe() -> Instruction:
    return Instruction("CMD", (), FINAL.last("HEALTHCHECK").rest.partition("CMD ")[2])


def test_both_stages_have_one_pinned_base() -> None:
    assert BUILD.base == FINAL.base
    version = re.fullmatch(r"python:(3\.\d+)-slim-[a-z]+", FINAL.base)
    assert version, f"{FINAL.base}: a minor version of Python, slim, of a named Debian release"
    classifiers = (ROOT / "pyproject.toml").read_text()
    assert f"Programming Language :: Python :: {version[1]}" in classifiers


@pytest.mark.parametrize("stage", [BUILD, FINAL], ids=["build", "final"])
def test_nothing_unpinned_or_secret_gets_in(stage: Stage) -> None:
    assert not stage.all("ADD")
    names = [*stage.environment(), *(each.rest.partition("=")[0] for each in stage.all("ARG"))]
    assert not [name for name in names if SECRETS.search(name)]
    for run in stage.all("RUN"):
        assert not re.search(r"\b(curl|wget|apt-get|apk|git clone)\b", run.rest)
        for install in re.findall(r"pip install[^&]*", run.rest):
            assert "--no-deps" in install
            assert "--require-hashes" in install or install.rstrip().endswith(" ."), install


def test_the_final_stage_only_copies_what_the_first_one_made() -> None:
    """So an image for another platform needs no emulation, and holds no installer."""
    assert not FINAL.all("RUN")
    assert all(each.flag("from") == BUILD.name for each in FINAL.all("COPY"))
    uninstalled = BUILD.all("RUN")[-1].rest
    assert "uninstall --quiet --yes setuptools pip" in uninstalled


def test_it_runs_as_nobody_in_particular() -> None:
    user, group = map(int, FINAL.last("USER").rest.split(":"))
    assert user >= 1000 <= group
    data = next(each for each in FINAL.all("COPY") if each.words[-1] == "/data")
    assert data.flag("chown") == f"{user}:{group}"
    assert data.flag("chmod") == "700"
    assert [each for each in FINAL.all("COPY") if each.flag("chown")] == [data]


def test_its_environment_is_made_of_settings() -> None:
    environ = FINAL.environment()
    settings = Settings.from_env(environ)
    assert FINAL.last("VOLUME").words == [str(settings.data)] == ["/data"]
    assert settings.models_dir == Path(BUILD.environment()["EXPUNGE_MODELS_DIR"])
    copied = {each.words[-1] for each in FINAL.all("COPY")}
    assert str(settings.models_dir) in copied
    for folder in [*environ["PATH"].split(":")[:2], environ["PYTHONPATH"]]:
        assert folder.removesuffix("/bin") in copied


def test_one_port_everywhere() -> None:
    command = FINAL.last("CMD").words
    assert FINAL.last("ENTRYPOINT").words == ["expunge"]
    with serve.make_context("serve", command[1:]) as context:
        assert context.params["host"] == "0.0.0.0"
        assert str(context.params["port"]) == port()
    default = next(p for p in serve.params if p.name == "port").default
    assert str(default) == port(), "as outside a container"
    assert f"'127.0.0.1', {port()}" in probe().words[-1]


@pytest.mark.parametrize(("status", "healthy"), [(200, True), (403, True), (503, False)])
def test_the_health_check_tells_a_fault_from_an_answer(status: int, healthy: bool) -> None:
    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(status)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Answer) as server:
        thread = threading.Thread(target=server.handle_request)
        thread.start()
        assert probe_at(server.server_port) == healthy
        thread.join()
    assert not probe_at(server.server_port), "nobody listens"


def probe_at(port_number: int) -> bool:
    """Whether the health check succeeds, asked at another port."""
    name, *words = (word.replace(port(), str(port_number)) for word in probe().words)
    assert name == "python"
    done = subprocess.run([sys.executable, *words], capture_output=True, check=False)
    return done.returncode == 0


def test_the_build_context_is_what_is_copied() -> None:
    ignored = (ROOT / ".dockerignore").read_text().splitlines()
    allowed = {line[1:] for line in ignored if line.startswith("!")}
    sources = {word.rstrip("/") for each in BUILD.all("COPY") for word in each.words[:-1]}

    assert "*" in ignored
    assert allowed == sources
    assert all((ROOT / source).exists() for source in sources)


@pytest.mark.parametrize(("name", "service"), services())
def test_a_service_gets_no_more_than_it_needs(name: str, service: dict[str, Any]) -> None:
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert set(service.get("cap_add", [])) <= {"NET_BIND_SERVICE"}
    assert "no-new-privileges:true" in service["security_opt"]
    assert not {"privileged", "network_mode", "pid", "user"} & set(service)
    assert not any("docker.sock" in volume for volume in service["volumes"])
    assert any(mount.startswith("/tmp") for mount in service["tmpfs"])
    assert not service["image"].endswith(":latest")
    assert ":" in service["image"]
    assert name == "expunge" or service["healthcheck"], "our image has its own"


@pytest.mark.parametrize(("name", "service"), expunges())
def test_the_server_gets_settings_and_its_volume(name: str, service: dict[str, Any]) -> None:
    environ = {key: filled(str(value)) for key, value in service["environment"].items()}
    settings = Settings.from_env(environ)
    given = {key: value for key, value in service["environment"].items() if SECRETS.search(key)}

    assert all(str(value).startswith("${") for value in given.values()), "no secret in the file"
    assert settings.metrics_token is None
    assert "data:/data" in service["volumes"]
    assert (ROOT / "containers" / service["build"]["context"]).resolve() == ROOT
    assert int(service["stop_grace_period"].removesuffix("s")) > supervisor.STOP_SECONDS
    for published in service.get("ports", []):
        assert published == f"127.0.0.1:{port()}:{port()}"


def filled(text: str) -> str:
    """A value with the defaults of its variables."""
    return VARIABLE.sub(lambda m: "clean.example" if m[1] == "DOMAIN" else m[2] or "", text)


def test_only_caddy_is_reached_and_trusted() -> None:
    document = yaml.safe_load(COMPOSE[1].read_text())
    caddy, expunge = document["services"]["caddy"], document["services"]["expunge"]
    address = caddy["networks"]["inside"]["ipv4_address"]
    inside = document["networks"]["inside"]

    assert "ports" not in expunge
    assert expunge["environment"]["EXPUNGE_TRUSTED_PROXIES"] == address
    assert ip_address(address) in ip_network(inside["ipam"]["config"][0]["subnet"])
    assert inside["internal"] is True
    caddyfile = (ROOT / "containers" / "Caddyfile").read_text()
    assert f"reverse_proxy expunge:{port()}" in caddyfile
    assert "respond /metrics* 404" in caddyfile


def test_the_workflow_builds_both_platforms() -> None:
    workflow = yaml.safe_load((ROOT / ".github" / "workflows" / "container.yml").read_text())
    matrix = workflow["jobs"]["image"]["strategy"]["matrix"]["include"]

    assert {each["platform"] for each in matrix} == {"linux/amd64", "linux/arm64"}
    used = [
        step["uses"] for job in workflow["jobs"].values() for step in job["steps"] if "uses" in step
    ]
    assert all(re.fullmatch(r"[\w/-]+@[0-9a-f]{40}", each) for each in used)
