"""Compare a synchronous metadata job on the embedded server with the bare ``/health``."""

from __future__ import annotations

import http.client
import io
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from PIL import Image
from rich.table import Table

import expunge
from expunge.embedded.server import WEB
from tests.benchmarks.client import Client, request
from tests.samples.large import CODINGS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from contextlib import AbstractContextManager

    from rich.console import Console

FUNCTIONS = Path(__file__).parents[2] / "functions"
REQUESTS = 240
CLIENTS, ROUNDS = 16, 5
"""To compare one web process with two."""
START_SECONDS = 3.0
"""Within which all web processes serve, once the first one does."""
BOUNDARY = "expunge-benchmark"
JOBS = "/api/v1/jobs"
HEALTH = request("GET", "/health")


@dataclass(frozen=True)
class Measured:
    """Milliseconds of each request, the total time, and the servers' CPU time if it is known."""

    ms: list[float]
    seconds: float
    cpu_ms: float = 0.0

    @property
    def p50(self) -> float:
        return statistics.median(self.ms)

    @property
    def p99(self) -> float:
        return statistics.quantiles(self.ms, n=100)[98]

    @property
    def per_second(self) -> float:
        return len(self.ms) / self.seconds

    @property
    def cpu_each(self) -> float:
        return self.cpu_ms / len(self.ms)


def run(console: Console) -> None:
    console.print(_requests())
    console.print(_processes())


def _requests() -> Table:
    table = Table(
        "request",
        "clients",
        "p50 ms",
        "p99 ms",
        "per second",
        "over the operation, p50 ms",
        "server's CPU, ms",
        title="HTTP on the embedded server",
    )
    with served() as (port, web), reader() as (reading, reads):
        for clients in (1, 4):
            row(table, "/health", clients, fire(port, clients, HEALTH, web), None)
            for size in (100_000, 1_000_000, 5_000_000):
                image = photo(size)
                body, headers = multipart(image)
                name, sent = f"{len(image) / 1e6:.1f} MB", request("POST", JOBS, body, headers)
                measured = fire(port, clients, sent, web)
                row(table, f"metadata, {name}", clients, measured, operation_ms(image))
                measured = fire(reading, clients, request("POST", "/", body), reads)
                row(table, f"only read, {name}", clients, measured, None)
        with heavy_jobs(port, 2):
            measured = fire(port, 1, HEALTH, web)
            row(table, "/health beside two heavy jobs", 1, measured, None)
    return table


def _processes() -> Table:
    """Compare one web process with two, which need two cores besides the clients' share.

    Each round measures both, since the machine's other load changes.
    """
    table = Table(
        "web processes",
        "per second, best",
        "median",
        "server's CPU, ms",
        "cores in use",
        title=f"metadata, 0.1 MB, {CLIENTS} clients, {ROUNDS} rounds",
    )
    body, headers = multipart(photo(100_000))
    sent = request("POST", JOBS, body, headers)
    with served(web_workers=1) as one, served(web_workers=2) as two:
        rounds = [
            [fire(port, CLIENTS, sent, web) for port, web in (one, two)] for _ in range(ROUNDS)
        ]
    for processes, measured in enumerate(zip(*rounds, strict=True), start=1):
        speeds = [m.per_second for m in measured]
        cpu = statistics.median(m.cpu_each for m in measured)
        cores = statistics.median(m.cpu_ms / 1000 / m.seconds for m in measured)
        table.add_row(
            str(processes),
            f"{max(speeds):.0f}",
            f"{statistics.median(speeds):.0f}",
            f"{cpu:.1f}",
            f"{cores:.2f}",
        )
    return table


@contextmanager
def heavy_jobs(port: int, count: int) -> Iterator[None]:
    """Run ``count`` clients that send large images one after another, until the block ends."""
    body, headers = multipart(CODINGS["jpeg 4:2:0"](5_000, 5_000), "detect")
    over = threading.Event()

    def client() -> None:
        connection = http.client.HTTPConnection("127.0.0.1", port)
        while not over.is_set():
            ask(connection, "POST", "/api/v1/jobs", body, headers)

    threads = [threading.Thread(target=client) for _ in range(count)]
    for thread in threads:
        thread.start()
    time.sleep(1)
    try:
        yield
    finally:
        over.set()
        for thread in threads:
            thread.join()


@contextmanager
def reader() -> Iterator[tuple[int, list[int]]]:
    """Run a server that reads the body and answers «ok», to measure the cost of HTTP alone.

    It has the parser of the embedded server, whatever faster one is installed.
    """
    port = free_port()
    process = subprocess.Popen(
        [sys.executable, "-m", "uvicorn", "tests.benchmarks.reader:app", f"--port={port}",
         "--http=h11", "--log-level=error", "--lifespan=off"],
    )  # fmt: skip
    try:
        wait_until_it_answers(port)
        yield port, [process.pid]
    finally:
        process.terminate()
        process.wait()


def row(table: Table, name: str, clients: int, m: Measured, alone: float | None) -> None:
    over = "" if alone is None else f"{m.p50 - alone:.1f}"
    cells = (str(clients), f"{m.p50:.1f}", f"{m.p99:.1f}", f"{m.per_second:.0f}", over)
    cpu = [f"{m.cpu_each:.1f}"] if m.cpu_ms else []
    table.add_row(name, *cells, *cpu)


def operation_ms(image: bytes) -> float:
    """Return milliseconds of the same work without HTTP, job or store."""
    times = []
    for _ in range(50):
        started = time.perf_counter()
        expunge.run("metadata", image)
        times.append((time.perf_counter() - started) * 1000)
    return statistics.median(times)


def fire(port: int, clients: int, sent: bytes, processes: Sequence[int]) -> Measured:
    """Send a request again and again, and count the CPU time of the server's ``processes``."""

    @contextmanager
    def connected() -> Iterator[Callable[[], None]]:
        with Client(port) as client:
            yield lambda: client.ask(sent)

    return _timed(clients, connected, lambda: sum(map(cpu_ms, processes)))


def load(
    port: int, clients: int, request: Callable[[http.client.HTTPConnection], None]
) -> Measured:
    """Send requests over kept-alive connections of the standard library."""

    @contextmanager
    def connected() -> Iterator[Callable[[], None]]:
        connection = http.client.HTTPConnection("127.0.0.1", port)
        connection.connect()
        connection.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        yield lambda: request(connection)
        connection.close()

    return _timed(clients, connected, lambda: 0.0)


def _timed(
    clients: int,
    connected: Callable[[], AbstractContextManager[Callable[[], None]]],
    cpu: Callable[[], float],
) -> Measured:
    """Send ``REQUESTS`` requests from several clients, after a warm-up."""
    times: list[float] = []

    def client() -> None:
        with connected() as ask_once:
            for _ in range(10):
                ask_once()
            warm.wait()
            go.wait()
            for _ in range(REQUESTS // clients):
                started = time.perf_counter()
                ask_once()
                times.append((time.perf_counter() - started) * 1000)

    warm, go = threading.Barrier(clients + 1), threading.Barrier(clients + 1)
    threads = [threading.Thread(target=client) for _ in range(clients)]
    for thread in threads:
        thread.start()
    warm.wait()
    used, started = cpu(), time.perf_counter()
    go.wait()
    for thread in threads:
        thread.join()
    return Measured(times, time.perf_counter() - started, cpu() - used)


def cpu_ms(pid: int) -> float:
    """CPU time of a process so far, to the nanosecond; 0 where the system does not say."""
    files = Path(f"/proc/{pid}/task").glob("*/schedstat")
    return sum(int(file.read_text().split()[0]) for file in files) / 1e6


def ask(
    connection: http.client.HTTPConnection,
    method: str,
    path: str,
    body: bytes | None = None,
    headers: dict[str, str] | None = None,
) -> None:
    connection.request(method, path, body, headers or {})
    answer = connection.getresponse()
    answer.read()
    if answer.status != 200:
        raise RuntimeError(f"{method} {path} answered {answer.status}")


def multipart(image: bytes, mode: str = "metadata") -> tuple[bytes, dict[str, str]]:
    head = (
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="mode"\r\n\r\n{mode}\r\n'
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="image"; filename="a.jpg"\r\n'
        "Content-Type: image/jpeg\r\n\r\n"
    )
    body = head.encode() + image + f"\r\n--{BOUNDARY}--\r\n".encode()
    return body, {"content-type": f"multipart/form-data; boundary={BOUNDARY}"}


def photo(size: int) -> bytes:
    """Return a noisy JPEG of about ``size`` bytes, with EXIF."""
    side = int((size * 1.55) ** 0.5)
    image = Image.effect_noise((side, side), 80)
    exif = image.getexif()
    exif[0x010F] = "Camera Maker"
    file = io.BytesIO()
    image.save(file, "JPEG", exif=exif, quality=90)
    return file.getvalue()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def server() -> Iterator[int]:
    """See `served`; yields the port alone."""
    with served() as (port, _):
        yield port


@contextmanager
def served(web_workers: int = 0) -> Iterator[tuple[int, list[int]]]:
    """Run the embedded server on a free port, with its own data folder.

    Yields the port, and the ids of the web processes once they serve.
    """
    port = free_port()
    options = [f"--web-workers={web_workers}"] if web_workers else []
    with tempfile.TemporaryDirectory() as data:
        process = subprocess.Popen(
            [
                sys.executable,
                "-m",
                "expunge",
                "serve",
                f"--port={port}",
                f"--data={data}",
                *options,
            ],
            env=os.environ
            | {
                "PYTHONPATH": str(FUNCTIONS),
                "EXPUNGE_LOG_LEVEL": "warning",
                "EXPUNGE_QUOTAS": "off",
            },
            stderr=subprocess.DEVNULL,
        )
        try:
            wait_until_it_answers(port)
            time.sleep(START_SECONDS)
            yield port, web_processes(process.pid)
        finally:
            process.terminate()
            process.wait()


def web_processes(server: int) -> list[int]:
    """The ids of a server's web processes, where the system says."""
    files = Path(f"/proc/{server}/task").glob("*/children")
    pids = [int(pid) for file in files for pid in file.read_text().split()]
    return [pid for pid in pids if WEB in Path(f"/proc/{pid}/cmdline").read_text()]


def wait_until_it_answers(port: int) -> None:
    for _ in range(200):
        try:
            ask(http.client.HTTPConnection("127.0.0.1", port), "GET", "/health")
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise RuntimeError("the server did not start")
