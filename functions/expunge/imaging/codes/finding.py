"""Look for codes with OpenCV's detectors, at several sizes of an image.

Both QR detectors look, since each finds codes that the other misses. A bar code that does not
decode counts if its stripes are as regular as those of a code (`stripes`).
"""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from itertools import chain
from typing import TYPE_CHECKING

import cv2
import numpy as np

from expunge.imaging.codes.stripes import confidence, whole
from expunge.imaging.purify.tiles import tiles
from expunge.imaging.targets.choices import Target
from expunge.imaging.targets.spots import Spot, distinct, grown, overlaps

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from expunge.imaging.targets.spots import Corners

    Grey = NDArray[np.uint8]

QR, LINEAR = "qr", "linear"
SMALLEST, ENLARGED = 400, 1_600
"""Pixels of the longer side: of the smallest look, and up to which an image is also enlarged."""
TILE, OVERLAP = 2_048, 512
"""Pixels of a tile of a large look, and of its margin: a code up to the margin is whole in one."""
LEAST = 12.0
"""Least side of a code, in pixels of the look: 21 modules need more, and noise has less."""
ONCE, MORE = 0.6, 0.12
"""Confidence in a QR code that does not decode: seen by one detector in one look, and what each
further sighting adds."""
SURE = 0.95
"""Highest confidence in a code that does not decode."""
SAME = 0.5
"""Share of the smaller polygon from which two sightings are one code."""
QUIET = 0.06
"""Margin around a code as a fraction of its longer side: detectors return the outermost modules'
centres or corners."""


def find(pixels: NDArray[np.uint8]) -> list[Spot]:
    """Find the codes of an image, the most confident first.

    Parameters
    ----------
    pixels
        (H, W, 3) RGB.
    """
    grey = np.asarray(cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY), np.uint8)
    seen = [spot for look, scale in _looks(grey) for spot in _seen(look, scale)]
    return [_with_margin(spot) for spot in distinct(_agreed(seen), SAME)]


def _looks(grey: Grey) -> Iterator[tuple[Grey, float]]:
    """Yield the image at its own size, at half of it and so on; a small one also enlarged."""
    longer = max(grey.shape)
    if longer <= ENLARGED:
        yield _resized(grey, 2.0), 2.0
    scale = 1.0
    while True:
        yield grey, scale
        if longer * scale / 2 < SMALLEST:
            return
        grey, scale = _resized(grey, 0.5), scale / 2


def _resized(grey: Grey, by: float) -> Grey:
    method = cv2.INTER_AREA if by < 1 else cv2.INTER_CUBIC
    size = tuple(max(1, round(side * by)) for side in grey.shape[::-1])
    return np.asarray(cv2.resize(grey, size, interpolation=method), np.uint8)


def _seen(look: Grey, scale: float) -> Iterator[Spot]:
    height, width = look.shape
    for tile in chain.from_iterable(tiles(height, width, TILE, OVERLAP)):
        part = np.ascontiguousarray(look[tile.area])
        for spot in (*_qr_codes(part), *_bar_codes(part)):
            corners = ((spot.corners + np.array((tile.x, tile.y))) / scale).astype(np.float32)
            yield replace(spot, corners=corners)


def _qr_codes(part: Grey) -> Iterator[Spot]:
    for detector in _qr_detectors():
        try:
            found, texts, quads, _ = detector.detectAndDecodeBytesMulti(part)
        except cv2.error:  # some images break its geometry
            continue
        for text, corners in zip(texts, quads, strict=True) if found else ():
            if _is_plausible(corners):
                content = text.decode("utf-8", "replace") or None
                yield Spot(Target.CODES, corners, 1.0 if content else ONCE, QR, content)


def _bar_codes(part: Grey) -> Iterator[Spot]:
    try:
        found, quads = _bar_detector().detectMulti(part)
        if not found:
            return
        _, texts, kinds = _bar_detector().decodeWithType(part, quads)
    except cv2.error:
        return
    for text, kind, corners in zip(texts, kinds, quads, strict=True):
        if not _is_plausible(corners):
            continue
        sure = 1.0 if text else min(confidence(part, corners), SURE)
        if sure:
            symbology = kind.lower() if text else LINEAR
            yield Spot(Target.CODES, whole(part, corners), sure, symbology, text or None)


@cache
def _qr_detectors() -> tuple[cv2.QRCodeDetector, cv2.QRCodeDetectorAruco]:
    return cv2.QRCodeDetector(), cv2.QRCodeDetectorAruco()


@cache
def _bar_detector() -> cv2.barcode.BarcodeDetector:
    return cv2.barcode.BarcodeDetector()


def _is_plausible(corners: Corners) -> bool:
    sides = np.linalg.norm(np.roll(corners, -1, axis=0) - corners, axis=1)
    convex = bool(np.isfinite(corners).all()) and cv2.isContourConvex(corners.astype(np.float32))
    return convex and float(sides.min()) >= LEAST


def _agreed(seen: Sequence[Spot]) -> list[Spot]:
    """Raise the confidence of QR codes that several looks see."""
    sightings = np.zeros(len(seen), int)
    for row, column, size in overlaps(seen, seen):
        one, other = seen[row], seen[column]
        same = one.symbology == other.symbology and size > SAME * max(one.area, other.area)
        sightings[row] += same and row != column
    sure = np.minimum(ONCE + MORE * sightings, SURE).tolist()
    return [
        replace(spot, confidence=raised) if spot.content is None and spot.symbology == QR else spot
        for spot, raised in zip(seen, sure, strict=True)
    ]


def _with_margin(spot: Spot) -> Spot:
    left, top, right, bottom = spot.box
    corners = grown(spot.corners, QUIET * max(right - left, bottom - top))
    return replace(spot, corners=corners)
