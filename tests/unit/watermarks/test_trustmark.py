"""Packets of TrustMark: what is sent is read, and chance is not."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from expunge.imaging.watermarks.chance import FALSE_POSITIVES
from expunge.imaging.watermarks.trustmark import PACKET, SCHEMAS, read_packet

SENT = (
    "1111111111010101010101010101010101010101010101010101010101010"
    "000000111000000010001010010011001000001"
)
"""Ten ones, then 25 times «01», and a zero, in BCH_5 by the package ``trustmark`` 0.9.2."""


@given(wrong=st.sets(st.integers(0, PACKET - 1), max_size=SCHEMAS[1].accepted))
def test_a_few_wrong_bits_are_put_right(wrong: set[int]) -> None:
    bits = np.array([digit == "1" for digit in SENT])
    bits[sorted(wrong)] ^= True

    packet = read_packet(bits)

    assert packet is not None
    assert (packet.schema, packet.payload, packet.errors) == ("BCH_5", SENT[:61], len(wrong))


def test_chance_is_rarely_a_packet() -> None:
    assert sum(schema.accidents for schema in SCHEMAS) / len(SCHEMAS) <= FALSE_POSITIVES
    random = np.random.default_rng(2)
    assert not [1 for _ in range(200) if read_packet(random.random(100) < 0.5)]


def test_equal_bits_are_no_packet() -> None:
    assert read_packet(np.zeros(100, bool)) is None
