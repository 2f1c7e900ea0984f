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

from expunge.imaging import moving
from expunge.imaging.codecs import reduced
from expunge.imaging.codecs.decode import codec_of, decoder_errors
from expunge.imaging.codecs.orientation import displayed

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from expunge.imaging.source import Source

Box = tuple[float, float, float, float]
"""x1, y1, x2, y2 as fractions of the width and the height, as displayed."""

LONGER = 512
"""Pixels that the longer side keeps at least; below twice as many, a picture keeps its size."""
FACTORS = (8, 4, 2)
MOMENTS = (0.0, 1.0)
"""Seconds at which a moving picture is looked at: few, since every file is that is sent."""
SAMPLED, FINE = 32, 256
"""Side of the square whose frequencies are taken, and the side at which a region is sampled."""
WHOLE, REGION = 8, 16
"""Lowest frequencies in each direction: 64 and 256 bits."""
POOR_SIDE, POOR_QUALITY = 200, 50
"""Longer side in pixels and JPEG quality of the copy that shows which bits a poor copy keeps."""
BLUR, CODED = 3.0, 8
"""Sigma in pixels, and the difference of two frames in grey levels that coding does not make."""
LEAST_SIDE, MOST_FACES = 16, 8
"""Pixels of the smallest changed region that is hashed, and how many are."""
TELLING = 24
"""Fewest bits in which a swapped face must differ from the one before to be known again."""
AGREEING = 0.75
"""Least share of these that must be the swapped face's."""
ALIKE = 0.75
"""Least share of the other bits that must be the same."""


@dataclass(frozen=True, slots=True)
class Face:
    """What tells a swapped face from the one that was there before. Hashes have 256 bits."""

    box: Box
    after: int
    """Hash of the region in the result."""
    telling: int
    """The bits that a poor copy keeps, and in which the target has the opposite ones."""
    alike: int
    """The bits that a poor copy keeps, and that the target has too."""


def shots(source: Source) -> Iterator[NDArray[np.uint8]]:
    """What stands for a file, in grey, (H, W): a still image, or frames of a moving picture.

    Raises
    ------
    expunge.errors.ExpungeError
        If it cannot be decoded.
    """
    if not moving.is_moving(source):
        yield seen(source)
        return
    due = iter(MOMENTS)
    moment = next(due)
    for frame in moving.frames(source):
        if frame.time >= moment:
            yield _smaller(grey(frame.pixels))
            moment = next(due, -1.0)
        if moment < 0:
            return


def seen(source: Source) -> NDArray[np.uint8]:
    """Decode a still image to grey, (H, W), with less than `LONGER` × 2 pixels on its longer side.

    Raises
    ------
    expunge.errors.UnsupportedMediaType, expunge.errors.MalformedImage
        As `expunge.imaging.codecs.decode` does.
    """
    longer = max(source.layout.width, source.layout.height)
    factor = next((by for by in FACTORS if longer >= by * LONGER), 1)
    if factor == 1 or source.media_type != "image/jpeg":
        return _smaller(grey(reduced(source, LONGER).pixels))
    with decoder_errors(source.media_type):
        small = codec_of(source.media_type).reduced(source, factor)
    return _smaller(grey(displayed(small, source.layout.orientation)))


def _smaller(image: NDArray[np.uint8]) -> NDArray[np.uint8]:
    height, width = image.shape
    factor = max(height, width) // LONGER
    if factor < 2:
        return image
    size = (max(width // factor, 1), max(height // factor, 1))
    return np.asarray(cv2.resize(image, size, interpolation=cv2.INTER_AREA), np.uint8)


def grey(pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """One channel of (H, W, 1 or 3)."""
    if pixels.shape[2] == 1:
        return pixels[..., 0]
    return np.asarray(cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY), np.uint8)


def whole_hash(image: NDArray[np.uint8]) -> int:
    """64 bits of a grey picture, (H, W)."""
    return _hash(image, WHOLE)


def region_hash(image: NDArray[np.uint8], box: Box) -> int:
    """256 bits of a part of a grey picture, (H, W). Its edges may be between pixels."""
    height, width = image.shape
    x, y = box[0] * width, box[1] * height
    across, down = (box[2] - box[0]) * width / FINE, (box[3] - box[1]) * height / FINE
    corner = np.array(((across, 0, x + across / 2 - 0.5), (0, down, y + down / 2 - 0.5)))
    way = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    part = cv2.warpAffine(image, corner, (FINE, FINE), flags=way, borderMode=cv2.BORDER_REPLICATE)
    return _hash(np.asarray(part, np.uint8), REGION)


def mirrored(image: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """A grey picture with its sides exchanged."""
    return np.ascontiguousarray(image[:, ::-1])


def changed(target: NDArray[np.uint8], result: NDArray[np.uint8]) -> list[Box]:
    """Where two frames of the same size differ by more than coding does."""
    apart = cv2.GaussianBlur(cv2.absdiff(target, result), (0, 0), BLUR)
    rough = np.asarray(apart >= CODED, np.uint8)
    height, width = target.shape
    _, _, parts, _ = cv2.connectedComponentsWithStats(rough)
    return [
        (x / width, y / height, (x + wide) / width, (y + high) / height)
        for x, y, wide, high, _ in parts[1:].tolist()
        if min(wide, high) >= LEAST_SIDE
    ][:MOST_FACES]


def faces(target: NDArray[np.uint8], result: NDArray[np.uint8], boxes: Sequence[Box]) -> list[Face]:
    """The swapped faces of a result whose hashes differ enough to tell them from the target's."""
    pair, poor = (target, result), (_poor(target), _poor(result))
    made = []
    for box in boxes:
        before, after = (region_hash(image, box) for image in pair)
        poor_before, poor_after = (region_hash(image, box) for image in poor)
        kept = _ALL & ~(before ^ poor_before) & ~(after ^ poor_after)
        made.append(Face(box, after, kept & (before ^ after), kept & ~(before ^ after)))
    return [face for face in made if face.telling.bit_count() >= TELLING]


def shows(found: int, face: Face) -> bool:
    """Whether a region's hash is that of the swapped face, and not of the one before.

    Only the bits in which the two differ can tell; a copy of either agrees with it in nearly all.
    The other bits must agree too, so that another picture is no match.
    """
    same = ~(found ^ face.after)
    return _share(same, face.telling) >= AGREEING and _share(same, face.alike) >= ALIKE


def _share(same: int, bits: int) -> float:
    return (same & bits).bit_count() / max(bits.bit_count(), 1)


_ALL = (1 << REGION * REGION) - 1


def _poor(image: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """A small copy in a low quality."""
    height, width = image.shape
    by = min(POOR_SIDE / max(height, width), 1.0)
    size = (max(round(width * by), 1), max(round(height * by), 1))
    small = cv2.resize(image, size, interpolation=cv2.INTER_AREA)
    coded = cv2.imencode(".jpg", small, (cv2.IMWRITE_JPEG_QUALITY, POOR_QUALITY))[1]
    return np.asarray(cv2.imdecode(coded, cv2.IMREAD_GRAYSCALE), np.uint8)


def _hash(image: NDArray[np.uint8], side: int) -> int:
    """Signs of the lowest ``side`` × ``side`` frequencies; the mean's is always 0."""
    size = (SAMPLED, SAMPLED)
    small = cv2.resize(image, size, interpolation=cv2.INTER_AREA).astype(np.float32)
    low = cv2.dct(small - small.mean())[:side, :side]
    low[0, 0] = 0
    return int.from_bytes(np.packbits(low.ravel() > 0).tobytes(), "big")
