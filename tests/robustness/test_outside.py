"""kill -9 under load, seen over HTTP alone: what was accepted ends once, and quotas agree."""

from __future__ import annotations

import io
import random
import re
import sys
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

import httpx2
import pytest
from PIL import Image

from expunge.embedded.server import WEB, WORKER
from tests.robustness.attack import ROUNDS, Attack, attack
from tests.robustness.conftest import eventually

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.robustness.conftest import Machine

pytestmark = [
    pytest.mark.attack,
    pytest.mark.skipif(sys.platform != "linux", reason="reads /proc to find processes"),
]

CALLS = 60 * ROUNDS
KILLING_SECONDS = 10 * ROUNDS
CLIENTS = 6
LIMIT = 10_000
LATER_SECONDS = 150
"""By which the clock goes forward, so that the sweep ends what died with its server."""


class Killer:
    """Kills a worker, a web process or the whole server, again and again."""

    def __init__(self, machine: Machine, luck: random.Random) -> None:
        self._machine, self._luck = machine, luck
        self.killed: Counter[str] = Counter()
        self.over = threading.Event()
        self.server = machine.serve(workers=2, web_workers=2)

    def run(self) -> None:
        while not self.over.wait(self._luck.uniform(0.3, 1.2)):
            if self._luck.random() < 0.35:
                self._kill_the_server()
            else:
                self._kill_a_process(self._luck.choice((WEB, WORKER)))

    def _kill_the_server(self) -> None:
        self._machine.kill(self.server.pid)
        self.server.wait()
        self.killed["server"] += 1
        self.server = self._machine.serve(workers=2, web_workers=2)

    def _kill_a_process(self, module: str) -> None:
        with suppress(OSError, IndexError):  # one that is just going, or none yet
            self._machine.kill(self._luck.choice(self._machine.children_of(self.server, module)))
            self.killed[module.rpartition(".")[2]] += 1


@contextmanager
def killing(machine: Machine) -> Iterator[Killer]:
    killer = Killer(machine, random.Random(20261130))
    thread = threading.Thread(target=killer.run)
    thread.start()
    try:
        yield killer
    finally:
        killer.over.set()
        thread.join()


FAILED = "failed"


class Client:
    """Submits each call until it is answered: by its key that is safe."""

    def __init__(self, machine: Machine, image: bytes, counts: Attack) -> None:
        self._machine, self._image, self._counts = machine, image, counts

    def submit(self, number: int, *, tries: int = 200) -> str:
        """The job's id, or that it failed; every second call is synchronous."""
        wish = {"prefer": "respond-async"} if number % 2 else {}
        for _ in range(tries):
            answer = self._counts.ask(
                "POST",
                f"{self._machine.url}/api/v1/jobs",
                headers={"idempotency-key": f"outside-{number}"} | wish | self._machine.known_by,
                data={"mode": "metadata"},
                files={"image": ("a.jpg", self._image, "image/jpeg")},
                timeout=60,
            )
            if answer is None:  # it was killed, or holds the call for a job that died
                threading.Event().wait(0.2)
            elif answer.status_code in (200, 202):
                return str(answer.json()["id"])
            else:
                code = answer.json()["code"]
                if code == "pipeline_error":  # its server died: the job failed, once
                    return f"{FAILED} {number}"
                assert code in ("idempotency_conflict", "overloaded", "service_unavailable"), code
                threading.Event().wait(0.2)
        pytest.fail(f"call {number} is never answered")


def remaining(answer: httpx2.Response) -> int:
    """What is left of the day's limit."""
    [left] = re.findall(r'"light-day";r=(-?\d+)', answer.headers["ratelimit"])
    return int(left)


def listed(machine: Machine) -> list[dict[str, Any]]:
    jobs, cursor = [], ""
    while cursor is not None:
        page = machine.get(f"/api/v1/jobs?limit=100{cursor and '&cursor=' + cursor}").json()
        jobs += page["jobs"]
        cursor = page.get("next_cursor")
    return jobs


@pytest.mark.long
def test_what_was_accepted_ends_once_and_the_quota_agrees(
    machine: Machine, image: bytes, record_property: Callable[[str, object], None]
) -> None:
    offset = machine.data / "clock-offset"
    offset.write_text("0")
    machine.settings = {
        "ATTACK_CLOCK": str(offset),
        "EXPUNGE_JOB_ATTEMPTS": "10",
        "EXPUNGE_QUOTAS": "on",
        "EXPUNGE_LIMITS": f"anonymous.light.hour=none anonymous.light.day={LIMIT}"
        " network.light.hour=none anonymous.requests.minute=none",
    }
    with killing(machine) as killer:
        eventually(lambda: machine.queue_job(image), "a first job, which makes the secret")
        with (
            attack(machine, "kill -9 under load", record_property, killed=True) as counts,
            ThreadPoolExecutor(CLIENTS) as pool,
        ):
            client = Client(machine, image, counts)
            calls = [pool.submit(client.submit, number) for number in range(CALLS)]
            time.sleep(KILLING_SECONDS)
            killer.over.set()
            offset.write_text(str(LATER_SECONDS))
            ids = [call.result() for call in calls]
    record_property("measured", f"kill -9 under load: killed {dict(killer.killed)}")
    assert killer.killed.total() > 0

    eventually(lambda: machine.get("/health").status_code == 200, "the server answers")
    assert len(set(ids)) == CALLS, "one key, one job"
    made = {job_id for job_id in ids if not job_id.startswith(FAILED)}
    jobs = {job_id: machine.ended(job_id) for job_id in made}
    for job in jobs.values():
        if job["status"] == "succeeded":
            with Image.open(io.BytesIO(httpx2.get(job["result_url"]).content)) as result:
                result.load()
    assert [client.submit(number) for number in range(CALLS)] == ids, "replays give the same"
    after = listed(machine)
    assert {job["id"] for job in after} >= made
    assert len(after) == len({job["id"] for job in after}), "each is listed once"
    charged = sum(job["status"] == "succeeded" for job in after)
    assert LIMIT - remaining(one_more(machine, image)) == charged + 1
    assert charged > CALLS // 2
    assert "Traceback" not in (machine.data / "log").read_text()


def one_more(machine: Machine, image: bytes) -> httpx2.Response:
    answer = httpx2.post(
        f"{machine.url}/api/v1/jobs",
        headers=machine.known_by,
        data={"mode": "metadata"},
        files={"image": ("a.jpg", image, "image/jpeg")},
        timeout=60,
    )
    assert answer.status_code == 200, answer.text
    return answer
