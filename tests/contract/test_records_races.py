"""What the records port promises of many callers at once."""

from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest

from expunge.stores.local.database import Database
from expunge.stores.local.records import SqliteRecords
from expunge.stores.ports import Add, Key, Put, Update, WriteRefused

COUNTER = Key("counter", "1")
JOB = Key("job", "1")


def at_once(call, number: int) -> list:
    """The answers of ``number`` threads that call with their own number."""
    with ThreadPoolExecutor(number) as pool:
        return list(pool.map(call, range(number)))


def accepted(records, *changes) -> bool:
    try:
        records.write(*changes)
    except WriteRefused:
        return False
    return True


def test_fifty_threads_never_pass_a_ceiling(records):
    answers = at_once(lambda _: accepted(records, Add(COUNTER, "n", 1, ceiling=20)), 50)
    assert sum(answers) == 20
    assert records.get(COUNTER) == {"n": 20}


def test_no_addition_is_lost(records):
    at_once(lambda n: records.write(Add(COUNTER, "n", n)), 50)
    assert records.get(COUNTER) == {"n": sum(range(50))}


def test_of_racing_updates_exactly_one_wins(records):
    records.write(Put(JOB, {"state": "queued"}))

    def claim(worker: int) -> bool:
        change = Update(JOB, {"state": "processing", "by": worker}, only_if={"state": ["queued"]})
        return accepted(records, change)

    answers = at_once(claim, 20)
    assert sum(answers) == 1
    assert records.get(JOB) == {"state": "processing", "by": answers.index(True)}


def test_of_racing_creations_exactly_one_wins(records):
    answers = at_once(lambda n: accepted(records, Put(JOB, {"by": n}, if_absent=True)), 20)
    assert sum(answers) == 1
    assert records.get(JOB) == {"by": answers.index(True)}


def test_of_racing_creations_over_an_expired_item_exactly_one_wins(records, clock):
    records.write(Put(JOB, {}, expires_at=int(clock.now)))
    answers = at_once(lambda n: accepted(records, Put(JOB, {"by": n}, if_absent=True)), 20)
    assert sum(answers) == 1


def test_a_counter_that_expired_starts_again_once(records, clock):
    records.write(Put(COUNTER, {"n": 99}, expires_at=int(clock.now)))
    answers = at_once(lambda _: accepted(records, Add(COUNTER, "n", 1, ceiling=10)), 20)
    assert sum(answers) == 10
    assert records.get(COUNTER) == {"n": 10}


def test_racing_writes_of_several_changes_are_done_whole(records):
    def admit(caller: int) -> bool:
        return accepted(
            records,
            Add(COUNTER, "n", 1, ceiling=7),
            Put(Key("admitted", f"{caller:02}"), {}, if_absent=True),
        )

    answers = at_once(admit, 20)
    assert sum(answers) == 7
    assert records.get(COUNTER) == {"n": 7}
    admitted = [int(sort) for sort, _ in records.query("admitted").entries]
    assert admitted == [caller for caller, answer in enumerate(answers) if answer]


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


def start(script: str, *arguments: object) -> subprocess.Popen:
    """Another Python process that can import what this one can."""
    return subprocess.Popen(
        [sys.executable, "-W", "error", "-c", script, *map(str, arguments)],
        env={"PYTHONPATH": ":".join(filter(None, sys.path))},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def test_processes_that_start_at_once_never_pass_a_ceiling(tmp_path):
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


def test_a_killed_process_leaves_whole_writes_and_no_lock(tmp_path):
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
    children = []
    for _ in range(3):
        child = os.fork()
        for _ in range(20):
            records.write(Add(Key("counter", "1"), "n", 1))
        if child == 0:
            database.close()
            os._exit(0)
        children.append(child)
    print(sum(os.waitpid(child, 0)[1] for child in children))
    print(records.get(Key("counter", "1"))["n"])
"""


def test_a_forked_child_uses_connections_of_its_own(tmp_path):
    process = start(FORKING, tmp_path / "expunge.sqlite3")
    output, error = process.communicate(timeout=60)
    assert (output.split(), error) == (["0", "120"], "")


def test_a_closed_database_says_so(tmp_path):
    database = Database(tmp_path / "expunge.sqlite3")
    records = SqliteRecords(database)
    database.close()
    with pytest.raises(RuntimeError, match="closed"):
        records.get(COUNTER)
