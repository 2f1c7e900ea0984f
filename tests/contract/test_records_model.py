"""Both record stores under random operations, compared with a dictionary as the model."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from expunge.stores.ports import Add, Delete, Key, Put, Update, WriteRefused

KEYS = [Key(partition, sort) for partition in "pq" for sort in ("a", "ab", "b")]
FIELDS = ["n", "state"]
VALUES = [None, 0, 1, 2, "queued", [1, {"a": 2.5}]]

keys = st.sampled_from(KEYS)
items = st.dictionaries(st.just("state"), st.sampled_from(VALUES)) | st.builds(
    lambda n: {"n": n}, st.integers(-3, 3)
)
conditions = st.dictionaries(
    st.sampled_from(FIELDS), st.lists(st.sampled_from(VALUES), min_size=1, max_size=3), max_size=2
)
lifetimes = st.none() | st.integers(-1, 3)
bounds = st.none() | st.integers(-3, 3)
changes = st.one_of(
    st.builds(Put, keys, items, if_absent=st.booleans(), expires_at=lifetimes),
    st.builds(
        Update, keys, st.dictionaries(st.just("state"), st.sampled_from(VALUES)), only_if=conditions
    ),
    st.builds(
        Add,
        keys,
        st.just("n"),
        st.integers(-3, 3),
        floor=bounds,
        ceiling=bounds,
        expires_at=lifetimes,
    ),
    st.builds(Delete, keys, only_if=conditions),
)
writes = st.lists(changes, min_size=1, max_size=3, unique_by=lambda change: change.key)
steps = st.lists(st.tuples(writes, st.sampled_from([0, 0, 1])), min_size=1, max_size=12)


class Model:
    """The port's contract, implemented over a dictionary of ``key → (item, expires_at)``."""

    def __init__(self) -> None:
        self.entries = {}

    def live(self, now) -> dict:
        return {key: entry for key, entry in self.entries.items() if (entry[1] or now + 1) > now}

    def write(self, changes, now) -> tuple[int, dict | None] | None:
        """``None``, or the refusing index and item."""
        entries = self.live(now)
        for index, change in enumerate(changes):
            old = entries.get(change.key)
            if not self.allows(change, old):
                return index, old and old[0]
            new = self.result(change, old)
            entries = {key: entry for key, entry in entries.items() if key != change.key}
            entries |= {change.key: new} if new else {}
        self.entries = entries
        return None

    def allows(self, change, old) -> bool:
        match change:
            case Put():
                return not (change.if_absent and old)
            case Add():
                total = (old[0].get("n", 0) if old else 0) + change.amount
                above = change.ceiling is not None and total > change.ceiling
                below = change.floor is not None and total < change.floor
                return not (above or below)
            case Delete() if not change.only_if:
                return True
        return bool(old) and all(
            old[0].get(name) in values for name, values in change.only_if.items()
        )

    def result(self, change, old):
        match change:
            case Put():
                return change.item, change.expires_at
            case Update():
                return {**old[0], **change.set}, old[1]
            case Add():
                item, expires_at = old or ({}, change.expires_at)
                return {**item, "n": item.get("n", 0) + change.amount}, expires_at
        return None


def moved(change, now: int):
    """The change with its lifetime counted from now."""
    if getattr(change, "expires_at", None) is None:
        return change
    fields = {name: getattr(change, name) for name in change.__dataclass_fields__}
    return type(change)(**fields | {"expires_at": now + change.expires_at})


def attempt(records, changes) -> tuple[int, dict | None] | None:
    try:
        records.write(*changes)
    except WriteRefused as refused:
        return refused.index, refused.item
    return None


def listed(records, partition: str, *, newest_first: bool) -> list:
    """All entries of a partition, read two per page."""
    found, cursor = [], None
    while True:
        page = records.query(partition, limit=2, cursor=cursor, newest_first=newest_first)
        found += page.entries
        if (cursor := page.cursor) is None:
            return found


def drive(records, clock, script) -> None:
    model = Model()
    for batch, pause in script:
        now = int(clock.now)
        chosen = [moved(change, now) for change in batch]
        assert attempt(records, chosen) == model.write(chosen, now)
        clock.advance(pause)
    live = {key: entry[0] for key, entry in model.live(int(clock.now)).items()}
    assert {key: records.get(key) for key in KEYS} == {key: live.get(key) for key in KEYS}
    for partition in "pq":
        expected = [
            (key.sort, live[key]) for key in KEYS if key in live and key.partition == partition
        ]
        assert listed(records, partition, newest_first=False) == expected
        assert listed(records, partition, newest_first=True) == expected[::-1]


@pytest.mark.parametrize(
    ("new_records", "examples"), [("local", 60), ("aws", 12)], indirect=["new_records"]
)
def test_a_store_does_what_the_model_does(new_records, clock, examples):
    @settings(
        max_examples=examples,
        deadline=None,
        derandomize=True,
        suppress_health_check=[HealthCheck.too_slow],
    )
    @given(steps)
    def run(script):
        drive(new_records(), clock, script)

    run()
