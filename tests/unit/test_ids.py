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


def test_ids_of_the_first_version_are_read_and_sort_among_those_of_today() -> None:
    old = "01KAYZ8D3M6QW0F8R5T2V4X6Y8"
    made = made_at(old)

    assert made is not None
    assert new_id("job", made - 0.002) < f"job_{old}" < new_id("job", made + 0.002)


def test_an_id_holds_120_random_bits() -> None:
    digits = [new_id("job", 1.0)[-24:] for _ in range(2000)]

    for place in range(24):
        assert len({one[place] for one in digits}) == 32


@pytest.mark.parametrize("text", ["", "1", "8" + "0" * 33, "U" * 34, "0" * 27, "٠" * 34, "o" * 34])
def test_other_text_was_never_made(text: str) -> None:
    assert made_at(text) is None


def test_ids_do_not_repeat() -> None:
    assert len({new_id("job", 1.0) for _ in range(1000)}) == 1000


@given(moments)
def test_an_id_is_a_prefix_and_34_letters(now: float) -> None:
    prefix, _, rest = new_id("job", now).partition("_")

    assert prefix == "job"
    assert len(rest) == 34
    assert rest.isalnum()
    assert rest == rest.upper()
