"""Measure ``/clean`` on the embedded server: stored results, 304 answers, concurrent requests.

The images come from a TLS server on loopback. So the server under test is built here, with the
tests' HTTP client, and not started by its command.
"""

from __future__ import annotations

import http.client
import multiprocessing
import socket
import tempfile
import threading
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlencode

import uvicorn
from rich.table import Table

from expunge.bootstrap import build
from expunge.net.fetcher import Fetcher
from expunge.net.guard import Guard
from expunge.settings import Settings
from expunge.web.app import create_app
from tests.benchmarks.http import ask, load, photo, row, wait_until_it_answers
from tests.websites.authority import authority
from tests.websites.site import Site, says

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rich.console import Console

AT_ONCE = 200


def run(console: Console) -> None:
    table = Table(
        "request",
        "clients",
        "p50 ms",
        "p99 ms",
        "per second",
        "over /health, p50 ms",
        title="/clean on the embedded server",
    )
    pages = {f"/{size}.jpg": says(photo(size)) for size in (100_000, 1_000_000)}
    with Site(pages) as site, server(site) as (port, folder):
        for clients in (1, 4):
            health = load(port, clients, lambda c: ask(c, "GET", "/health"))
            row(table, "/health", clients, health, None)
            for size in (100_000, 1_000_000):
                path = clean(site, f"/{size}.jpg")
                stored = load(port, clients, lambda c, p=path: ask(c, "GET", p))
                row(table, f"from the store, {size:,} bytes", clients, stored, health.p50)
            etag = answer(port, path).headers["etag"]
            same = load(port, clients, lambda c, p=path, e=etag: not_modified(c, p, e))
            row(table, "not modified", clients, same, health.p50)
        console.print(table)
        console.print(at_once(site, port, folder))


def at_once(site: Site, port: int, folder: Path) -> str:
    """Request one new image many times in parallel; every run of it is a job."""
    site.pages["/new.jpg"] = says(photo(2_000_000))
    path, before = clean(site, "/new.jpg"), results(folder)
    statuses: list[int] = []
    threads = [
        threading.Thread(target=lambda: statuses.append(answer(port, path).status))
        for _ in range(AT_ONCE)
    ]
    started = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    seconds = time.perf_counter() - started
    return (
        f"{AT_ONCE} embeds of one new picture at once: {statuses.count(200)} × 200 in "
        f"{seconds:.2f} s, {results(folder) - before} run, {site.hits('/new.jpg')} fetch"
    )


def results(folder: Path) -> int:
    """Count the stored results; each run stores one."""
    return len(list((folder / "objects").glob("*/*")))


def clean(site: Site, path: str) -> str:
    return "/api/v1/clean?" + urlencode({"image": site.url(path), "mode": "metadata"})


def answer(port: int, path: str) -> http.client.HTTPResponse:
    connection = http.client.HTTPConnection("127.0.0.1", port)
    connection.request("GET", path)
    got = connection.getresponse()
    got.read()
    connection.close()
    return got


def not_modified(connection: http.client.HTTPConnection, path: str, etag: str) -> None:
    connection.request("GET", path, headers={"if-none-match": etag})
    got = connection.getresponse()
    got.read()
    if got.status != 304:
        raise RuntimeError(f"answered {got.status}")


@contextmanager
def server(site: Site) -> Iterator[tuple[int, Path]]:
    """Run the application in a process of its own."""
    with (
        tempfile.TemporaryDirectory() as folder,
        socket.create_server(("127.0.0.1", 0)) as listening,
    ):
        forked = multiprocessing.get_context("fork").Process(
            target=serve, args=(listening, site, Path(folder)), daemon=True
        )
        forked.start()
        port: int = listening.getsockname()[1]
        wait_until_it_answers(port)
        yield port, Path(folder)
        forked.terminate()
        forked.join()


def serve(listening: socket.socket, site: Site, folder: Path) -> None:
    guard = Guard(lambda *_: ["127.0.0.1"], also_public=[site.endpoint])
    fetcher = Fetcher(guard, tls=authority().trust)
    service = build(Settings(data=folder, quotas="off"), fetcher=fetcher)
    config = uvicorn.Config(create_app(service), log_level="error", lifespan="off")
    uvicorn.Server(config).run([listening])
