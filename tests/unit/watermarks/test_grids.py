"""Votes that repeat are no payload; a payload among them is."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from expunge.imaging.watermarks.chance import needed
from expunge.imaging.watermarks.grids import anywhere, straight
from expunge.imaging.watermarks.payloads import PAYLOADS, Payload

COLUMNS = 40
EVERY = pytest.mark.parametrize("payload", PAYLOADS, ids=lambda one: one.name)


def spread(bits: NDArray[Any]) -> NDArray[np.float32]:
    """Votes of 30 rows of blocks for bits in turn."""
    signs = np.where(bits, 1, -1).astype(np.float32)
    return np.resize(signs, (30, COLUMNS))


@EVERY
@pytest.mark.parametrize("period", [1, 2, 4, 8, 16])
def test_a_pattern_that_repeats_is_no_payload(payload: Payload, period: int) -> None:
    whole = np.resize(payload.bits, len(payload) // period * period)
    votes = spread(whole.reshape(-1, period).mean(axis=0) > 0.5)

    readings = [*straight(votes, COLUMNS, (payload,)), *anywhere(votes, (payload,))]

    assert all(one.matched < needed(len(payload), 56) for one in readings)


@EVERY
def test_a_payload_is_read_with_errors(payload: Payload) -> None:
    bits = payload.bits.copy()
    bits[::12] ^= True

    (reading,) = straight(spread(bits), COLUMNS, (payload,))

    assert reading.matched == len(payload) - len(bits[::12])
