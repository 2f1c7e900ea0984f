"""Hashes by which a copy of a picture is known again, and by which a swapped face is told apart.

The hash of a whole picture finds candidates alone: a swap changes so little of it that target and
result have nearly the same one. The hashes of the faces' regions decide. All are signs of low
frequencies of the discrete cosine transform, as in Zauner, «Implementation and Benchmarking of
Perceptual Image Hash Functions» (2010), section 3.2.1; no picture can be made from them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import cv2
import numpy as np

from expunge.imaging.codecs import reduced
from expunge.imaging.codecs.decode import codec_of, decoder_errors
from expunge.imaging.codecs.orientation import displayed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from expunge.imaging.source import Source

Box = tuple[float, float, float, float]
"""x1, y1, x2, y2 as fractions of the width and the height, as displayed."""

LONGER = 512
"""Pixels that the longer side keeps when a picture is decoded at a smaller size."""
FACTORS = (8, 4, 2)
SAMPLED = 32
"""Side of the square whose frequencies are taken."""
WHOLE, REGION = 8, 16
"""Lowest frequencies in each direction: 64 and 256 bits."""


@dataclass(frozen=True, slots=True)
class Face:
    """What tells a swapped face from the one that was there before."""

    box: Box
    after: int
    """Hash of the region in the result, 256 bits."""
    before: int
    """The same of the target."""


def seen(source: Source) -> NDArray[np.uint8]:
    """Decode a still image to grey, (H, W), reduced if it is large.

    Raises
    ------
    expunge.errors.UnsupportedMediaType, expunge.errors.MalformedImage
        As `expunge.imaging.codecs.decode` does.
    """
    longer = max(source.layout.width, source.layout.height)
    factor = next((by for by in FACTORS if longer >= by * LONGER), 1)
    if factor == 1 or source.media_type != "image/jpeg":
        return grey(reduced(source, LONGER).pixels)
    with decoder_errors(source.media_type):
        small = codec_of(source.media_type).reduced(source, factor)
    return grey(displayed(small, source.layout.orientation))


def grey(pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """One channel of (H, W, 1 or 3)."""
    if pixels.shape[2] == 1:
        return pixels[..., 0]
    return np.asarray(cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY), np.uint8)


def whole_hash(image: NDArray[np.uint8]) -> int:
    """64 bits of a grey picture, (H, W)."""
    return _hash(image, WHOLE)


def region_hash(image: NDArray[np.uint8], box: Box) -> int:
    """256 bits of a part of a grey picture, (H, W)."""
    height, width = image.shape
    x1, x2 = (round(box[at] * width) for at in (0, 2))
    y1, y2 = (round(box[at] * height) for at in (1, 3))
    left, top = min(max(x1, 0), width - 1), min(max(y1, 0), height - 1)
    part = image[top : max(y2, top + 1), left : max(x2, left + 1)]
    return _hash(part, REGION)


def faces(target: NDArray[np.uint8], result: NDArray[np.uint8], boxes: Sequence[Box]) -> list[Face]:
    """The swapped faces of a result whose hashes differ enough to tell them from the target's."""
    made = (Face(box, region_hash(result, box), region_hash(target, box)) for box in boxes)
    return [face for face in made if (face.after ^ face.before).bit_count() >= TELLING]


def shows(found: int, face: Face) -> bool:
    """Whether a region's hash is that of the swapped face, and not of the one before.

    Only the bits in which the two differ can tell; a copy of either agrees with it in nearly all.
    The other bits must agree too, so that another picture is no match.
    """
    telling = face.after ^ face.before
    same = ~(found ^ face.after)
    agreeing = (same & telling).bit_count() / telling.bit_count()
    rest = ((1 << REGION * REGION) - 1) & ~telling
    alike = (same & rest).bit_count() / max(rest.bit_count(), 1)
    return agreeing >= AGREEING and alike >= ALIKE


TELLING = 24
"""Fewest bits in which a swapped face must differ from the one before to be known again."""
AGREEING = 0.8
"""Least share of these that must be the swapped face's."""
ALIKE = 0.8
"""Least share of the other bits that must be the same."""


def _hash(image: NDArray[np.uint8], side: int) -> int:
    """Signs of the lowest ``side`` × ``side`` frequencies; the mean's is always 0."""
    size = (SAMPLED, SAMPLED)
    small = cv2.resize(image, size, interpolation=cv2.INTER_AREA).astype(np.float32)
    low = cv2.dct(small - small.mean())[:side, :side]
    low[0, 0] = 0
    return int.from_bytes(np.packbits(low.ravel() > 0).tobytes(), "big")
