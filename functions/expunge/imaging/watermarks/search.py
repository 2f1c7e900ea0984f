"""Search an image for marks of DWT-DCT and DWT-DCT-SVD with a known payload.

Four steps, the cheap ones first; the search ends with the first that finds a mark. Each step may
raise a false alarm with a quarter of the probability that a scheme may.

1. The image as it was written.
2. A crop of it.
3. The image in another size.
4. A crop of it in another size.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import cv2
import numpy as np

from expunge.imaging.watermarks.chance import FALSE_POSITIVES, needed, tail
from expunge.imaging.watermarks.grids import Reading, anywhere, reading, straight
from expunge.imaging.watermarks.payloads import PAYLOADS
from expunge.imaging.watermarks.phases import likely
from expunge.imaging.watermarks.planes import WRITERS, Order, Writer
from expunge.imaging.watermarks.votes import BLOCK, Scheme, heights, package_bits, votes

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from expunge.imaging.watermarks.planes import Pixels, Plane

STEPS = 4
LEAST_PIXELS, LEAST_SIDE = 128 * 128, 64
"""The package marks no image under 256 × 256 pixels, of which a half of each side may be left."""
MOST_BLOCKS = 1 << 14
"""Blocks of an image that are read in the first two steps: a megapixel from its top."""
SCALED_BLOCKS = 1 << 12
"""Blocks that are read of each size that is tried."""
MOST_SIZES = 256
MOST_ROWS = 2_048
"""Rows that tell whether an image is grey."""
RATIOS = (1 / 2, 3 / 5, 2 / 3, 3 / 4, 4 / 5, 9 / 10, 10 / 9, 5 / 4, 4 / 3, 3 / 2, 5 / 3, 2.0)
"""Sides of the marked image over those of this one that are tried exactly."""
CROP_SIDE = 768
"""Most pixels of a side, in the marked size, of the crop that is read in other sizes."""
CROP_RATIOS = (1 / 2, 2 / 3, 3 / 4, 4 / 3, 3 / 2, 2.0)
"""The same for crops."""
PHASES = 2
"""Grids of blocks of which a crop is read."""
REGULAR = 3.0
"""Standard deviations by which a grid in another size must be more regular than the others."""


@dataclass(frozen=True, slots=True)
class Hit:
    """A mark whose payload was read."""

    scheme: str
    payload: str
    tool: str
    bits: int
    matched: int
    """Bits of the payload that were read right."""
    hypotheses: int
    """Readings among which this one might have matched by chance."""
    order: Order | None = None
    real: bool | None = None
    """How the tool passed its pixels to the package; see `Writer`."""
    agreement: float = 0.0
    place: tuple[int, int] = (0, 0)
    """x and y of the first whole block, in pixels of this image."""
    scale: float = 1.0
    """Side of this image over the side of what was marked."""
    cropped: bool = False

    @property
    def chance(self) -> float:
        """Probability that any of the hypotheses matches as well in an image without a mark."""
        return min(1.0, self.hypotheses * tail(self.bits, self.matched))


def search(pixels: Pixels, steps: int = STEPS) -> list[Hit]:
    """The marks found in (H, W, 3) RGB, one a scheme at most, by the first of ``steps``.

    The later steps are left out once one has found a mark. A grey image has none.
    """
    height, width = pixels.shape[:2]
    if height * width < LEAST_PIXELS or min(height, width) < LEAST_SIDE or _is_grey(pixels):
        return []
    for step in (_whole, _crop, _scaled, _scaled_crop)[:steps]:
        hits = [hit for scheme in Scheme if (hit := next(step(pixels, scheme), None)) is not None]
        if hits:
            return _without_echoes(hits)
    return []


def _without_echoes(hits: list[Hit]) -> list[Hit]:
    """A mark of one scheme may also be read, less well, as the other's: keep the surer reading."""
    surest = sorted(hits, key=lambda hit: hit.chance)
    return list({hit.payload: hit for hit in reversed(surest)}.values())


def rows_read(width: int) -> int:
    """Rows from the top of an image of this width that the first step reads."""
    return max(MOST_BLOCKS * BLOCK * BLOCK // width, BLOCK)


def _is_grey(pixels: Pixels) -> bool:
    red, green, blue = (pixels[:MOST_ROWS, :, channel] for channel in range(3))
    return bool((red == green).all() and (green == blue).all())


def _shift(scheme: Scheme, writer: Writer) -> float:
    return 0.0 if writer.real else scheme.truncated


def _hits(
    readings: list[Reading], scheme: Scheme, writer: Writer, tries: dict[int, int], **place: object
) -> Iterator[Hit]:
    """The readings that are too good for chance; ``tries`` by the payload's bits."""
    for one in readings:
        payload, bits = one.payload, len(one.payload)
        if one.matched >= needed(bits, tries[bits], FALSE_POSITIVES / STEPS):
            yield Hit(
                scheme, payload.name, payload.tool, bits, one.matched, tries[bits] * STEPS,
                writer.order, writer.real, one.agreement, **place,  # type: ignore[arg-type]
            )  # fmt: skip


def _surest(hits: list[Hit]) -> Iterator[Hit]:
    """The hit that agrees best: a mark can also be read, less well, as that of another writer."""
    if hits:
        yield max(hits, key=lambda hit: (hit.matched / hit.bits, hit.agreement))


def _whole(pixels: Pixels, scheme: Scheme) -> Iterator[Hit]:
    """The image as it was written: its first block has the first bit."""
    rows = rows_read(pixels.shape[1])
    columns = pixels.shape[1] // BLOCK
    tries = dict.fromkeys(_lengths(), 2 * len(WRITERS) * len(PAYLOADS))
    hits: list[Hit] = []
    for writer in WRITERS:
        values = heights(writer.plane(pixels[:rows]), scheme)
        readings = straight(votes(values, _shift(scheme, writer)), columns, PAYLOADS)
        for payload in PAYLOADS:
            signs = np.where(package_bits(values, len(payload)), 1, -1)
            readings.append(replace(reading(signs, payload, len(payload)), agreement=0.0))
        hits += _hits(readings, scheme, writer, tries)
    yield from _surest(hits)


def _crop(pixels: Pixels, scheme: Scheme) -> Iterator[Hit]:
    return _of_a_crop(pixels, scheme, 1.0, 1)


def _scaled_crop(pixels: Pixels, scheme: Scheme) -> Iterator[Hit]:
    """A crop of the middle, resized by each of `CROP_RATIOS`."""
    height, width = pixels.shape[:2]
    for ratio in CROP_RATIOS:
        side = int(CROP_SIDE / ratio)
        top, left = max(height - side, 0) // 2, max(width - side, 0) // 2
        part = pixels[top : top + side, left : left + side]
        size = (round(part.shape[1] * ratio), round(part.shape[0] * ratio))
        resized = np.asarray(cv2.resize(part, size, interpolation=_filter(ratio)), np.uint8)
        for hit in _of_a_crop(resized, scheme, 1 / ratio, len(CROP_RATIOS)):
            x, y = (round(at / ratio) for at in hit.place)
            yield replace(hit, place=((left + x), (top + y)))


def _of_a_crop(pixels: Pixels, scheme: Scheme, scale: float, scales: int) -> Iterator[Hit]:
    """Read the grids whose heights are the most regular, from any start and with any stride.

    Regularity says nothing of the bits. All grids count as tried, as if it did.
    """
    tries = {
        count: BLOCK * BLOCK * count * count * len(WRITERS) * len(PAYLOADS) * scales
        for count in _lengths()
    }
    rows = rows_read(pixels.shape[1]) + BLOCK
    hits: list[Hit] = []
    for writer in WRITERS:
        plane, shift = writer.plane(pixels[:rows]), _shift(scheme, writer)
        least = REGULAR if scales > 1 else 0.0
        for y, x in likely(plane, scheme, shift, PHASES, least):
            cast = votes(heights(plane[y:, x:], scheme), shift)
            readings = anywhere(cast, PAYLOADS)
            hits += _hits(readings, scheme, writer, tries, place=(x, y), scale=scale, cropped=True)
    yield from _surest(hits)


def _scaled(pixels: Pixels, scheme: Scheme) -> Iterator[Hit]:
    """The image in the sizes that it may have been marked in.

    A row may have had a block less, if the marked width was no multiple of `BLOCK`.
    """
    sizes = _widths(pixels.shape[1])
    tries = dict.fromkeys(_lengths(), 2 * len(sizes) * len(WRITERS) * len(PAYLOADS))
    rows = max(4 * SCALED_BLOCKS * BLOCK * BLOCK // pixels.shape[1], 16 * BLOCK)
    planes = {order: Writer(order, real=True).plane(pixels[:rows]) for order in Order}
    for width in sizes:
        averages = {order: _resized(plane, width) for order, plane in planes.items()}
        hits: list[Hit] = []
        for writer in WRITERS:
            values = _approximate(averages[writer.order], scheme, writer)
            cast = votes(values, _shift(scheme, writer))
            columns = width // BLOCK
            readings = straight(cast, columns, PAYLOADS)
            readings += straight(cast[:, :-1], columns - 1, PAYLOADS)
            hits += _hits(readings, scheme, writer, tries, scale=pixels.shape[1] / width)
        yield from _surest(hits)


def _widths(width: int) -> list[int]:
    """Widths from half to twice this one: by `RATIOS`, then whole blocks where they are few."""
    exact = [round(width * ratio) for ratio in RATIOS]
    blocks = range(-(-width // 2 // BLOCK) * BLOCK, 2 * width + 1, BLOCK)
    if len(blocks) > MOST_SIZES:
        blocks = range(blocks.start // 64 * 64, 2 * width + 1, 64)
    every = (one for one in blocks if one != width)
    return list(dict.fromkeys(one for one in (*exact, *every) if one >= 16 * BLOCK))


def _resized(plane: Plane, width: int) -> NDArray[np.float32]:
    """Haar averages of U without its offset in an image that is ``width`` pixels wide, from the
    top of it: (4 * rows, 4 * columns) of blocks."""
    height, given = plane.shape
    columns = width // BLOCK
    rows = min(max(SCALED_BLOCKS // columns, 8), int(height * width / given) // BLOCK)
    ratio = given / width
    source = plane[: max(round(rows * BLOCK * ratio), 1), : round(columns * BLOCK * ratio)]
    averages = cv2.resize(source, (4 * columns, 4 * rows), interpolation=cv2.INTER_AREA)
    return 2 * (np.asarray(averages, np.float32) - np.float32(0.5))


def _approximate(
    averages: NDArray[np.float32], scheme: Scheme, writer: Writer
) -> NDArray[np.float32]:
    """The heights of blocks; the singular value by the mean, which it nearly is."""
    rows, columns = (side // 4 for side in averages.shape)
    given = averages + np.float32(1.0 if writer.real else 256.0)
    blocks = given.reshape(rows, 4, columns, 4).swapaxes(1, 2).reshape(rows, columns, 16)
    if scheme is Scheme.DWT_DCT_SVD:
        return np.asarray(np.abs(blocks.mean(axis=-1) * np.float32(4)))
    return np.asarray(np.abs(blocks[..., 1:]).max(axis=-1))


def _filter(ratio: float) -> int:
    return cv2.INTER_AREA if ratio < 1 else cv2.INTER_CUBIC


def _lengths() -> set[int]:
    return {len(payload) for payload in PAYLOADS}
