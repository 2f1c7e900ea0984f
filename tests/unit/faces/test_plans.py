"""The passes of each plan."""

from __future__ import annotations

import itertools

from hypothesis import given, settings
from hypothesis import strategies as st

from expunge.imaging.faces.plans import MAX_ENLARGED, OVERLAP, Plan, passes


def test_every_plan_has_a_pass_that_makes_a_close_up_small() -> None:
    for plan in Plan:
        assert min(look.scale * 4000 for look in passes(plan, 4000, 3000)) <= 384


def test_fast_and_balanced_see_a_large_image_alike_and_a_small_one_finer_with_balanced() -> None:
    fast, balanced = passes(Plan.FAST, 4000, 3000), passes(Plan.BALANCED, 4000, 3000)

    assert [look.scale * 4000 for look in fast] == [384, 1280]
    assert [look.scale * 4000 for look in balanced] == [384, 1280]
    assert passes(Plan.FAST, 400, 300)[-1].scale < passes(Plan.BALANCED, 500, 300)[-1].scale


def test_a_small_image_is_enlarged_for_the_network() -> None:
    longest = {
        size: passes(Plan.BALANCED, size, 100)[-1].scale * size for size in (700, 1024, 1100)
    }

    assert longest == {700: 1024, 1024: 1024, 1100: 1100}


def test_thorough_searches_a_large_image_in_tiles() -> None:
    last = passes(Plan.THOROUGH, 4000, 3000)[-1]

    assert last.scale == 1
    assert last.tiled
    assert all(part.width <= 1024 and part.height <= 1024 for part in last.parts)


def test_enlarging_a_small_image_has_a_limit() -> None:
    for plan in Plan:
        looks = passes(plan, 100, 80)
        assert [look.scale for look in looks] == [MAX_ENLARGED]


@given(st.integers(1, 9000), st.integers(1, 9000), st.sampled_from(Plan))
@settings(max_examples=60, deadline=None)
def test_tiles_cover_the_image_and_stay_inside(width: int, height: int, plan: Plan) -> None:
    for look in passes(plan, width, height):
        for start, length, side in (("x", "width", width), ("y", "height", height)):
            spans = sorted({(getattr(p, start), getattr(p, length)) for p in look.parts})
            assert spans[0][0] == 0
            assert sum(spans[-1]) == side
            for (one, wide), (other, _) in itertools.pairwise(spans):
                assert one + wide - other >= OVERLAP / look.scale - 1
