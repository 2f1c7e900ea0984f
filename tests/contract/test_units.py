"""What a job takes of DynamoDB, counted on the wire, as docs/how-to/costs.md says."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.benchmarks import scale
from tests.benchmarks.costs import pages
from tests.benchmarks.costs.scenarios import SCENARIOS
from tests.benchmarks.costs.sizes import read_units, row_bytes, write_units
from tests.benchmarks.costs.stack import CALLERS, Stack, stack
from tests.contract.partitions import all_partitions as few_partitions  # noqa: F401 (a fixture)

if TYPE_CHECKING:
    from collections.abc import Iterator

HELD = {scenario.name: scenario for scenario in SCENARIOS[:4]}
"""Those that need no model, and whose heartbeat does not write."""


@pytest.fixture(scope="module")
def on(cloud) -> Iterator[Stack]:
    with pytest.MonkeyPatch.context() as patch, stack(cloud.endpoint, patch) as made:
        yield made


@pytest.mark.parametrize("who", CALLERS)
@pytest.mark.parametrize("name", HELD)
def test_a_job_takes_what_the_docs_say(on: Stack, name: str, who: str) -> None:
    found, said = HELD[name].count(on, CALLERS[who]), pages.known()[name][who]

    assert (found.write_units, found.read_units) == (said.write_units, said.read_units)
    assert found.calls == said.calls


def test_a_job_takes_no_more_than_the_aims() -> None:
    counts = pages.known()
    stored, answered, detect = (counts[SCENARIOS[number].name] for number in range(3))

    for both in (stored, answered):
        for count in both.values():
            assert count.write_units <= 8
            assert count.read_units <= 2
    assert detect["account"].write_units <= 8
    assert detect["anonymous"].write_units <= 11, "two counters, and a listing"
    assert answered["anonymous"].of("s3.") == 0
    assert stored["anonymous"].dollars() <= 15
    assert answered["anonymous"].dollars() <= 10


def test_the_page_has_the_tables_of_the_counts() -> None:
    page = pages.PAGE.read_text()

    assert pages.written(page, pages.known()) == page, "run `make cost`"
    own = [count.dollars() for count in pages.known()[SCENARIOS[1].name].values()]
    assert "| ${:.0f}, with an account ${:.0f} |".format(*own) in page, "beside the others"


def test_sizes_follow_the_published_rules() -> None:
    row = {"pk": {"S": "äb"}, "n": {"N": "-12.50"}, "none": {"NULL": True}}
    assert row_bytes(row) == (2 + 3) + (1 + 2 + 1 + 1) + (4 + 1)
    assert row_bytes({"l": {"L": [{"S": "ab"}]}}) == 1 + 3 + 1 + 2
    assert row_bytes({"m": {"M": {"key": {"BOOL": True}}}}) == 1 + 3 + 1 + 3 + 1
    large = {"pk": {"S": "x" * 1_100}}
    assert write_units(None, large, together=False) == 2
    assert write_units(large, None, together=True) == 4
    assert read_units([large] * 4) == 2
    assert read_units([]) == 1


def test_what_breaks_first_grows_with_the_rate() -> None:
    counts = pages.known()
    orders = {rate: scale.limits(rate, counts) for rate in scale.RATES}

    for rate, found in orders.items():
        shares = [one.share for one in found]
        assert shares == sorted(shares, reverse=True)
        assert all(one.needed > 0 and one.allowed > 0 for one in found), rate
    assert orders[10_000][0].share == pytest.approx(100 * orders[100][0].share)
    pending = next(one for one in orders[10_000] if "pending" in one.name)
    assert pending.share < 0.1, "no partition is shared by all"
