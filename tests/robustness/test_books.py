"""A server killed under load, twice: one key is one job, and the counters agree with the jobs."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from typing import TYPE_CHECKING

import httpx2

from expunge.accounts.browsers import Browsers
from expunge.accounts.policies import Period, Policy
from expunge.stores.local.database import Database
from expunge.stores.local.records import SqliteRecords
from expunge.stores.ports import Key
from tests.robustness.conftest import eventually
from tests.robustness.fire import jobs_of

if TYPE_CHECKING:
    from tests.robustness.conftest import Machine

KEYS, LIMIT = 24, 15


def test_a_server_killed_under_load_charges_each_job_once(machine: Machine, image: bytes) -> None:
    machine.settings = {
        "EXPUNGE_QUOTAS": "on",
        "EXPUNGE_LIMITS": f"anonymous.light.hour={LIMIT} anonymous.light.day={LIMIT}",
    }
    with closing(Database(machine.data / "expunge.sqlite3")) as database:
        browsers = Browsers(SqliteRecords(database))
        machine.secret = browsers.mint()
        browser = browsers.name(machine.secret)
    for _ in range(2):
        server = machine.serve(workers=1)
        killer = threading.Timer(0.25, machine.kill, [server.pid])
        killer.start()
        create_all(machine, image)
        killer.join()
        server.wait()
    machine.serve(workers=1)

    answers = create_all(machine, image)

    made = {answer["id"] for answer in answers if "id" in answer}
    assert len(made) == LIMIT
    assert sum(answer.get("code") == "quota_exceeded" for answer in answers) == KEYS - LIMIT
    eventually(lambda: all_ended(machine), "every job ends")
    machine.stop()
    with closing(Database(machine.data / "expunge.sqlite3")) as database:
        assert used_and_kept(SqliteRecords(database), str(browser)) == [(LIMIT, LIMIT)]


def create_all(machine: Machine, image: bytes) -> list[dict]:
    """Ask for one queued job a key, all at once."""

    def create(number: int) -> dict:
        try:
            return httpx2.post(
                f"{machine.url}/api/v1/jobs",
                headers={"prefer": "respond-async", "idempotency-key": f"key-{number}"}
                | machine.known_by,
                data={"mode": "metadata"},
                files={"image": ("a.jpg", image, "image/jpeg")},
                timeout=60,
            ).json()
        except httpx2.TransportError:
            return {}

    with ThreadPoolExecutor(8) as pool:
        return list(pool.map(create, range(KEYS)))


def all_ended(machine: Machine) -> bool:
    jobs = machine.get("/api/v1/jobs?limit=100").json()["jobs"]
    return all(job["status"] in ("succeeded", "failed") for job in jobs)


def used_and_kept(records: SqliteRecords, browser: str) -> list[tuple[int, int]]:
    """What the day's counter says, and how many jobs there are that were not given back."""
    jobs = jobs_of(records, [browser]).values()
    kept = [item for item in jobs if item["status"] == "succeeded"]
    keys = {(unit[0], unit[1]) for item in kept for unit in item["refund_data"]["units"]}
    start, _ = Policy("anonymous", "light", Period.DAY, LIMIT).window(time.time())
    counters = [Key(*key) for key in keys if key[1] == f"quota#light#day#{start}"]
    return [((records.get(key) or {})["used"], len(kept)) for key in counters]
