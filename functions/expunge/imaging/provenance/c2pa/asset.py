"""The file that a manifest store is bound to, and digests over parts of it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from expunge.imaging.provenance.c2pa.verdict import CannotCheck, Mismatch

if TYPE_CHECKING:
    from collections.abc import Iterable

ALGORITHMS = {"sha256": hashlib.sha256, "sha384": hashlib.sha384, "sha512": hashlib.sha512}
"""Digests that C2PA 2.2, 13.1 allows, by its names."""


def digest(algorithm: str, *parts: bytes | memoryview) -> bytes:
    """Hash some bytes.

    Raises
    ------
    CannotCheck
        For an algorithm that is not one of C2PA's.
    """
    if algorithm not in ALGORITHMS:
        raise CannotCheck("the digest algorithm is not one that C2PA allows")
    hasher = ALGORITHMS[algorithm]()
    for part in parts:
        hasher.update(part)
    return hasher.digest()


@dataclass(frozen=True, slots=True)
class AssetHasher:
    """A whole file, its media type, and where its C2PA manifest store stands."""

    data: bytes | memoryview
    media_type: str
    store: tuple[int, int] | None = None
    """Offset and length of the blocks that carry the store, container headers included: all
    APP11 segments of it, a whole chunk or box. Without it, a data hash is checked all the same,
    but not that it leaves out the store and nothing else."""

    @property
    def store_range(self) -> tuple[int, int] | None:
        """What a data hash leaves out: `store`, but for the pad byte of an odd RIFF chunk."""
        if self.store is None or self.media_type != "image/webp":
            return self.store
        start, length = self.store
        size = int.from_bytes(memoryview(self.data)[start + 4 : start + 8], "little")
        return start, min(length, 8 + size)

    def without(self, algorithm: str, excluded: Iterable[tuple[int, int]]) -> bytes:
        """Hash all but some ranges, given as offset and length, which may overlap.

        Raises
        ------
        Mismatch
            Where a range runs past the end of the file.
        CannotCheck
            For an unknown algorithm.
        """
        view = memoryview(self.data)
        parts, at = [], 0
        for start, length in sorted(excluded):
            if start + length > len(view):
                raise Mismatch("a range left out runs past the end of the file")
            parts.append(view[at : max(at, start)])
            at = max(at, start + length)
        return digest(algorithm, *parts, view[at:])
