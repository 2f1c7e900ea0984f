"""AWS emulators: moto within this process, or another in its own process.

``EMULATOR`` names the command of the other, as in `make judge`: ``.venv-judge/bin/ministack``,
or ``.venv-judge/bin/weed`` (SeaweedFS) for S3 only. Independent emulators seldom have the same
bugs. Both of these check signatures; moto does not.
"""

from __future__ import annotations

import json
import os
import socket
import subprocess
import threading
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.error import URLError
from urllib.request import urlopen

from moto.moto_server.werkzeug_app import (
    DomainDispatcherApplication,
    MotoRequestHandler,
    create_backend_app,
)
from werkzeug.serving import make_server

from tests.contract import faster_moto  # noqa: F401 (for what it changes)

if TYPE_CHECKING:
    from collections.abc import Iterator

COMMAND = os.environ.get("EMULATOR", "")
NAME = Path(COMMAND).name or "moto"
IDENTITY = "testing"
"""Access key and secret of the tests' clients."""
PATIENCE = 60.0
"""Seconds for an emulator to answer."""


GAPS = {
    "moto": {
        "TestUpdate::test_a_truth_value_is_no_number[aws": (
            "compares as Python does, where 1 == True; DynamoDB compares types first"
        ),
    },
    "ministack": {
        "TestAdd::test_large_sums_stay_exact[aws": (
            "adds as binary floating point; DynamoDB keeps 38 digits"
        ),
    },
    "weed": {
        "test_an_empty_object_is_an_object[s3": "forgets the type of an object without bytes",
        "test_no_key_hides_another[s3": "refuses more than 255 bytes between slashes",
    },
}
"""By emulator: tests that fail on it but would pass on AWS, and the difference. If such a test
passes, it is reported as a failure, so that its entry gets removed. One workaround is in a test
itself: `test_fire_aws.Stack.delete`."""


class OneAtATime:
    """The emulator, one request at a time."""

    def __init__(self) -> None:
        self._simulator = DomainDispatcherApplication(create_backend_app)
        self._turn = threading.Lock()

    def __call__(self, environ, start_response):
        with self._turn:
            return self._simulator(environ, start_response)


@contextmanager
def emulator(folder: Path) -> Iterator[str]:
    """The endpoint of the chosen emulator, which keeps its files in ``folder``."""
    others = {"ministack": ministack, "weed": seaweedfs}
    with others[NAME](folder) if COMMAND else moto() as endpoint:
        yield endpoint


@contextmanager
def moto() -> Iterator[str]:
    server = make_server(
        "127.0.0.1", 0, OneAtATime(), threaded=True, request_handler=MotoRequestHandler
    )
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@contextmanager
def ministack(folder: Path, services: str = "dynamodb,s3,sqs,ses,iam,sts") -> Iterator[str]:
    """MiniStack, without its MQTT broker, which would bind to every interface.

    ``services`` has the names of those to start, separated by commas; empty for all.
    """
    (port,) = _free_ports(1)
    environment = {
        "AUTH": "true",
        "AWS_ACCESS_KEY_ID": IDENTITY,
        "AWS_SECRET_ACCESS_KEY": IDENTITY,
        "BIND_HOST": "127.0.0.1",
        "GATEWAY_PORT": str(port),
        "IOT_MTLS_ENABLED": "0",
        "SERVICES": services,
        "S3_DATA_DIR": str(folder / "s3"),
        "STATE_DIR": str(folder / "state"),
    }
    endpoint = f"http://127.0.0.1:{port}"
    with _running(folder, [], environment, ready=f"{endpoint}/_ministack/health"):
        yield endpoint


@contextmanager
def seaweedfs(folder: Path) -> Iterator[str]:
    """SeaweedFS: S3 over a master, a volume server and a filer, in one process."""
    credentials = [{"accessKey": IDENTITY, "secretKey": IDENTITY}]
    identity = {"name": IDENTITY, "credentials": credentials, "actions": ["Admin"]}
    (folder / "s3.json").write_text(json.dumps({"identities": [identity]}))
    servers = ("master", "volume", "filer", "s3")
    ports = _free_ports(2 * len(servers))
    options = [
        *(f"-{name}.port={port}" for name, port in zip(servers, ports, strict=False)),
        *(f"-{name}.port.grpc={port}" for name, port in zip(servers, ports[4:], strict=True)),
        *("-ip=127.0.0.1", "-ip.bind=127.0.0.1", f"-dir={folder}", "-filer", "-s3"),
        *("-s3.port.iceberg=0", "-s3.port.lance=0", f"-s3.config={folder / 's3.json'}"),
        *("-volume.max=0", "-master.volumeSizeLimitMB=16", "-master.telemetry=false"),
    ]
    endpoint = f"http://127.0.0.1:{ports[3]}"
    with _running(folder, ["server", *options], {}, ready=f"{endpoint}/healthz"):
        yield endpoint


def _free_ports(count: int) -> list[int]:
    probes = [socket.socket() for _ in range(count)]
    for probe in probes:
        probe.bind(("127.0.0.1", 0))
    ports = [probe.getsockname()[1] for probe in probes]
    for probe in probes:
        probe.close()
    return ports


@contextmanager
def _running(
    folder: Path, arguments: list[str], environment: dict[str, str], *, ready: str
) -> Iterator[None]:
    """Run the command in its own process, from its first response until the tests end."""
    own = {"PATH": os.environ["PATH"], "HOME": str(folder), "TMPDIR": str(folder)}
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            [Path(COMMAND).resolve(), *arguments],
            env=own | environment,
            stdout=log,
            stderr=log,
            cwd=folder,
        )
    try:
        _wait_for(ready, process, folder / "log")
        yield
    finally:
        process.terminate()
        process.wait(30)


def _wait_for(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until and process.poll() is None:
        try:
            with urlopen(url, timeout=5):
                return
        except (URLError, OSError):
            time.sleep(0.1)
    raise RuntimeError(f"{NAME} does not answer:\n{log.read_text()[-2_000:]}")
