"""A JPEG whose blocks cannot be replaced is encoded again with what it had, if a library can."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image

from expunge.imaging.codecs import encode
from tests.samples import jpeg
from tests.unit.codecs.drawing import after, decoded, drawn, file_of, patch_on

LUMA, CHROMA = [3] * 64, [9] * 64
FIRST_ID = 10
"""Offset of the first component's id in a frame header segment."""


def progressive(**options: object) -> bytes:
    tables = {"qtables": [LUMA, CHROMA], "progressive": True}
    return file_of(drawn(60, 40), "JPEG", **tables | options)


def in_slots(file: bytes, luma: int, chroma: int) -> bytes:
    """Move the quantisation tables to other destinations."""
    out, places = b"\xff\xd8", (luma, chroma)
    for marker, part in jpeg.walk(file):
        changed = bytearray(part)
        if marker == 0xDB:
            changed[4] = places[part[4]]
        if marker == 0xC2:
            for at in (12, 15, 18):
                changed[at] = places[part[at]]
        out += bytes(changed) if marker != 0xD8 else b""
    return out


@pytest.mark.parametrize("slots", [(0, 1), (1, 0), (0, 2), (2, 3), (3, 1)])
def test_each_component_keeps_its_quantisation(slots: tuple[int, int]) -> None:
    before = decoded(in_slots(progressive(), *slots))
    encoded = encode(before, [patch_on(before, (8, 8, 24, 24))])
    with Image.open(io.BytesIO(encoded.data)) as image:
        tables = [set(image.quantization[place]) for _, _, _, place in image.layer]
    assert tables == [{3}, {9}, {9}]


@pytest.mark.parametrize("subsampling", [0, 1, 2])
def test_red_green_and_blue_may_be_sampled_unlike(subsampling: int) -> None:
    named = progressive(subsampling=subsampling)
    out = b"\xff\xd8"
    for marker, part in jpeg.walk(named):
        changed = bytearray(part)
        if marker == 0xC2:
            changed[10::3] = b"RGB"
        if marker == 0xDA:
            for at in range(5, 5 + 2 * part[4], 2):
                changed[at] = b"RGB"[part[at] - 1]
        out += b"" if marker in (0xD8, 0xE0) else bytes(changed)
    before = decoded(out)
    now = after(encode(before, [patch_on(before, (16, 16, 32, 32), 200)]))
    assert np.abs(now.pixels[18:30, 18:30].astype(int) - 200).max() <= 6
    assert np.abs(now.pixels[:, 40:].astype(int) - before.pixels[:, 40:]).mean() < 4
