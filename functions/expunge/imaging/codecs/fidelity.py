"""How finely a lossy image is re-encoded: as coarsely as it can be without visible loss."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    from expunge.imaging.codecs.picture import Samples

MIN_PSNR = 46.0
"""dB between the decoded input and the same pixels coded once more: an error of 1.3 of 255, below
what is seen, and below what the input's own coding cost at any usual quality."""
LADDER = (80, 86, 90, 93, 95, 97, 99)
_TILE = 256


def quality_like(samples: Samples, depth: int, again: Callable[[Samples, int], Samples]) -> int:
    """The lowest quality of a few at which coding samples again costs nothing to speak of.

    An image that was coded coarsely has little left to lose, and so gets along with a lower
    quality than a fine one: this follows the input in every format alike.

    Parameters
    ----------
    samples
        (H, W) or (H, W, C). A tile in the middle of each ninth of it is tried.
    again
        Codes and decodes samples at a quality.
    """
    sample = _sampled(samples)
    truth = sample.astype(np.float32)
    most = (2**depth - 1) ** 2 / 10 ** (MIN_PSNR / 10)
    for quality in LADDER[:-1]:
        if np.square(again(sample, quality).astype(np.float32) - truth).mean() <= most:
            return quality
    return LADDER[-1]


def _sampled(samples: Samples) -> Samples:
    """Nine tiles side by side, or the whole image where it is not larger."""
    height, width = samples.shape[:2]
    if width * height <= 9 * _TILE**2:
        return samples
    side = min(_TILE, width // 3, height // 3) // 16 * 16
    if not side:
        return samples[: 3 * _TILE, : 3 * _TILE]
    tops = [(2 * row + 1) * height // 6 - side // 2 for row in range(3)]
    lefts = [(2 * column + 1) * width // 6 - side // 2 for column in range(3)]
    rows = [
        np.concatenate([samples[y : y + side, x : x + side] for x in lefts], axis=1) for y in tops
    ]
    return np.concatenate(rows)
