"""Choose the quality for re-encoding a lossy image: the lowest without visible loss."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    from expunge.imaging.codecs.picture import Samples

MIN_PSNR = 46.0
"""dB between the decoded input and the same pixels re-encoded: an error of 1.3 of 255. That is
below what is visible, and below the loss of the input's own encoding at any usual quality."""
LADDER = (80, 86, 90, 93, 95, 97, 99)
_TILE = 256


def quality_like(samples: Samples, depth: int, again: Callable[[Samples, int], Samples]) -> int:
    """Return the lowest of a few qualities at which re-encoding reaches `MIN_PSNR`.

    A coarsely encoded image has little left to lose, so a lower quality is enough for it. The
    result therefore follows the input, in every format.

    Parameters
    ----------
    samples
        (H, W) or (H, W, C). One tile from the middle of each ninth is tried.
    again
        Encodes and decodes samples at a quality.
    """
    sample = _sampled(samples)
    truth = sample.astype(np.float32)
    most = (2**depth - 1) ** 2 / 10 ** (MIN_PSNR / 10)
    for quality in LADDER[:-1]:
        if np.square(again(sample, quality).astype(np.float32) - truth).mean() <= most:
            return quality
    return LADDER[-1]


def _sampled(samples: Samples) -> Samples:
    """Return nine tiles side by side, or the whole image if it is not larger."""
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
