"""A synchronous metadata job on the embedded server, beside the bare ``/health``."""

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

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from rich.console import Console

FUNCTIONS = Path(__file__).parents[2] / "functions"
REQUESTS = 150
BOUNDARY = "expunge-benchmark"


@dataclass(frozen=True)
class Measured:
    """Milliseconds of each request, and how long they took together."""

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
    with server() as port:
        for clients in (1, 4):
            measured = load(port, clients, lambda c: ask(c, "GET", "/health"))
            row(table, "/health", clients, measured, None)
            for size in (100_000, 1_000_000, 5_000_000):
                image = photo(size)
                alone = operation_ms(image)
                body, headers = multipart(image)
                measured = load(
                    port, clients, lambda c, b=body, h=headers: ask(c, "POST", "/api/v1/jobs", b, h)
                )
                row(table, f"metadata, {len(image) / 1e6:.1f} MB", clients, measured, alone)
    console.print(table)


def row(table: Table, name: str, clients: int, m: Measured, alone: float | None) -> None:
    over = "" if alone is None else f"{m.p50 - alone:.1f}"
    table.add_row(name, str(clients), f"{m.p50:.1f}", f"{m.p99:.1f}", f"{m.per_second:.0f}", over)


def operation_ms(image: bytes) -> float:
    """The same work without HTTP, job or store."""
    times = []
    for _ in range(50):
        started = time.perf_counter()
        expunge.run("metadata", image)
        times.append((time.perf_counter() - started) * 1000)
    return statistics.median(times)


def load(
    port: int, clients: int, request: Callable[[http.client.HTTPConnection], None]
) -> Measured:
    """``REQUESTS`` requests over ``clients`` kept-alive connections, after a warm-up."""
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


def multipart(image: bytes) -> tuple[bytes, dict[str, str]]:
    head = (
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="mode"\r\n\r\nmetadata\r\n'
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="image"; filename="a.jpg"\r\n'
        "Content-Type: image/jpeg\r\n\r\n"
    )
    body = head.encode() + image + f"\r\n--{BOUNDARY}--\r\n".encode()
    return body, {"content-type": f"multipart/form-data; boundary={BOUNDARY}"}


def photo(size: int) -> bytes:
    """A noisy JPEG of about ``size`` bytes, with EXIF."""
    side = int((size * 1.55) ** 0.5)
    image = Image.effect_noise((side, side), 80)
    exif = image.getexif()
    exif[0x010F] = "Camera Maker"
    file = io.BytesIO()
    image.save(file, "JPEG", exif=exif, quality=90)
    return file.getvalue()


@contextmanager
def server() -> Iterator[int]:
    """The embedded server on a free port, with a data folder of its own."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with tempfile.TemporaryDirectory() as data:
        process = subprocess.Popen(
            [sys.executable, "-m", "expunge", "serve", "--port", str(port), "--data", data],
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
