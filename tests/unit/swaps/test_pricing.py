"""What a swap costs: the table of prices, as a function of what its files measure."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from expunge.bootstrap import build
from expunge.settings import Settings, SettingsInvalid
from expunge.swaps.pricing import (
    FREE_GIF_BYTES,
    Kind,
    Prices,
    PricesInvalid,
    Size,
    least_of,
    parse_prices,
    price_of,
)

DEFAULTS = Prices()
MB = 1_048_576
HD = {"width": 1280, "height": 720}
SIZES = st.builds(
    Size,
    faces=st.integers(1, 16),
    seconds=st.floats(0, 86_400),
    file_bytes=st.integers(0, 1 << 40),
    width=st.integers(1, 8_192),
    height=st.integers(1, 8_192),
)


def cost(kind: str, **size: float) -> float:
    return price_of(Kind(kind), Size(**size), DEFAULTS) / 1_000


@pytest.mark.parametrize(
    ("kind", "size", "expected"),
    [
        ("image", {}, 1),
        ("multi_face_image", {"faces": 1}, 1),
        ("multi_face_image", {"faces": 7}, 7),
        ("gif", {"seconds": 3, "file_bytes": MB}, 0),
        ("gif", {"seconds": sum([0.03] * 100), "file_bytes": MB}, 0),
        ("gif", {"seconds": 3.01, "file_bytes": 1}, 1),
        ("gif", {"seconds": 3.05, "file_bytes": 1}, 1),
        ("gif", {"seconds": 5.01, "file_bytes": 1}, 2),
        ("gif", {"seconds": 10, "file_bytes": 1}, 2),
        ("gif", {"seconds": 0.1, "file_bytes": MB + 1}, 1),
        ("gif", {"seconds": 5, "file_bytes": 3 * MB}, 1),
        ("gif", {"seconds": 5.2, "file_bytes": 3 * MB}, 2),
        ("gif", {"seconds": 60, "file_bytes": 3 * MB}, 12),
        ("video", {"seconds": 0, **HD}, 1),
        ("video", {"seconds": 5, **HD}, 1),
        ("video", {"seconds": 5.04, **HD}, 1),
        ("video", {"seconds": 5.06, **HD}, 2),
        ("video", {"seconds": 10, **HD}, 2),
        ("video", {"seconds": 10.1, **HD}, 3),
        ("video", {"seconds": 5, "width": 720, "height": 1280}, 1),
        ("video", {"seconds": 5, "width": 1281, "height": 720}, 2),
        ("video", {"seconds": 5, "width": 1280, "height": 722}, 2),
        ("video", {"seconds": 5, "width": 900, "height": 900}, 2),
        ("video", {"seconds": 14, "width": 3840, "height": 2160}, 6),
    ],
)
def test_the_table(kind: str, size: dict[str, float], expected: float) -> None:
    assert cost(kind, **size) == expected


def test_a_clip_of_five_seconds_costs_one_step_whatever_its_frame_rate() -> None:
    for frames, rate in ((150, 30_000 / 1_001), (120, 24_000 / 1_001), (250, 50.0)):
        assert cost("video", seconds=frames / rate, **HD) == 1


@given(kind=st.sampled_from(Kind), size=SIZES, more=st.floats(0, 1_000))
def test_more_time_never_costs_less(kind: Kind, size: Size, more: float) -> None:
    longer = Size(size.faces, size.seconds + more, size.file_bytes, size.width, size.height)

    assert price_of(kind, longer, DEFAULTS) >= price_of(kind, size, DEFAULTS) >= 0


@given(kind=st.sampled_from(Kind), size=SIZES)
def test_no_swap_costs_less_than_the_least(kind: Kind, size: Size) -> None:
    assert price_of(kind, size, DEFAULTS) >= least_of(kind, size.faces, DEFAULTS)


def test_an_operator_changes_single_prices() -> None:
    prices = parse_prices(["image=1.5", "large-video=0"])

    assert prices == Prices(image=1_500, large_video=0)
    assert price_of(Kind.VIDEO, Size(seconds=9, width=4_000, height=2_000), prices) == 0
    assert price_of(Kind.GIF, Size(file_bytes=FREE_GIF_BYTES + 1), prices) == 1_000


@pytest.mark.parametrize(
    "word",
    ["image", "image=", "image=x", "image=-1", "image=1.0005", "image=1001", "photo=1", "=1"],
)
def test_a_wrong_price_is_told_at_start(word: str, tmp_path) -> None:
    with pytest.raises(PricesInvalid, match=r"name=credits"):
        parse_prices([word])
    with pytest.raises(SettingsInvalid, match="EXPUNGE_SWAP_PRICES"):
        build(Settings(data=tmp_path, swap_prices=(word,)))
