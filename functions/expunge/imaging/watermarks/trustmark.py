"""The packets of TrustMark: 96 bits of a shortened BCH code, then four that name the code.

After the data layer of the package ``trustmark`` 0.9.2: codes over GF(2⁷) with the polynomial
x⁷ + x³ + 1, the data padded to whole bytes with zeros that are not sent.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import comb
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

ORDER = 127
PACKET = 96


class Schema(NamedTuple):
    """One of the codes."""

    name: str
    data: int
    """Bits of data; the other bits of a packet check them."""
    correctable: int
    """Errors that the code can correct."""
    accepted: int
    """Errors that are believed: with more, a random packet would be taken for one too often."""

    @property
    def accidents(self) -> float:
        """Probability that random bits are a packet of this code."""
        near = sum(comb(PACKET, errors) for errors in range(self.accepted + 1))
        return float(near / 2 ** (PACKET - self.data))


SCHEMAS = (
    Schema("BCH_SUPER", 40, 8, 8),
    Schema("BCH_5", 61, 5, 4),
    Schema("BCH_4", 68, 4, 2),
    Schema("BCH_3", 75, 3, 1),
)
"""By the number that the last two bits of a packet give."""


@dataclass(frozen=True, slots=True)
class Packet:
    """A packet that was read."""

    schema: str
    payload: str
    """The data as zeros and ones."""
    errors: int


def read_packet(bits: NDArray[np.bool_]) -> Packet | None:
    """Read 100 bits; ``None`` if they are no packet, or one of equal bits."""
    schema = SCHEMAS[2 * int(bits[-2]) + int(bits[-1])]
    padding = -schema.data % 8
    sent = np.flatnonzero(bits[:PACKET])
    after = sent + padding * (sent >= schema.data)
    powers = {PACKET + padding - 1 - int(place) for place in after}
    wrong = _errors(powers, schema.correctable, PACKET + padding)
    if wrong is None or len(wrong) > schema.accepted:
        return None
    places = {PACKET + padding - 1 - power for power in powers ^ wrong}
    if any(schema.data <= place < schema.data + padding for place in places):
        return None
    data = "".join("01"[place in places] for place in range(schema.data))
    return Packet(schema.name, data, len(wrong)) if len(set(data)) > 1 else None


def _powers() -> list[int]:
    values = [1]
    for _ in range(ORDER - 1):
        following = values[-1] << 1
        values.append(following ^ 0b10001001 if following & 128 else following)
    return values


_EXP = _powers()
_LOG = {value: power for power, value in enumerate(_EXP)}


def _times(one: int, other: int) -> int:
    return _EXP[(_LOG[one] + _LOG[other]) % ORDER] if one and other else 0


def _errors(powers: set[int], most: int, length: int) -> set[int] | None:
    """The powers of x whose coefficients are wrong, or ``None`` if they are more than ``most``."""
    syndromes = []
    for root in range(1, 2 * most + 1):
        value = 0
        for power in powers:
            value ^= _EXP[power * root % ORDER]
        syndromes.append(value)
    locator = _locator(syndromes)
    wrong = {power for power in range(length) if not _at(locator, -power % ORDER)}
    return wrong if len(wrong) == len(locator) - 1 <= most else None


def _at(polynomial: list[int], power: int) -> int:
    value = 0
    for degree, factor in enumerate(polynomial):
        value ^= _times(factor, _EXP[degree * power % ORDER])
    return value


def _locator(syndromes: list[int]) -> list[int]:
    """The shortest recurrence of the syndromes (Berlekamp and Massey), lowest power first."""
    locator, previous, shift, last = [1], [1], 1, 1
    for place, syndrome in enumerate(syndromes):
        gap = syndrome
        for degree in range(1, min(len(locator), place + 1)):
            gap ^= _times(locator[degree], syndromes[place - degree])
        if not gap:
            shift += 1
            continue
        ratio = _times(gap, _EXP[-_LOG[last] % ORDER])
        moved = [0] * shift + [_times(ratio, factor) for factor in previous]
        size = max(len(locator), len(moved))
        summed = [
            a ^ b
            for a, b in zip(
                locator + [0] * (size - len(locator)), moved + [0] * (size - len(moved)),
                strict=True,
            )
        ]  # fmt: skip
        if 2 * (len(locator) - 1) <= place:
            previous, last, shift = locator, gap, 1
        else:
            shift += 1
        locator = summed
    while not locator[-1]:
        locator.pop()
    return locator
