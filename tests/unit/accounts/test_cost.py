"""How many store calls each request makes, as the table in docs/explanation/architecture.md."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from expunge.accounts.account import credential_key
from expunge.accounts.accounts import Accounts
from expunge.accounts.callers import Caller, Tier
from expunge.accounts.credentials import Credentials
from expunge.accounts.policies import Policies
from expunge.accounts.usage import Usage
from expunge.jobs.job import Retention
from expunge.stores.local.database import Database
from expunge.stores.local.records import SqliteRecords
from tests.contract.books import ANONYMOUS, FREE, PRICE, PRO, Office

if TYPE_CHECKING:
    from collections.abc import Iterator

PAGE = Path(__file__).parents[3] / "docs" / "explanation" / "architecture.md"


class Clock:
    now = 1_800_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    clock = Clock()
    with Database(tmp_path / "records.sqlite3") as database:
        yield Office(SqliteRecords(database, clock=clock), tmp_path / "objects", clock)


def cost(office: Office, call: Any) -> tuple[int, int]:
    """Reads and writes of one call."""
    with office.records.failing(None):
        call()
        return office.records.calls["read"], office.records.calls["write"]


def documented(name: str) -> tuple[int, int]:
    """What the table in the docs says."""
    row = re.search(rf"^\| {re.escape(name)} \| (\d+) \| (\d+) \|", PAGE.read_text(), re.MULTILINE)
    assert row, name
    return int(row[1]), int(row[2])


CALLS = {
    "sync job, anonymous": lambda o: o.submit(ANONYMOUS),
    "with an idempotency key": lambda o: o.submit(ANONYMOUS, idempotency_key="k"),
    "sync job, paid, with an idempotency key": lambda o: o.submit(
        FREE, price=PRICE, cap="swaps", idempotency_key="k"
    ),
    "sync job, pro": lambda o: o.submit(PRO),
    "sync job, the image as its answer": lambda o: o.submit(ANONYMOUS, retention=Retention.REPORT),
    "sync job that decodes pixels": lambda o: o.submit(ANONYMOUS, mode="visible"),
    "sync job, its pictures kept": lambda o: o.submit(FREE, retention=Retention.ALL),
    "queued job, its admission": lambda o: o.submit(FREE, respond_async=True),
    "task, its admission": lambda o: o.submit(
        FREE, respond_async=True, price=PRICE, surface="tasks"
    ),
}


@pytest.mark.parametrize("name", CALLS)
def test_a_request_costs_what_the_docs_say(office: Office, name: str) -> None:
    found = cost(office, lambda: CALLS[name](office))

    assert found == documented(name)
    at_its_end = 0 if name.endswith("its admission") else 1
    assert found[0] - at_its_end <= 2, "to admit; one more at the end, to see whom to tell"
    apart = name in ("sync job that decodes pixels", "sync job, its pictures kept")
    assert found[1] <= (5 if apart else 2), "one to admit, one to end"


def test_a_refusal_costs_one_read(office: Office) -> None:
    for _ in range(3):
        office.submit(ANONYMOUS)

    found = cost(office, lambda: office.attempt(lambda: office.submit(ANONYMOUS)))

    assert found == documented("a refusal") == (1, 0)


def test_a_replay_costs_two_reads(office: Office) -> None:
    office.submit(ANONYMOUS, idempotency_key="k")

    found = cost(office, lambda: office.submit(ANONYMOUS, idempotency_key="k"))

    assert found == documented("a replay") == (2, 0)


def test_a_credential_costs_one_read_each_five_seconds(office: Office) -> None:
    records, clock = office.records, office.clock
    accounts = Accounts(records, clock)
    _, key = accounts.create_key(accounts.create(Tier.PRO).id, "")
    usage = Usage(records, clock)
    credentials = Credentials(records, usage, clock)
    credentials.of_key(key)

    assert cost(office, lambda: [credentials.of_key(key) for _ in range(50)]) == (0, 0)
    clock.now += 5
    assert cost(office, lambda: credentials.of_key(key)) == (1, 0)
    clock.now += 60
    assert cost(office, lambda: credentials.of_key(key)) == (1, 1), "and its use is written down"
    assert usage.of(*_names(records, key)).request_count == 53


def _names(records: Any, key: str) -> tuple[str, str]:
    from expunge.accounts.tokens import digest

    item = records.get(credential_key(digest(key)))
    return item["account"], item["id"]


def test_neither_partner_is_imported_before_somebody_needs_it(tmp_path: Path) -> None:
    script = """
import sys
from pathlib import Path
from expunge.bootstrap import build
from expunge.settings import Settings
from expunge.web.app import create_app

create_app(build(Settings(
    data=Path(sys.argv[1]),
    openid_client_id="c", openid_client_secret="s",
    stripe_key="k", stripe_webhook_secret="w", stripe_price="p",
)))
print([name for name in ("authlib", "joserfc", "requests", "stripe") if name in sys.modules])
"""
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    printed = subprocess.check_output(
        [sys.executable, "-c", script, str(tmp_path)], env=environment, text=True
    )

    assert printed.strip() == "[]"


def test_an_anonymous_job_reads_no_subscriptions(office: Office) -> None:
    read: list[Any] = []
    get = office.records.get
    office.records.get = lambda key: (read.append(key.sort), get(key))[1]
    office.submit(ANONYMOUS)
    office.submit(FREE)

    assert read.count("hooks") == 1, "the account's"


SHARDED = ("pending#", "cleanup#", "outbox#", "archive#")


def test_no_partition_is_every_callers(office: Office) -> None:
    office.meter.policies = Policies()
    seen: list[set[str]] = []
    write = office.records.write
    for caller in (FREE, PRO, Caller("acc_third", Tier.FREE)):
        partitions: set[str] = set()

        def note(*changes: Any, into: set[str] = partitions) -> None:
            into |= {change.key.partition for change in changes}
            write(*changes)

        office.records.write = note
        for request in ({}, {"respond_async": True}, {"mode": "visible"}):
            job = office.submit(caller, **request).job
            office.jobs.uploads.create(caller, content_type="image/jpeg", size=1)
        office.jobs.cancel(caller, job.id)
        kept = office.submit(caller, mode="visible", retention=Retention.ALL).job
        office.jobs.remove(caller, kept.id)
        seen.append({name for name in partitions if not name.startswith(SHARDED)})

    assert not seen[0] & seen[1]
    assert not seen[1] & seen[2]
