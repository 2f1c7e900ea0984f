"""The ends of blocks that readers of lanes found."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from expunge.imaging.codecs.jpeg.stream import Bits

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from expunge.imaging.codecs.jpeg.readers import Ended

_AT = 5
"""Shift of the position in a key; then come the number of the next block and a flag."""
_WRONG = 1


@dataclass(slots=True)
class Ends:
    """Ends of blocks as sorted keys, and those that were found since they were sorted."""

    _keys: Bits = field(default_factory=lambda: np.empty(0, np.int64))
    _new: list[Bits] = field(default_factory=list)

    def add(self, ended: Ended, chosen: NDArray[np.bool_]) -> None:
        """Add the chosen ones of some ends."""
        self._new.append((_key(ended.at, ended.block) | ended.wrong)[chosen])

    def met(self, at: Bits, block: Bits) -> NDArray[np.bool_]:
        """Whether a settled end lies at each position, with the same block next."""
        if not len(self._keys):
            return np.zeros(len(at), bool)
        keys = _key(at, block)
        place = np.minimum(np.searchsorted(self._keys, keys), len(self._keys) - 1)
        return np.asarray(self._keys[place] == keys, bool)

    def settle(self, first: Bits, until: Bits) -> None:
        """Replace what was settled in some ranges by what was found since."""
        low, high = (np.searchsorted(self._keys, at << _AT) for at in (first, until))
        depth = np.zeros(len(self._keys) + 1, np.int64)
        np.add.at(depth, low, 1)
        np.add.at(depth, high, -1)
        kept = self._keys[np.cumsum(depth)[:-1] == 0]
        self._keys = np.sort(np.concatenate((kept, *self._new)))
        self._new.clear()

    def found(self, at: Bits, wrong: NDArray[np.bool_]) -> tuple[Bits, NDArray[np.bool_]]:
        """Return all settled ends and some others in order: position, and whether a wrong code."""
        keys = np.sort(np.concatenate((self._keys, at << _AT | wrong)))
        return keys >> _AT, keys & _WRONG > 0


def _key(at: Bits, block: Bits) -> Bits:
    return at << _AT | block << 1
