"""Marks that public tools write are found in crops and other sizes, and none where none is."""

from __future__ import annotations

import importlib.util

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from expunge.imaging.watermarks.payloads import PAYLOADS, Payload
from expunge.imaging.watermarks.planes import WRITERS, Order, Writer
from expunge.imaging.watermarks.search import search
from expunge.imaging.watermarks.votes import Scheme, heights, package_bits
from tests.unit.purify.scenes import scene
from tests.unit.watermarks.writing import written

BY_NAME = {payload.name: payload for payload in PAYLOADS}
PLAIN = Writer(Order.BGR, real=False)
Samples = NDArray[np.uint8]


def marked(
    scheme: Scheme, name: str = "sdxl", writer: Writer = PLAIN, picture: Samples | None = None
) -> Samples:
    given = scene(3) if picture is None else picture
    return written(given, scheme, BY_NAME[name].bits, writer)


def resized(picture: Samples, ratio: float) -> Samples:
    how = cv2.INTER_AREA if ratio < 1 else cv2.INTER_CUBIC
    made = cv2.resize(picture, None, fx=ratio, fy=ratio, interpolation=how)
    return np.asarray(made, np.uint8)


@pytest.mark.parametrize("scheme", Scheme)
@pytest.mark.parametrize(
    ("payload", "writer"),
    [(payload, WRITERS[place % 4]) for place, payload in enumerate(PAYLOADS)],
    ids=lambda one: getattr(one, "name", None),
)
def test_each_payload_of_each_writer_is_named(
    scheme: Scheme, payload: Payload, writer: Writer
) -> None:
    (hit,) = search(marked(scheme, payload.name, writer), steps=1)

    assert (hit.scheme, hit.payload, hit.tool) == (scheme, payload.name, payload.tool)
    assert (hit.order, hit.real) == writer
    assert (hit.place, hit.scale, hit.cropped) == ((0, 0), 1.0, False)
    assert hit.chance <= 1e-4


@pytest.mark.parametrize("scheme", Scheme)
def test_a_crop_says_where_its_blocks_begin(scheme: Scheme) -> None:
    (hit,) = search(marked(scheme)[13:301, 22:406], steps=2)

    assert hit.payload == "sdxl"
    assert hit.cropped
    assert hit.place == (2, 3)


@pytest.mark.parametrize("scheme", Scheme)
@pytest.mark.parametrize("ratio", [0.5, 1.5])
def test_another_size_is_tried(scheme: Scheme, ratio: float) -> None:
    (hit,) = search(resized(marked(scheme, picture=scene(3, 256, 272)), ratio), steps=3)

    assert hit.payload == "sdxl"
    assert hit.scale == pytest.approx(ratio, rel=0.02)


def test_a_crop_in_another_size_is_found() -> None:
    (hit,) = search(resized(marked(Scheme.DWT_DCT_SVD)[13:301, 22:342], 0.75))

    assert (hit.payload, hit.cropped, hit.scale) == ("sdxl", True, 0.75)


def test_a_jpeg_keeps_a_mark_of_singular_values() -> None:
    bgr = marked(Scheme.DWT_DCT_SVD)[..., ::-1]
    coded = cv2.imencode(".jpg", bgr, [cv2.IMWRITE_JPEG_QUALITY, 85])[1]
    decoded = np.ascontiguousarray(cv2.imdecode(coded, cv2.IMREAD_COLOR)[..., ::-1])

    (hit,) = search(decoded, steps=1)

    assert hit.payload == "sdxl"


def test_an_image_without_a_mark_has_none() -> None:
    assert search(scene(1)[:128, :160]) == []


@pytest.mark.parametrize("scheme", Scheme)
def test_random_bits_are_no_known_payload(scheme: Scheme) -> None:
    bits = np.random.default_rng(8).random(48) < 0.5

    assert search(written(scene(3), scheme, bits, PLAIN), steps=2) == []


@pytest.mark.parametrize("level", [9, 77])
def test_an_image_of_one_colour_has_none(level: int) -> None:
    flat = np.full((100, 200, 3), (level, 200, 30), np.uint8)

    assert search(flat, steps=3) == []


def test_a_grey_image_and_a_tiny_one_have_none() -> None:
    assert search(np.repeat(marked(Scheme.DWT_DCT)[..., :1], 3, axis=2)) == []
    assert search(marked(Scheme.DWT_DCT)[:64, :64]) == []


@pytest.mark.parametrize("shape", [(1, 16_384), (9, 2_000), (60_000, 10), (63, 300)])
def test_a_narrow_image_has_none(shape: tuple[int, int]) -> None:
    assert search(np.random.default_rng(1).integers(0, 256, (*shape, 3), np.uint8)) == []


@pytest.mark.skipif(
    importlib.util.find_spec("imwatermark") is None, reason="invisible-watermark is not installed"
)
@pytest.mark.parametrize("scheme", Scheme)
@pytest.mark.parametrize("payload", PAYLOADS, ids=lambda one: one.name)
def test_the_bits_are_those_that_the_public_package_reads(scheme: Scheme, payload: Payload) -> None:
    import imwatermark

    encoder = imwatermark.WatermarkEncoder()
    encoder.set_watermark("bits", payload.bits.astype(int).tolist())
    picture = encoder.encode(np.ascontiguousarray(scene(5)[..., ::-1]), scheme)
    theirs = imwatermark.WatermarkDecoder("bits", len(payload)).decode(picture, scheme)

    ours = package_bits(heights(PLAIN.plane(picture[..., ::-1]), scheme), len(payload))

    assert ours.tolist() == list(map(bool, theirs))
    assert [hit.payload for hit in search(np.ascontiguousarray(picture[..., ::-1]), 1)] == [
        payload.name
    ]
