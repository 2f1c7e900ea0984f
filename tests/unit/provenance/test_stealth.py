"""Parameters hidden in the low bits of pixels."""

from __future__ import annotations

import gzip
import random
import struct

import pytest
from tests.unit.provenance import making

from expunge.imaging.provenance import stealth
from expunge.imaging.provenance.survey import survey
from expunge.imaging.source import Source


def bits(data: bytes) -> list[int]:
    return [byte >> (7 - n) & 1 for byte in data for n in range(8)]


def filtered(row: bytes, above: bytes, channels: int, kind: int) -> bytes:
    """A row filtered as in the PNG specification (9.2)."""
    out = bytearray([kind])
    for i, value in enumerate(row):
        left = row[i - channels] if i >= channels else 0
        corner = above[i - channels] if i >= channels else 0
        p = left + above[i] - corner
        paeth = min((left, above[i], corner), key=lambda x: abs(p - x))
        guess = (0, left, above[i], (left + above[i]) // 2, paeth)[kind]
        out.append((value - guess) % 256)
    return bytes(out)


def hidden_png(signature: bytes, payload: bytes, *, width: int = 4, height: int = 160) -> bytes:
    """A PNG with random pixels that hides a payload, column by column."""
    message = bits(signature + struct.pack(">I", 8 * len(payload)) + payload)
    channels = 4
    rng = random.Random(7)
    pixels = [[list(rng.randbytes(channels)) for _ in range(width)] for _ in range(height)]
    places = [
        (y, x, channel)
        for x in range(width)
        for y in range(height)
        for channel in ((3,) if b"png" in signature else (0, 1, 2))
    ]
    for bit, (y, x, channel) in zip(message, places, strict=False):
        pixels[y][x][channel] = pixels[y][x][channel] & 0xFE | bit
    rows, above = [], bytes(width * channels)
    for y in range(height):
        row = bytes(sample for pixel in pixels[y] for sample in pixel)
        rows.append(filtered(row, above, channels, y % 5))
        above = row
    return making.png(rows=rows, width=width, channels=channels)


def found_in(data: bytes, *, deep: bool = False):
    return [f.fact for f in survey(Source.of(data).layout, data, deep=deep)]


@pytest.mark.parametrize(
    "signature", [b"stealth_pnginfo", b"stealth_pngcomp", b"stealth_rgbinfo", b"stealth_rgbcomp"]
)
@pytest.mark.parametrize(("width", "height"), [(4, 160), (5, 40), (12, 31)])
def test_a_signature_is_found_with_any_filters_and_shape(signature, width, height):
    (fact,) = found_in(hidden_png(signature, bytes(3), width=width, height=height))
    assert fact.reader == "stealth"
    assert fact.value == f"{signature.decode()}, 3 bytes"


def test_an_image_without_a_signature_is_read_only_up_to_the_first_difference(monkeypatch):
    data = hidden_png(b"nothing_hidden!", bytes(3))
    rows = []
    whole = stealth._inflated_rows

    def counted(*args):
        for row in whole(*args):
            rows.append(row)
            yield row

    monkeypatch.setattr(stealth, "_inflated_rows", counted)
    assert found_in(data) == []
    assert len(rows) < 20


@pytest.mark.parametrize("compressed", [False, True])
def test_the_hidden_text_is_read_with_deep(compressed):
    text = b"a cat\nSteps: 20, Sampler: Euler a"
    signature = b"stealth_pngcomp" if compressed else b"stealth_pnginfo"
    payload = gzip.compress(text) if compressed else text
    (fact,) = found_in(hidden_png(signature, payload, width=8), deep=True)
    assert fact.value == text.decode()


def test_a_truncated_image_has_no_hidden_text():
    data = hidden_png(b"stealth_pnginfo", bytes(3))
    at = data.index(b"IDAT") - 4
    short = making.chunk(b"IDAT", data[at + 8 : at + 60])
    assert found_in(data[:at] + short + making.chunk(b"IEND", b"")) == []
