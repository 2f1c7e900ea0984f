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
from tests.samples.large import CODINGS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from rich.console import Console

FUNCTIONS = Path(__file__).parents[2] / "functions"
REQUESTS = 150
BOUNDARY = "expunge-benchmark"


@dataclass(frozen=True)
class Measured:
    """Milliseconds of each request, and the total time."""

    ms: list[float]
    seconds: float

    @property
    def p50(self) -> float:
        return statistics.median(self.ms)

    @property
    def p99(self) -> float:
        return statistics.quantiles(self.ms, n=100)[98]

    @property
    def per_second(self) -> float:
        return len(self.ms) / self.seconds


def run(console: Console) -> None:
    table = Table(
        "request",
        "clients",
        "p50 ms",
        "p99 ms",
        "per second",
        "over the operation, p50 ms",
        title="HTTP on the embedded server",
    )
    with server() as port, reader() as reading:
        for clients in (1, 4):
            measured = load(port, clients, lambda c: ask(c, "GET", "/health"))
            row(table, "/health", clients, measured, None)
            for size in (100_000, 1_000_000, 5_000_000):
                image = photo(size)
                body, headers = multipart(image)
                name = f"{len(image) / 1e6:.1f} MB"
                measured = load(
                    port, clients, lambda c, b=body, h=headers: ask(c, "POST", "/api/v1/jobs", b, h)
                )
                row(table, f"metadata, {name}", clients, measured, operation_ms(image))
                measured = load(reading, clients, lambda c, b=body: ask(c, "POST", "/", b))
                row(table, f"only read, {name}", clients, measured, None)
        with heavy_jobs(port, 2):
            measured = load(port, 1, lambda c: ask(c, "GET", "/health"))
            row(table, "/health beside two heavy jobs", 1, measured, None)
    body, headers = multipart(photo(100_000))
    for processes in (1, 2):
        with server(web_workers=processes) as port:
            measured = load(port, 16, lambda c: ask(c, "POST", "/api/v1/jobs", body, headers))
            row(table, f"metadata, 0.1 MB, {processes} web processes", 16, measured, None)
    console.print(table)


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
def reader() -> Iterator[int]:
    """Run a server that reads the body and answers «ok», to measure the cost of HTTP alone."""
    port = free_port()
    process = subprocess.Popen(
        [sys.executable, "-m", "uvicorn", "tests.benchmarks.reader:app", f"--port={port}",
         "--log-level=error", "--lifespan=off"],
    )  # fmt: skip
    try:
        wait_until_it_answers(port)
        yield port
    finally:
        process.terminate()
        process.wait()


def row(table: Table, name: str, clients: int, m: Measured, alone: float | None) -> None:
    over = "" if alone is None else f"{m.p50 - alone:.1f}"
    table.add_row(name, str(clients), f"{m.p50:.1f}", f"{m.p99:.1f}", f"{m.per_second:.0f}", over)


def operation_ms(image: bytes) -> float:
    """Return milliseconds of the same work without HTTP, job or store."""
    times = []
    for _ in range(50):
        started = time.perf_counter()
        expunge.run("metadata", image)
        times.append((time.perf_counter() - started) * 1000)
    return statistics.median(times)


def load(
    port: int, clients: int, request: Callable[[http.client.HTTPConnection], None]
) -> Measured:
    """Send ``REQUESTS`` requests over ``clients`` kept-alive connections, after a warm-up."""
    times: list[float] = []

    def client() -> None:
        connection = http.client.HTTPConnection("127.0.0.1", port)
        connection.connect()
        connection.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for _ in range(10):
            request(connection)
        ready.wait()
        for _ in range(REQUESTS // clients):
            started = time.perf_counter()
            request(connection)
            times.append((time.perf_counter() - started) * 1000)
        connection.close()

    ready = threading.Barrier(clients + 1)
    threads = [threading.Thread(target=client) for _ in range(clients)]
    for thread in threads:
        thread.start()
    ready.wait()
    started = time.perf_counter()
    for thread in threads:
        thread.join()
    return Measured(times, time.perf_counter() - started)


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
def server(web_workers: int | None = None) -> Iterator[int]:
    """Run the embedded server on a free port, with its own data folder."""
    port = free_port()
    options = [f"--web-workers={web_workers}"] if web_workers else []
    with tempfile.TemporaryDirectory() as data:
        process = subprocess.Popen(
            [
                sys.executable,
                "-m",
                "expunge",
                "serve",
                "--port",
                str(port),
                "--data",
                data,
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
            yield port
        finally:
            process.terminate()
            process.wait()


def wait_until_it_answers(port: int) -> None:
    for _ in range(200):
        try:
            ask(http.client.HTTPConnection("127.0.0.1", port), "GET", "/health")
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise RuntimeError("the server did not start")
