"""``c2pa.hash.bmff``: ISO-BMFF files hashed but for boxes named by path (C2PA 2.2, 18.6)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from expunge.errors import MalformedImage
from expunge.imaging.provenance.c2pa.asset import AssetHasher, digest
from expunge.imaging.provenance.c2pa.cbor import Budget
from expunge.imaging.provenance.c2pa.values import mapping, mappings, octets, sequence, text, whole
from expunge.imaging.provenance.c2pa.verdict import CannotCheck, Mismatch

if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_STEPS = 100_000
"""Boxes read, looked at on the way along a path, and compared, in one check."""
MAX_COMPARED = 1_024
"""Bytes in one comparison."""

_CONTAINERS = frozenset(
    b"moov trak mdia minf stbl moof traf edts udta dinf tref mvex mfra meta schi".split()
)
_SEGMENT = re.compile(r"([^/\[\]]{4})(?:\[(\d{1,5})\])?")


@dataclass(frozen=True)
class FileBox:
    """A box, or the whole file as the box that holds the others."""

    file: memoryview
    type: bytes
    start: int
    content: int
    end: int
    budget: Budget
    """Steps that may still be taken, for the file as a whole."""

    @cached_property
    def children(self) -> list[FileBox]:
        return list(self._children()) if self.type in _CONTAINERS or not self.type else []

    def _children(self) -> Iterator[FileBox]:
        """``meta`` is a full box, except in QuickTime, where its first child shows that."""
        at = self.content
        if self.type == b"meta" and bytes(self.file[at + 4 : at + 8]) != b"hdlr":
            at += 4
        while at < self.end:
            self.budget.spend()
            box = self._child(at)
            yield box
            at = box.end

    def _child(self, at: int) -> FileBox:
        header = 8
        size = int.from_bytes(self.file[at : at + 4])
        if size == 1:
            size, header = int.from_bytes(self.file[at + 8 : at + 16]), 16
        elif size == 0:
            size = self.end - at
        if size < header or at + size > self.end:
            raise Mismatch(f"the box at byte {at} has a wrong size")
        kind = bytes(self.file[at + 4 : at + 8])
        return FileBox(self.file, kind, at, at + header, at + size, self.budget)

    def find(self, path: str) -> list[FileBox]:
        """Boxes at a path such as ``/meta/iloc`` or ``/moov/trak[2]``, counted from one."""
        found = [self]
        for name, index in _SEGMENT.findall(path):
            wanted = name.encode("latin-1", "replace")
            self.budget.spend(sum(len(box.children) for box in found))
            found = [child for box in found for child in box.children if child.type == wanted]
            if index:
                found = found[int(index) - 1 : int(index)] if int(index) else []
        return found


def matches(assertion: dict[Any, Any], version: int, algorithm: str, asset: AssetHasher) -> bool:
    """Whether the file is the one that a BMFF hash assertion is about.

    Parameters
    ----------
    version
        Of the assertion's label: from 2 on the offset of each top-level box that is not left
        out as a whole is hashed before it, as eight bytes.

    Raises
    ------
    CannotCheck
        For hashes by Merkle tree, and exclusions of kinds that are not checked here.
    Mismatch
        Where the file's boxes do not hold together.
    """
    if not octets(assertion.get("hash")):
        raise CannotCheck("fragments are hashed by Merkle tree, which is not checked here")
    view = memoryview(asset.data)
    file = FileBox(view, b"", 0, 0, len(view), Budget(MAX_STEPS))
    try:
        excluded, dropped = _excluded(mappings(assertion.get("exclusions")), file)
        starts = [box.start for box in file.children] if version > 1 else []
    except MalformedImage:
        raise CannotCheck("the hard binding takes too many steps to check") from None
    marks = [start for start in starts if start not in dropped]
    expected = digest(algorithm, *_parts(view, excluded, marks))
    return expected == octets(assertion.get("hash"))


def _excluded(
    exclusions: list[dict[Any, Any]], file: FileBox
) -> tuple[list[tuple[int, int]], set[int]]:
    """Ranges left out, and the offsets of boxes that are left out whole."""
    ranges: list[tuple[int, int]] = []
    dropped: set[int] = set()
    for exclusion in exclusions:
        for box in file.find(text(exclusion.get("xpath"))):
            if not _applies(exclusion, box):
                continue
            if subset := mappings(exclusion.get("subset")):
                ranges.extend(_subset(subset, box))
            else:
                ranges.append((box.start, box.end))
                dropped.add(box.start)
    return sorted(ranges), dropped


def _applies(exclusion: dict[Any, Any], box: FileBox) -> bool:
    """Whether length and bytes are as the exclusion wants them."""
    if any(exclusion.get(key) is not None for key in ("version", "flags")):
        raise CannotCheck("the hard binding leaves out boxes by version or flags")
    conditions = mappings(exclusion.get("data"))
    box.budget.spend(1 + len(conditions) + len(sequence(exclusion.get("subset"))))
    length = whole(exclusion.get("length"))
    if length is not None and length != box.end - box.start:
        return False
    for wanted in conditions:
        start, value = box.start + (whole(wanted.get("offset")) or 0), octets(wanted.get("value"))
        if len(value) > MAX_COMPARED:
            raise CannotCheck("the hard binding leaves out boxes by too many bytes")
        if box.file[start : start + len(value)] != value:
            return False
    return True


def _subset(subset: list[dict[Any, Any]], box: FileBox) -> Iterator[tuple[int, int]]:
    """Ranges within a box; a length of zero runs to its end."""
    for part in subset:
        start = box.start + (whole(mapping(part).get("offset")) or 0)
        length = whole(part.get("length")) or box.end - start
        if start <= box.end:
            yield start, min(start + length, box.end)


def _parts(
    view: memoryview, excluded: list[tuple[int, int]], marks: list[int]
) -> Iterator[bytes | memoryview]:
    """What is hashed, in file order: bytes that are not excluded, offsets where boxes begin."""
    at = 0
    steps = [(start, start, end) for start, end in excluded] + [(mark, -1, mark) for mark in marks]
    for start, kind, end in sorted(steps):
        yield view[at : max(at, start)]
        at = max(at, start)
        if kind < 0:
            yield start.to_bytes(8)
        at = max(at, end)
    yield view[at:]
