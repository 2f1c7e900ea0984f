"""The policy table: what the contract says, and how an operator changes it."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from expunge.accounts.policies import (
    TABLE,
    LimitsInvalid,
    Period,
    Policies,
    Policy,
    parse_limits,
)
from expunge.accounts.tables import limits_page
from expunge.operations import Group
from expunge.settings import Settings, SettingsInvalid

PAGE = Path(__file__).parents[3] / "docs" / "reference" / "limits.md"
moments = st.floats(1_577_836_800, 4_102_444_800)  # 2020 to 2100


@pytest.mark.parametrize(
    ("scope", "light", "heavy", "uploads", "detect"),
    [
        ("anonymous", {"hour": 30}, {"hour": 5, "day": 12}, {"hour": 60}, {"hour": 100}),
        ("free", {"hour": 100}, {"hour": 15, "day": 12}, {"hour": 200}, {"hour": 500}),
        ("pro", {"month": 5000}, {"month": 500}, {}, {}),
    ],
)
def test_the_table_is_the_contracts(scope, light, heavy, uploads, detect) -> None:
    policies = Policies()
    found = {
        group: {str(p.period): p.limit for p in policies.of(scope, group)}
        for group in ("light", "heavy", "uploads", "detect")
    }

    assert found == {"light": light, "heavy": heavy, "uploads": uploads, "detect": detect}


def test_every_group_of_modes_has_limits() -> None:
    assert {group.value for group in Group} <= {group for _, group, _ in TABLE}


@given(moments)
def test_every_moment_is_in_its_window(now: float) -> None:
    for period in (Period.MINUTE, Period.HOUR, Period.DAY, Period.MONTH):
        policy = Policy("free", "light", period, 1)
        start, end = policy.window(now)

        assert start <= now < end
        assert policy.window(end) != (start, end)
        assert policy.window(end)[0] == end, "windows follow one another without a gap"
        assert policy.window(end - 1) == (start, end)


def test_a_month_is_the_calendars() -> None:
    policy = Policy("pro", "light", Period.MONTH, 1)
    december = datetime(2026, 12, 31, 23, 59, 59, tzinfo=UTC).timestamp()

    start, end = policy.window(december)

    assert datetime.fromtimestamp(start, UTC) == datetime(2026, 12, 1, tzinfo=UTC)
    assert datetime.fromtimestamp(end, UTC) == datetime(2027, 1, 1, tzinfo=UTC)


def test_an_operator_changes_single_cells() -> None:
    policies = Policies(parse_limits(["anonymous.light.hour=60", "pro.heavy.month=none"]))

    assert [p.limit for p in policies.of("anonymous", "light")] == [60]
    assert policies.of("pro", "heavy") == ()
    assert [p.limit for p in policies.of("free", "light")] == [100]


@pytest.mark.parametrize(
    "word",
    [
        "anonymous.light=1",
        "nobody.light.hour=1",
        "free.dark.hour=1",
        "free.light.week=1",
        "free.light.hour=-1",
        "free.light.hour=many",
        "free.uploads.concurrent=1",
        "",
    ],
)
def test_a_limit_that_makes_no_sense_is_named(word: str) -> None:
    with pytest.raises(LimitsInvalid, match=f"«{word}»"):
        parse_limits([word])


def test_a_wrong_limit_stops_the_start_by_name(tmp_path: Path) -> None:
    from expunge.bootstrap import build

    with pytest.raises(SettingsInvalid, match="EXPUNGE_LIMITS: «free"):
        build(Settings(data=tmp_path, limits=("free.light",)))


def test_off_means_no_limits_at_all() -> None:
    assert Policies(on=False).of("anonymous", "light") == ()


def test_the_committed_page_is_the_table() -> None:
    assert PAGE.read_text(encoding="utf-8") == limits_page(), "run: make docs"
