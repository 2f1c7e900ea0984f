"""The tables of docs/how-to/costs.md that are made from the counts."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

from tests.benchmarks.costs.dollars import PRICES, Count

PAGE = Path(__file__).parents[3] / "docs" / "how-to" / "costs.md"
COUNTS = Path(__file__).with_name("counts.json")
Counts = Mapping[str, Mapping[str, Count]]


def known() -> Counts:
    """The counts of the last `make cost`."""
    found = json.loads(COUNTS.read_text())
    return {job: {who: Count(**one) for who, one in both.items()} for job, both in found.items()}


def table(counts: Counts) -> str:
    """Units, calls and dollars by job."""
    head = (
        "| a million jobs | write units | read units | S3 PUT | Lambda, ms | dollars |\n"
        "|---|---|---|---|---|---|"
    )
    rows = [_row(name, both["anonymous"], both["account"]) for name, both in counts.items()]
    return "\n".join([head, *rows])


def _row(name: str, anonymous: Count, account: Count) -> str:
    units = f"{anonymous.write_units} / {account.write_units}"
    reads = f"{anonymous.read_units} / {account.read_units}"
    milliseconds = f"{anonymous.lambda_ms:,.0f}"
    dollars = f"{anonymous.dollars():,.1f} / {account.dollars():,.1f}"
    puts = anonymous.of("s3.Put")
    return f"| {name} | {units} | {reads} | {puts} | {milliseconds} | {dollars} |"


def prices() -> str:
    """The price table with its sources."""
    head = "| | dollars | source | read |\n|---|---|---|---|"
    rows = [
        f"| {name.replace('_', ' ')} | {price['per_million']:,g} a million | {price['source']} "
        f"| {price['read']} |"
        for name, price in PRICES.items()
        if isinstance(price, dict) and "per_million" in price
    ]
    return "\n".join([head, *rows])


def written(page: str, counts: Counts) -> str:
    """The page with its tables."""
    from tests.benchmarks import scale

    tables = {"counts": table(counts), "scale": scale.markdown(counts), "prices": prices()}
    for name, text in tables.items():
        begin, end = f"<!-- {name} -->", f"<!-- /{name} -->"
        before, _, rest = page.partition(begin)
        page = f"{before}{begin}\n\n{text}\n\n{end}{rest.partition(end)[2]}"
    return page


def write(counts: Counts) -> None:
    PAGE.write_text(written(PAGE.read_text(), counts))
