"""From the votes of blocks to bits: where a payload begins, and where its rows wrap.

The package writes bit ``n % L`` of a payload of ``L`` bits into the block ``n``, counted row by
row. In block ``(row, column)`` of a crop this is bit ``(start + row * stride + column) % L``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from expunge.imaging.watermarks.payloads import Payload

if TYPE_CHECKING:
    from numpy.typing import NDArray


REPEATS = (16, 8)
"""Bits after which a pattern in an image may repeat."""


@dataclass(frozen=True, slots=True)
class Reading:
    """How well the votes say a payload."""

    payload: Payload
    matched: int
    """Bits that are as in the payload."""
    agreement: float = 0.0
    """Mean of the votes for it, less that of those against it."""


def straight(
    votes: NDArray[np.float32], stride: int, payloads: tuple[Payload, ...]
) -> list[Reading]:
    """Read votes from the corner of a whole image that has ``stride`` blocks in a row."""
    rows, columns = votes.shape
    first = np.arange(rows)[:, None] * stride + np.arange(columns)
    lengths = {len(payload) for payload in payloads}
    sums = {count: np.bincount((first % count).ravel(), votes.ravel(), count) for count in lengths}
    return [reading(sums[len(payload)], payload, votes.size) for payload in payloads]


def anywhere(votes: NDArray[np.float32], payloads: tuple[Payload, ...]) -> list[Reading]:
    """Read votes of a crop: the best of all starts and strides for each payload."""
    spectra = {
        count: np.conj(np.fft.fft2(_folded(votes, count)))
        for count in {len(payload) for payload in payloads}
    }
    return [_best(votes, spectra[len(payload)], payload) for payload in payloads]


def _best(
    votes: NDArray[np.float32], spectrum: NDArray[np.complexfloating], payload: Payload
) -> Reading:
    count = len(payload)
    frequencies = np.arange(count)
    turned = spectrum[np.outer(frequencies, frequencies) % count, frequencies]
    signs = np.fft.fft(np.where(payload.bits, 1.0, -1.0))
    agreement = np.fft.ifft(signs * turned, axis=1).real
    stride, start = np.unravel_index(int(agreement.argmax()), agreement.shape)
    rows, columns = votes.shape
    place = np.arange(rows)[:, None] * int(stride) + np.arange(columns) + int(start)
    sums = np.bincount((place % count).ravel(), votes.ravel(), count)
    return reading(sums, payload, votes.size)


def reading(sums: NDArray[Any], payload: Payload, blocks: int) -> Reading:
    """What the sums of the votes for each bit say; nothing if their own pattern explains it."""
    right = (sums > 0) == payload.bits
    agreement = float(np.where(payload.bits, sums, -sums).sum()) / max(blocks, 1)
    return Reading(payload, 0 if _repeats(sums, right, payload) else int(right.sum()), agreement)


def _repeats(sums: NDArray[Any], right: NDArray[np.bool_], payload: Payload) -> bool:
    """Whether the votes repeat after a byte or two, and are right only where the payload does.

    Letters in ASCII share bits, so stripes in an image can match more of a text than coins do.
    """
    period = next((bits for bits in REPEATS if len(payload) % bits == 0), 0)
    if not period:
        return False
    common = np.sign(sums).reshape(-1, period).sum(axis=0) > 0
    others = np.tile(common, len(payload) // period) != payload.bits
    return bool(2 * right[others].sum() <= others.sum())


def _folded(votes: NDArray[np.float32], count: int) -> NDArray[np.float32]:
    """Sums of the votes whose rows and columns agree modulo ``count``."""
    rows, columns = (-side % count for side in votes.shape)
    padded = np.pad(votes, ((0, rows), (0, columns)))
    down, across = (side // count for side in padded.shape)
    sums: NDArray[np.float32] = padded.reshape(down, count, across, count).sum(axis=(0, 2))
    return sums
