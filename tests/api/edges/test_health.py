"""``/health`` shows a disk that takes no more writes."""

from __future__ import annotations

import sqlite3
import threading
import time
from typing import TYPE_CHECKING

import anyio
import anyio.to_thread
import httpx2
import pytest

from expunge.errors import Unavailable
from expunge.stores.local import probe
from expunge.stores.local.records import SqliteRecords
from expunge.web.app import create_app
from tests.api.conftest import client_at

if TYPE_CHECKING:
    from pathlib import Path

    from expunge.service import Service
    from expunge.stores.ports import Change


class TestHealthWrites:
    def test_a_full_disk_shows(self, service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
        def full(*_: object) -> None:
            raise OSError(28, "No space left on device")

        monkeypatch.setattr(probe, "write_whole", full)
        answer = client_at(service, "203.0.113.5").get("/health")

        assert answer.status_code == 503
        assert answer.json()["stores"] == {"records": True, "objects": False}

    @pytest.mark.parametrize(
        "error", [Unavailable("full"), sqlite3.OperationalError("attempt to write a readonly")]
    )
    def test_a_database_that_takes_no_writes_shows(
        self, service: Service, monkeypatch: pytest.MonkeyPatch, error: Exception
    ) -> None:
        def refuse(*_: object) -> None:
            raise error

        monkeypatch.setattr(SqliteRecords, "write", refuse)
        answer = client_at(service, "203.0.113.5").get("/health")

        assert answer.json()["stores"]["records"] is False

    def test_a_database_that_is_locked_from_the_start_shows_soon(
        self, service: Service, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        unlocked = threading.Event()
        written = SqliteRecords.write

        def write(records: SqliteRecords, *changes: Change) -> None:
            unlocked.wait()
            written(records, *changes)

        monkeypatch.setattr(SqliteRecords, "write", write)
        monkeypatch.setattr(probe, "FIRST_PATIENCE_SECONDS", 0.05)
        client = client_at(service, "203.0.113.5")
        answer = client.get("/health")
        unlocked.set()
        until = time.monotonic() + 60
        while client.get("/health").status_code != 200 and time.monotonic() < until:
            time.sleep(0.01)

        assert answer.status_code == 503
        assert answer.json()["stores"]["records"] is False
        assert client.get("/health").json()["stores"] == {"records": True, "objects": True}

    def test_it_needs_no_thread_that_jobs_may_hold(self, service: Service) -> None:
        async def ask() -> int:
            held = anyio.to_thread.current_default_thread_limiter()
            held.total_tokens = 1
            through = httpx2.ASGITransport(create_app(service))
            async with held, httpx2.AsyncClient(transport=through, base_url="http://nas") as http:
                with anyio.fail_after(60):
                    return (await http.get("/health")).status_code

        assert anyio.run(ask) == 200

    def test_however_often_it_is_asked_it_writes_every_10_seconds(self, tmp_path: Path) -> None:
        probing = Probing(tmp_path)
        for second in range(31):
            assert probing.ask_at(second) == {"records": True, "objects": True}
            probing.settle()

        assert probing.written == [0.0, 10.0, 20.0, 30.0]
        assert list(tmp_path.iterdir()) == [], "nothing stays behind"

    def test_it_waits_for_a_write_only_if_it_knows_nothing_recent(self, tmp_path: Path) -> None:
        probing = Probing(tmp_path)
        assert probing.ask_at(0)["records"]
        probing.failing = True
        probing.hanging.clear()
        assert probing.ask_at(20)["records"], "the answer is that of 20 seconds before"
        probing.hanging.set()
        probing.settle()
        assert not probing.ask_at(21)["records"]
        probing.failing = False
        assert probing.ask_at(60)["records"], "it was awaited"

    def test_a_write_that_never_ends_shows(self, tmp_path: Path) -> None:
        probing = Probing(tmp_path)
        assert probing.ask_at(1)["records"]
        probing.settle()
        probing.hanging.clear()
        assert probing.ask_at(20)["records"]
        assert probing.ask_at(49)["records"], "it may be slow"
        assert probing.ask_at(51) == {"records": False, "objects": False}
        probing.hanging.set()
        probing.settle()
        assert probing.ask_at(52)["records"]


class Probing:
    """A probe of records that may fail, at times that the test sets."""

    def __init__(self, folder: Path) -> None:
        self.written: list[float] = []
        self.failing = False
        self.hanging = threading.Event()
        self.hanging.set()
        self._now = 0.0
        self._probe = probe.WriteProbe(self, folder, lambda: self._now, patience=60)

    def write(self, *_: object) -> None:
        self.hanging.wait()
        if self.failing:
            raise Unavailable("full")
        self.written.append(self._now)

    def ask_at(self, second: float) -> dict[str, bool]:
        self._now = float(second)
        return dict(self._probe())

    def settle(self) -> None:
        """Wait for the test write that is under way."""
        for thread in threading.enumerate():
            if thread.name == "write probe":
                thread.join(60)
