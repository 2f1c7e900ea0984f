"""The file to which a manifest store is bound, and digests of its parts."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from expunge.imaging.provenance.c2pa.verdict import CannotCheck, Mismatch

if TYPE_CHECKING:
    from collections.abc import Iterable

ALGORITHMS = {"sha256": hashlib.sha256, "sha384": hashlib.sha384, "sha512": hashlib.sha512}
"""Digest algorithms that C2PA 2.2, 13.1 allows."""


def digest(algorithm: str, *parts: bytes | memoryview) -> bytes:
    """Hash some bytes.

    Raises
    ------
    CannotCheck
        C2PA does not allow the algorithm.
    """
    if algorithm not in ALGORITHMS:
        raise CannotCheck("the digest algorithm is not one that C2PA allows")
    hasher = ALGORITHMS[algorithm]()
    for part in parts:
        hasher.update(part)
    return hasher.digest()


@dataclass(frozen=True, slots=True)
class AssetHasher:
    """A whole file, its media type, and the location of its C2PA manifest store."""

    data: bytes | memoryview
    media_type: str
    store: tuple[int, int] | None = None
    """Offset and length of the store's blocks with container headers: all its APP11 segments, or
    a whole chunk or box. If it is ``None``, a data hash is checked, but not that it excludes
    exactly the store."""

    @property
    def store_range(self) -> tuple[int, int] | None:
        """The range that a data hash excludes: `store` without the pad byte of a RIFF chunk."""
        if self.store is None or self.media_type != "image/webp":
            return self.store
        start, length = self.store
        size = int.from_bytes(memoryview(self.data)[start + 4 : start + 8], "little")
        return start, min(length, 8 + size)

    def without(self, algorithm: str, excluded: Iterable[tuple[int, int]]) -> bytes:
        """Hash all bytes except some ranges, given as offset and length. Ranges may overlap.

        Raises
        ------
        Mismatch
            A range exceeds the file.
        CannotCheck
            The algorithm is unknown.
        """
        view = memoryview(self.data)
        parts, at = [], 0
        for start, length in sorted(excluded):
            if start + length > len(view):
                raise Mismatch("an excluded range runs past the end of the file")
            parts.append(view[at : max(at, start)])
            at = max(at, start + length)
        return digest(algorithm, *parts, view[at:])
