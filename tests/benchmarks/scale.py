"""What breaks first at 100, 1,000 and 10,000 jobs a second: arithmetic, no load.

It multiplies what one job takes, as `make cost` counted it, by the rate, and compares the product
with published quotas (`quotas.toml`) and with the parameters of the template.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.table import Table

from expunge.jobs import pending
from tests.benchmarks.costs import pages
from tests.lambdas import sam

if TYPE_CHECKING:
    from rich.console import Console

    from tests.benchmarks.costs.dollars import Count
    from tests.benchmarks.costs.pages import Counts

RATES = (100, 1_000, 10_000)
"""Jobs a second."""
WAITED = "`metadata`, the image as the answer"
QUEUED = "`invisible`"
SHARE_QUEUED = 0.05
"""Share of jobs that a worker runs; the others are light, and their callers wait."""
BUSIEST_CALLER = 0.01
"""Share of all jobs that one account sends."""
QUOTAS = tomllib.loads(Path(__file__).with_name("quotas.toml").read_text())


@dataclass(frozen=True)
class Limit:
    """One quota, and what a load takes of it."""

    name: str
    needed: float
    allowed: float
    remedy: str

    @property
    def share(self) -> float:
        return self.needed / self.allowed


def run(console: Console) -> None:
    counts = pages.known()
    for rate in RATES:
        console.print(table(rate, limits(rate, counts)))


def table(rate: int, found: list[Limit]) -> Table:
    """The limits of one rate, the first to break at the top."""
    shown = Table(title=f"{rate:,} jobs a second, {SHARE_QUEUED:.0%} of them queued")
    for head in ("limit", "needed", "allowed", "share", "what to raise"):
        shown.add_column(head, justify="left" if head in ("limit", "what to raise") else "right")
    for one in found:
        remedy = one.remedy if one.share > 1 else ""
        numbers = f"{one.needed:,.0f}", f"{one.allowed:,.0f}", f"{one.share:,.2f}"
        shown.add_row(one.name, *numbers, remedy)
    return shown


def markdown(counts: Counts) -> str:
    """What each rate needs of the limits that it exceeds, the most exceeded first."""
    lines = ["| jobs a second | what breaks, in this order: needed of allowed |", "|---|---|"]
    for rate in RATES:
        broken = [one for one in limits(rate, counts) if one.share > 1]
        told = (f"{one.name}: {one.needed:,.0f} of {one.allowed:,.0f}" for one in broken)
        lines.append(f"| {rate:,} | {'; '.join(told) or 'nothing'} |")
    return "\n".join(lines)


def limits(rate: float, counts: Counts) -> list[Limit]:
    """Every limit at a rate, the most exceeded first."""
    waited, queued = counts[WAITED]["anonymous"], counts[QUEUED]["anonymous"]
    return sorted(_limits(rate, waited, queued), key=lambda one: -one.share)


def _limits(rate: float, waited: Count, queued: Count) -> Iterator[Limit]:
    """Of a load of which `SHARE_QUEUED` is queued jobs."""
    template = sam.template()
    heavy, light = rate * SHARE_QUEUED, rate * (1 - SHARE_QUEUED)
    stage = template["Resources"]["HttpApi"]["Properties"]["DefaultRouteSettings"]
    yield Limit(
        "requests a second at the stage",
        rate,
        _default(template, stage["ThrottlingRateLimit"]),
        "RequestsPerSecond",
    )
    yield Limit(
        "requests a second at API Gateway, all of the account's APIs",
        rate,
        QUOTAS["gateway_requests"]["per_second"],
        "the account's throttle quota of API Gateway",
    )
    functions = light * waited.lambda_ms / 1e3 + heavy * queued.lambda_ms / 1e3
    yield Limit(
        "copies of functions at once, all of the account's",
        functions,
        QUOTAS["lambda_concurrency"]["at_once"],
        "Lambda's concurrency quota",
    )
    yield Limit(
        "copies of the jobs function",
        heavy * queued.lambda_ms / 1e3,
        _default(template, {"Ref": "JobsConcurrency"}),
        "JobsConcurrency",
    )
    writes = light * waited.write_units + heavy * queued.write_units
    yield Limit(
        "write units a second of the table",
        writes,
        QUOTAS["table_write_units"]["per_second"],
        "the table's write quota; warm throughput before a sudden rise",
    )
    reads = light * waited.read_units + heavy * queued.read_units
    yield Limit(
        "read units a second of the table",
        reads,
        QUOTAS["table_read_units"]["per_second"],
        "the table's read quota",
    )
    shards = len(pending.SHARDS.all()) - len(pending.SHARDS.former)
    yield Limit(
        "write units a second of a pending partition",
        heavy * 4 / shards,  # an entry is written and deleted in a transaction
        QUOTAS["partition_write_units"]["per_second"],
        "pending.SHARDS",
    )
    yield Limit(
        "write units a second of one account's partition",
        rate * BUSIEST_CALLER * waited.write_units,
        QUOTAS["partition_write_units"]["per_second"],
        "several accounts for one customer; its counters are one item each",
    )
    yield Limit(
        "PUTs a second of a prefix of the bucket",
        heavy * queued.of("s3.Put") / 2,  # in/ and out/
        QUOTAS["prefix_puts"]["per_second"],
        "nothing at first: S3 splits a busy prefix by itself, and answers 503 meanwhile",
    )
    yield Limit(
        "messages in flight in the job queue",
        heavy * queued.lambda_ms / 1e3,
        QUOTAS["queue_in_flight"]["at_once"],
        "the quota of messages in flight",
    )


def _default(template: dict[str, Any], value: object) -> float:
    """A number of the template, or its parameter's default."""
    if isinstance(value, dict):
        return float(template["Parameters"][value["Ref"]]["Default"])
    return float(str(value))
