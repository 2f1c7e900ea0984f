"""Real servers and workers, to be killed."""

from __future__ import annotations

import io
import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx2
import pytest
from PIL import Image

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

FUNCTIONS = Path(__file__).parents[2] / "functions"
SEAMS = Path(__file__).with_name("seams")
PATIENCE = 180.0


def eventually(check: Callable[[], Any], what: str) -> Any:
    """The first true answer of ``check`` within a generous time."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        with suppress(httpx2.TransportError):
            if answer := check():
                return answer
        time.sleep(0.05)
    pytest.fail(f"never happened: {what}")


@dataclass
class Machine:
    """One data folder, and the processes on it."""

    data: Path
    port: int
    lease: int = 2
    settings: dict[str, str] = field(default_factory=dict)
    secret: str = ""
    processes: list[subprocess.Popen[bytes]] = field(default_factory=list)
    server: Any = None
    before: tuple[str, ...] = ()
    """Command that starts each process, its own command behind it."""

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self, *arguments: str) -> subprocess.Popen[bytes]:
        environment = {
            "PATH": os.environ["PATH"],
            "PYTHONPATH": f"{SEAMS}:{FUNCTIONS}",
            "EXPUNGE_DATA": str(self.data),
            "EXPUNGE_JOB_LEASE_SECONDS": str(self.lease),
            "EXPUNGE_QUOTAS": "off",
            **self.settings,
        }
        with (self.data / "log").open("ab") as log:
            process = subprocess.Popen(
                [*self.before, sys.executable, *arguments],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                env=environment,
            )
        self.processes.append(process)
        return process

    def serve(self, workers: int, web_workers: int = 1) -> subprocess.Popen[bytes]:
        options = (f"--port={self.port}", f"--workers={workers}", f"--web-workers={web_workers}")
        server = self.start("-m", "expunge", "serve", *options)
        eventually(lambda: self.get("/health").status_code == 200, "the server answers")
        return server

    def get(self, path: str) -> httpx2.Response:
        return httpx2.get(self.url + path, headers=self.known_by, timeout=60)

    @property
    def known_by(self) -> dict[str, str]:
        """The header by which this machine's caller without an account is known."""
        return {"x-client-secret": self.secret} if self.secret else {}

    def queue_job(self, image: bytes, mode: str = "metadata") -> str:
        answer = httpx2.post(
            f"{self.url}/api/v1/jobs",
            headers={"prefer": "respond-async"} | self.known_by,
            data={"mode": mode},
            files={"image": ("a.jpg", image, "application/octet-stream")},
            timeout=60,
        )
        assert answer.status_code == 202, answer.text
        self.secret = answer.headers.get("x-client-secret", self.secret)
        return str(answer.json()["id"])

    def job(self, job_id: str) -> dict[str, Any]:
        return dict(self.get(f"/api/v1/jobs/{job_id}").json())

    def ended(self, job_id: str) -> dict[str, Any]:
        def end() -> dict[str, Any] | None:
            job = self.job(job_id)
            return job if job["status"] in ("succeeded", "failed") else None

        return dict(eventually(end, f"{job_id} ends"))

    def workers_of(self, server: subprocess.Popen[bytes]) -> list[int]:
        return self.children_of(server, "expunge.embedded.worker")

    def children_of(self, server: subprocess.Popen[bytes], module: str) -> list[int]:
        """Processes that run a module, started by the server."""
        children = Path(f"/proc/{server.pid}/task").glob("*/children")
        pids = [int(pid) for file in children for pid in file.read_text().split()]
        return [pid for pid in pids if module in _command_line(pid)]

    def kill(self, pid: int) -> None:
        os.kill(pid, signal.SIGKILL)

    def stop(self) -> None:
        for process in self.processes:
            with suppress(ProcessLookupError):
                process.kill()
            process.communicate()


def _command_line(pid: int) -> str:
    with suppress(FileNotFoundError, ProcessLookupError):
        return Path(f"/proc/{pid}/cmdline").read_text()
    return ""


@contextmanager
def machine_at(data: Path) -> Iterator[Machine]:
    """A machine on a free port, whose processes end with it."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    machine = Machine(data, port)
    try:
        yield machine
    finally:
        machine.stop()


@pytest.fixture
def machine(tmp_path: Path) -> Iterator[Machine]:
    with machine_at(tmp_path) as machine:
        yield machine


@pytest.fixture(scope="session")
def standing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Machine]:
    """One server for all attacks that leave it as it was."""
    with machine_at(tmp_path_factory.mktemp("standing")) as machine:
        machine.server = machine.serve(workers=1, web_workers=2)
        yield machine


@pytest.fixture(scope="session")
def image() -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (64, 64), "teal").save(file, "JPEG", comment=b"private")
    return file.getvalue()
