"""Names of jobs."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from expunge.ids import earliest, made_at, new_id

moments = st.floats(0, 2**47 / 1000)


@given(moments, moments)
def test_ids_sort_by_time(a: float, b: float) -> None:
    if int(a * 1000) != int(b * 1000):
        assert (new_id("job", a) < new_id("job", b)) == (a < b)


@given(moments)
def test_an_id_tells_when_it_was_made(now: float) -> None:
    digits = new_id("job", now).removeprefix("job_")

    assert made_at(digits) == int(now * 1000) / 1000
    assert earliest(now) <= digits < earliest(now + 0.002)


@pytest.mark.parametrize("text", ["", "1", "8" + "0" * 25, "U" * 26, "0" * 27, "٠" * 26, "o" * 26])
def test_other_text_was_never_made(text: str) -> None:
    assert made_at(text) is None


def test_ids_do_not_repeat() -> None:
    assert len({new_id("job", 1.0) for _ in range(1000)}) == 1000


@given(moments)
def test_an_id_is_a_prefix_and_26_letters(now: float) -> None:
    prefix, _, rest = new_id("job", now).partition("_")

    assert prefix == "job"
    assert len(rest) == 26
    assert rest.isalnum()
    assert rest == rest.upper()
