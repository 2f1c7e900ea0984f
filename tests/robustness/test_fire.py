"""Hundreds of mixed jobs under fire: nothing is lost, nothing is done twice, the books balance.

`make test` runs a short form, `make soak` a long one. What happens when is not the same twice, but
what was asked for is: its seed is printed, and FIRE_SEED and FIRE_JOBS set it.
"""

from __future__ import annotations

import json
import random
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx2
import pytest

from expunge.accounts.callers import Tier
from expunge.bootstrap import build, stores
from expunge.settings import Settings
from tests.robustness.conftest import FUNCTIONS, PATIENCE
from tests.robustness.fire import JOBS, SEED, Call, Seen, audit, plan, told

if TYPE_CHECKING:
    from expunge.service import Service
    from tests.robustness.conftest import Machine

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc to find workers")

CALLERS_AT_ONCE = 4
RATE = 0.02
"""Of store calls that fail."""
LIMITS = (
    *(
        f"{scope}.{group}.{period}=none"
        for scope in ("anonymous", "network", "free")
        for group, period in (("heavy", "hour"), ("light", "hour"), ("detect", "hour"))
    ),
    *(f"{scope}.requests.minute=none" for scope in ("anonymous", "free", "pro")),
    "anonymous.heavy.day=100000",
    "network.heavy.day=none",
    "free.heavy.day=100000",
    "anonymous.light.day=100000",
    "pro.light.month=5",
)
"""So that counters count and credits are spent, and few are refused."""


class Fire:
    """Kills workers and servers at random moments, and starts servers again."""

    def __init__(self, machine: Machine, luck: random.Random, seen: Seen) -> None:
        self.machine, self.luck, self.seen = machine, luck, seen
        self.out = threading.Event()
        self.killed = {"workers killed": 0, "servers killed": 0}
        self.server = self.start()

    def start(self) -> Any:
        arguments = [str(self.luck.random()), str(RATE), "serve", str(self.machine.port), "2"]
        return self.machine.start("-m", "tests.robustness.unreliable", *arguments)

    def answers(self) -> bool:
        with suppress(httpx2.TransportError):
            return self.machine.get("/health").status_code in (200, 503)
        return False

    def wait_for_an_answer(self) -> None:
        """As long as a slow machine takes to get something done between two blows."""
        answered = self.seen.answers
        while not self.out.wait(0.1) and (not self.answers() or self.seen.answers == answered):
            continue

    def burn(self) -> None:
        while not self.out.wait(self.luck.uniform(0.2, 2.5)):
            if self.luck.random() < 0.2:
                self.machine.kill(self.server.pid)
                self.server.wait()
                self.killed["servers killed"] += 1
                self.server = self.start()
                self.wait_for_an_answer()
            with suppress(OSError, IndexError):  # one that is just going, or none yet
                self.machine.kill(self.luck.choice(self.machine.workers_of(self.server)))
                self.killed["workers killed"] += 1


@contextmanager
def fire(machine: Machine, luck: random.Random, seen: Seen) -> Iterator[Fire]:
    burning = Fire(machine, luck, seen)
    thread = threading.Thread(target=burning.burn)
    thread.start()
    try:
        yield burning
    finally:
        burning.out.set()
        thread.join()
        machine.stop()


def test_the_embedded_server_under_fire(machine: Machine, capsys: Any) -> None:
    machine.settings = {
        "EXPUNGE_QUOTAS": "on",
        "EXPUNGE_LIMITS": " ".join(LIMITS),
        "EXPUNGE_JOB_ATTEMPTS": "4",
        "PYTHONPATH": f"{FUNCTIONS}:{Path(__file__).parents[2]}",
    }
    settings = Settings(data=machine.data, quotas="on", limits=LIMITS, job_lease_seconds=2)
    with closing_service(settings) as service:
        keys = [account_key(service, tier) for tier in (Tier.FREE, Tier.PRO)]
        secret = service.browsers.mint()
        browser = str(service.browsers.name(secret))
    callers = [{"x-client-secret": secret}, *({"x-api-key": key} for _, key in keys)]
    owners = [browser, *(owner for owner, _ in keys)]
    seen = Seen()
    with (
        fire(machine, random.Random(SEED), seen) as burning,
        ThreadPoolExecutor(CALLERS_AT_ONCE) as pool,
    ):
        list(pool.map(lambda call: make(machine, callers, call, seen), plan(JOBS, SEED)))
    seen.counts.update(burning.killed)

    recover(machine, settings)

    wired = stores(settings)
    with closing(Closing(wired.close)):
        counts = audit(wired.records, owners, seen, files(machine.data / "objects"), time.time())
        backlog = wired.inbox.backlog()
        assert (backlog.messages, backlog.dead) == (0, 0), "the queue is empty"
        wired.objects._clock = lambda: time.time() + 26 * 3600
        wired.housekeeping()
        assert files(machine.data / "objects") == {}, "what was left behind goes with its time"
    with capsys.disabled():
        title = f"the embedded server under fire, {JOBS} calls, seed {SEED}"
        print(f"\n{title}\n{told(counts + seen.counts)}")


def make(machine: Machine, callers: list[dict[str, str]], call: Call, seen: Seen) -> None:
    """Ask until there is an answer, where a key makes that safe; then perhaps again, or cancel."""
    view = asked(machine, callers[call.caller], call, seen)
    for _ in range(call.replays if view else 0):
        seen.counts["replays"] += 1
        asked(machine, callers[call.caller], call, seen)
    if view and call.cancel:
        seen.deleted.add(view["id"])
        with suppress(httpx2.TransportError):
            url = f"{machine.url}/api/v1/jobs/{view['id']}"
            answer = httpx2.delete(url, headers=callers[call.caller], timeout=60)
            if answer.status_code == 200:
                seen.counts["cancels asked for"] += 1
                seen.job(call, answer.json())
                if answer.json()["status"] not in ("succeeded", "failed"):
                    seen.deleted.discard(view["id"])


def asked(
    machine: Machine, caller: dict[str, str], call: Call, seen: Seen
) -> dict[str, Any] | None:
    headers = caller | ({"idempotency-key": call.key} if call.key else {})
    headers |= {"prefer": "respond-async"} if call.respond_async else {}
    until = time.monotonic() + 4 * PATIENCE
    while time.monotonic() < until:
        try:
            answer = httpx2.post(
                f"{machine.url}/api/v1/jobs",
                headers=headers,
                data={"mode": call.mode, "options": json.dumps(call.options)},
                files={"image": ("a", call.image)},
                timeout=60,
            )
        except httpx2.ReadTimeout:
            # A synchronous job whose server died: its replays wait for an end that the sweep
            # will write in a minute.
            seen.counts["calls that nobody waited for"] += 1
            return None
        except httpx2.TransportError:
            seen.counts["calls that were cut off"] += 1
            if call.key is None:
                return None
            time.sleep(0.2)
            continue
        seen.answers += 1
        if answer.status_code in (200, 202):
            assert call.valid, answer.text
            view = dict(answer.json())
            seen.job(call, view)
            return view
        if answer.status_code == 503 and call.key and answer.json()["code"] != "model_missing":
            seen.counts["calls answered with 503"] += 1
            if "did not answer" in answer.text and "store of" not in answer.text:
                return None  # the job itself has failed so, and every replay says the same
            continue
        if "did not finish" in answer.text:
            seen.counts["synchronous jobs whose server was killed"] += 1
            return None  # a replay that came after the sweep's end of it
        seen.counts[f"answered {answer.status_code} {answer.json()['code']}"] += 1
        expected = answer.status_code < 500 or answer.status_code == 503
        assert expected, answer.text
        return None
    pytest.fail(f"no answer to call {call.number}; {told(seen.counts)}")


def recover(machine: Machine, settings: Settings) -> None:
    """A sound server, to which an hour passes at once."""
    server = machine.serve(workers=2)
    with closing_service(settings, ahead=3600) as later:
        until = time.monotonic() + 4 * PATIENCE + JOBS
        while time.monotonic() < until:
            later.sweep()
            time.sleep(0.25)
            backlog = later.inbox.backlog() if later.inbox else None
            if backlog and backlog.dead:
                for letters in later.dead_letters:
                    letters.redrive()
            if next(later.jobs.unfinished(), None) is None and not messages(machine.data):
                break
        else:
            pytest.fail("jobs are left that do not end")
    server.terminate()
    server.wait(timeout=60)


def messages(data: Path) -> int:
    """Every message in the queue, seen or unseen."""
    import sqlite3

    with closing(sqlite3.connect(data / "expunge.sqlite3")) as connection:
        return int(connection.execute("SELECT count(*) FROM messages").fetchone()[0])


def files(folder: Path) -> dict[str, bytes]:
    """Objects by key, as the store writes them."""
    found = {}
    for path in folder.glob("*/*"):
        head, _, data = path.read_bytes().partition(b"\n")
        with suppress(ValueError):
            found[json.loads(head)[0]] = data
    return found


class Closing:
    def __init__(self, close: Any) -> None:
        self.close = close


@contextmanager
def closing_service(settings: Settings, ahead: float = 0) -> Iterator[Service]:
    service = build(settings, clock=lambda: time.time() + ahead)
    with closing(service):
        yield service


def account_key(service: Service, tier: Tier) -> tuple[str, str]:
    """An account's id, and a key of it."""
    account = service.accounts.create(tier)
    return account.id, service.accounts.create_key(account.id, "")[1]
