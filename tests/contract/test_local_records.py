"""Properties of the local records beyond the port's contract: processes, kills, forks, sweeps."""

from __future__ import annotations

import sqlite3
import stat
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

import pytest

from expunge.errors import Unavailable
from expunge.stores.local import database as local
from expunge.stores.local.database import Database
from expunge.stores.local.records import SqliteRecords
from expunge.stores.ports import Add, Delete, Key, Put

COUNTER = Key("counter", "1")

PROCESS = """
import sys
from pathlib import Path
from expunge.stores.local.database import Database
from expunge.stores.local.records import SqliteRecords
from expunge.stores.ports import Add, Key, WriteRefused

won = 0
with Database(Path(sys.argv[1])) as database:
    records = SqliteRecords(database)
    for _ in range(50):
        try:
            records.write(Add(Key("counter", "1"), "n", 1, ceiling=120))
            won += 1
        except WriteRefused:
            pass
print(won)
"""


def test_processes_that_start_at_once_never_pass_a_ceiling(tmp_path, start):
    path = tmp_path / "new" / "expunge.sqlite3"
    processes = [start(PROCESS, path) for _ in range(4)]
    outputs = [process.communicate(timeout=60) for process in processes]
    assert [error for _, error in outputs] == [""] * 4
    assert sum(int(output) for output, _ in outputs) == 120
    with Database(path) as database:
        assert SqliteRecords(database).get(COUNTER) == {"n": 120}


ENDLESS = """
import sys
from pathlib import Path
from expunge.stores.local.database import Database
from expunge.stores.local.records import SqliteRecords
from expunge.stores.ports import Add, Key

records = SqliteRecords(Database(Path(sys.argv[1])))
while True:
    records.write(*[Add(Key("pair", sort), "n", 1) for sort in "ab"])
    print("done", flush=True)
"""


def test_a_killed_process_leaves_whole_writes_and_no_lock(tmp_path, start):
    path = tmp_path / "expunge.sqlite3"
    process = start(ENDLESS, path)
    told = sum(1 for _ in zip(range(50), process.stdout, strict=False))
    process.kill()
    told += len(process.communicate()[0].splitlines())
    with Database(path) as database:
        records = SqliteRecords(database)
        first, second = (item["n"] for _, item in records.query("pair").entries)
        assert first == second >= told
        records.write(Add(Key("pair", "a"), "n", 1))


FORKING = """
import os, sys
from pathlib import Path
from expunge.stores.local.database import Database
from expunge.stores.local.records import SqliteRecords
from expunge.stores.ports import Add, Key

with Database(Path(sys.argv[1])) as database:
    records = SqliteRecords(database)
    records.write(Add(Key("counter", "1"), "n", 0))
    children = []
    for _ in range(3):
        child = os.fork()
        with database.read() as connection:
            inherited = connection.total_changes > 0
        for _ in range(20):
            records.write(Add(Key("counter", "1"), "n", 1))
        if child == 0:
            database.close()
            os._exit(inherited)
        children.append(child)
    print(sum(os.waitpid(child, 0)[1] for child in children))
    print(records.get(Key("counter", "1"))["n"])
"""


def test_a_forked_child_uses_connections_of_its_own(tmp_path, start):
    process = start(FORKING, tmp_path / "expunge.sqlite3")
    output, error = process.communicate(timeout=60)
    assert (output.split(), error) == (["0", "120"], "")


def test_a_closed_database_says_so(tmp_path):
    database = Database(tmp_path / "expunge.sqlite3")
    records = SqliteRecords(database)
    database.close()
    with pytest.raises(RuntimeError, match="closed"):
        records.get(COUNTER)


def test_records_outlive_a_restart_and_only_their_owner_reads_them(tmp_path):
    path = tmp_path / "expunge.sqlite3"
    with Database(path) as database:
        SqliteRecords(database).write(Put(COUNTER, {"n": 1}))
        modes = {stat.S_IMODE(file.stat().st_mode) for file in tmp_path.iterdir()}
    assert modes == {0o600}
    with Database(path) as database:
        assert SqliteRecords(database).get(COUNTER) == {"n": 1}


def test_a_sweep_deletes_what_has_expired(database, clock):
    records = SqliteRecords(database, clock=clock)
    for first in range(0, 2_500, 100):
        records.write(
            *[
                Put(Key("old", str(n)), {}, expires_at=int(clock.now) + n % 2)
                for n in range(first, first + 100)
            ]
        )
    records.write(Put(Key("old", "for ever"), {}))
    assert records.sweep() == 1_250
    clock.advance(1)
    assert records.sweep() == 1_250
    assert records.sweep() == 0
    with database.read() as connection:
        assert connection.execute("SELECT sort FROM items").fetchall() == [("for ever",)]


def test_a_full_disk_is_unavailability_and_leaves_the_store_as_it_was(database, clock):
    records = SqliteRecords(database, clock=clock)
    records.write(Put(COUNTER, {"n": 1}))
    with database.read() as connection:
        pages = connection.execute("PRAGMA page_count").fetchone()[0]
        connection.execute(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(Unavailable):
        records.write(Add(COUNTER, "n", 1), Put(Key("large", "1"), {"text": "x" * 100_000}))
    assert records.get(COUNTER) == {"n": 1}
    records.write(Add(COUNTER, "n", 1))
    assert records.get(COUNTER) == {"n": 2}


def test_a_field_that_is_no_integer_cannot_be_added_to(database, clock):
    records = SqliteRecords(database, clock=clock)
    records.write(Put(COUNTER, {"n": "one"}))
    with pytest.raises(TypeError, match="not an integer"):
        records.write(Add(COUNTER, "n", 1))
    assert records.get(COUNTER) == {"n": "one"}


def test_a_write_waits_no_longer_for_all_the_others_that_wait(tmp_path, monkeypatch):
    monkeypatch.setattr(local, "BUSY_TIMEOUT", 1.0)
    with Database(tmp_path / "a.sqlite3") as database:
        records = SqliteRecords(database)
        with closing(sqlite3.connect(tmp_path / "a.sqlite3", isolation_level=None)) as other:
            other.execute("BEGIN EXCLUSIVE")

            def write(number: int) -> float:
                began = time.monotonic()
                with pytest.raises(Unavailable):
                    records.write(Put(Key("a", str(number)), {}))
                return time.monotonic() - began

            with ThreadPoolExecutor(12) as pool:
                waits = list(pool.map(write, range(12)))

    assert max(waits) < 9, "twelve times as long, where waits add up"


def test_a_file_that_is_read_only_is_refused_at_the_start(tmp_path, monkeypatch):
    monkeypatch.setattr("os.access", lambda *_: False)
    with pytest.raises(PermissionError):
        Database(tmp_path / "a.sqlite3")


def test_a_database_that_becomes_read_only_is_unavailable(tmp_path):
    with Database(tmp_path / "a.sqlite3") as database:
        records = SqliteRecords(database)
        with database.read() as connection:
            connection.execute("PRAGMA query_only = ON")
        with pytest.raises(Unavailable):
            records.write(Put(Key("a", "b"), {}))


def test_a_database_that_is_deleted_is_unavailable_and_not_made_again(tmp_path):
    path = tmp_path / "data" / "expunge.sqlite3"
    with Database(path) as database:
        records = SqliteRecords(database)
        records.write(Put(COUNTER, {"n": 1}))
        path.parent.rename(tmp_path / "elsewhere")
        for call in (lambda: records.get(COUNTER), lambda: records.write(Put(COUNTER, {}))):
            with pytest.raises(Unavailable, match="deleted"):
                call()
        assert not path.parent.exists()
        (tmp_path / "elsewhere").rename(path.parent)
        assert records.get(COUNTER) == {"n": 1}


def test_a_connection_opened_while_the_file_was_read_only_is_given_up(tmp_path, monkeypatch):
    path = tmp_path / "expunge.sqlite3"
    with Database(path) as database:
        records = SqliteRecords(database, clock=lambda: 0.0)
        first, second = database.read(), database.read()
        first.__enter__()
        with monkeypatch.context() as patch:
            patch.setattr(database, "_connect", lambda: reading(path))
            second.__enter__()
        first.__exit__(None, None, None)
        second.__exit__(None, None, None)  # the last one that was used is the next

        with pytest.raises(Unavailable):
            records.write(Put(Key("a", "b"), {"n": 1}))
        records.write(Put(Key("a", "b"), {"n": 2}))

        assert records.get(Key("a", "b")) == {"n": 2}


def reading(path):
    return sqlite3.connect(
        f"file:{path}?mode=ro", uri=True, isolation_level=None, check_same_thread=False
    )


def test_what_is_deleted_is_in_no_file_after_the_next_sweep(tmp_path):
    planted = ["left" * 50, "gone" * 2_000, "old" * 50]
    with Database(tmp_path / "expunge.sqlite3") as database:
        records = SqliteRecords(database)
        for text in planted:
            records.write(Put(Key("job", text[:3]), {"options": text}))
        records.write(Delete(Key("job", "gon")))
        records.write(Put(Key("job", "old"), {"options": None}))

        database.forget()

        stored = b"".join(file.read_bytes() for file in tmp_path.iterdir())
    assert [text[:150].encode() in stored for text in planted] == [True, False, False]


def test_nobody_waits_until_the_log_of_writes_is_empty(tmp_path):
    with Database(tmp_path / "expunge.sqlite3") as database:
        records = SqliteRecords(database)
        with database.write():
            database.forget()
        records.write(Put(COUNTER, {"n": 1}))
        assert records.get(COUNTER) == {"n": 1}
