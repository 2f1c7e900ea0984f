"""``c2pa.hash.bmff``: hash an ISO-BMFF file except boxes at given paths (C2PA 2.2, 18.6)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from expunge.errors import MalformedImage
from expunge.imaging.provenance.c2pa import merkle
from expunge.imaging.provenance.c2pa.asset import AssetHasher, digest
from expunge.imaging.provenance.c2pa.cbor import Budget
from expunge.imaging.provenance.c2pa.values import mapping, mappings, octets, sequence, text, whole
from expunge.imaging.provenance.c2pa.verdict import CannotCheck, Mismatch

if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_STEPS = 100_000
"""Boxes read, visited on a path, and compared in one check."""
MAX_COMPARED = 1_024
"""Bytes per comparison."""

_CONTAINERS = frozenset(
    b"moov trak mdia minf stbl moof traf edts udta dinf tref mvex mfra meta schi".split()
)
_SEGMENT = re.compile(r"([^/\[\]]{4})(?:\[(\d{1,5})\])?")


@dataclass(frozen=True)
class FileBox:
    """A box, or the whole file as the root box."""

    file: memoryview
    type: bytes
    start: int
    content: int
    end: int
    budget: Budget
    """Remaining steps for the whole file."""

    @cached_property
    def children(self) -> list[FileBox]:
        return list(self._children()) if self.type in _CONTAINERS or not self.type else []

    def _children(self) -> Iterator[FileBox]:
        """Yield the child boxes. ``meta`` is a full box, except in QuickTime, where it is plain."""
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
        """Return boxes at a path such as ``/meta/iloc`` or ``/moov/trak[2]``, counted from 1."""
        found = [self]
        for name, index in _SEGMENT.findall(path):
            wanted = name.encode("latin-1", "replace")
            self.budget.spend(sum(len(box.children) for box in found))
            found = [child for box in found for child in box.children if child.type == wanted]
            if index:
                found = found[int(index) - 1 : int(index)] if int(index) else []
        return found


def matches(assertion: dict[Any, Any], version: int, algorithm: str, asset: AssetHasher) -> bool:
    """Whether the file matches a BMFF hash assertion.

    Parameters
    ----------
    version
        Version in the assertion's label. From 2 on, the offset of each top-level box that is not
        wholly excluded is hashed before it, as eight bytes.

    Raises
    ------
    CannotCheck
        The file has fragments, or an exclusion is not supported.
    Mismatch
        The file's boxes are malformed, or its media data differ.
    """
    whole_hash, trees = octets(assertion.get("hash")), mappings(assertion.get("merkle"))
    if not whole_hash and not trees:
        raise Mismatch("the hard binding holds no hash")
    view = memoryview(asset.data)
    file = FileBox(view, b"", 0, 0, len(view), Budget(MAX_STEPS))
    try:
        if trees:
            _check_trees(trees, file, algorithm)
        excluded, dropped = _excluded(mappings(assertion.get("exclusions")), file)
        starts = [box.start for box in file.children] if version > 1 else []
    except MalformedImage:
        raise CannotCheck("the hard binding takes too many steps to check") from None
    marks = [start for start in starts if start not in dropped]
    return not whole_hash or whole_hash == digest(algorithm, *_parts(view, excluded, marks))


def _check_trees(trees: list[dict[Any, Any]], file: FileBox, algorithm: str) -> None:
    """Check the media data, which the hash of the file leaves out if there are trees."""
    boxes = [file.file[box.start : box.end] for box in file.children if box.type == b"mdat"]
    is_fragmented = any(box.type == b"moof" for box in file.children)
    merkle.check(trees, boxes, algorithm, is_fragmented=is_fragmented)


def _excluded(
    exclusions: list[dict[Any, Any]], file: FileBox
) -> tuple[list[tuple[int, int]], set[int]]:
    """Excluded ranges, and the offsets of wholly excluded boxes."""
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
    """Whether a box has the length and bytes that the exclusion requires."""
    if any(exclusion.get(key) is not None for key in ("version", "flags")):
        raise CannotCheck("the hard binding excludes boxes by version or flags")
    conditions = mappings(exclusion.get("data"))
    box.budget.spend(1 + len(conditions) + len(sequence(exclusion.get("subset"))))
    length = whole(exclusion.get("length"))
    if length is not None and length != box.end - box.start:
        return False
    for wanted in conditions:
        start, value = box.start + (whole(wanted.get("offset")) or 0), octets(wanted.get("value"))
        if len(value) > MAX_COMPARED:
            raise CannotCheck("the hard binding excludes boxes by too many bytes")
        if box.file[start : start + len(value)] != value:
            return False
    return True


def _subset(subset: list[dict[Any, Any]], box: FileBox) -> Iterator[tuple[int, int]]:
    """Ranges within a box. Length 0 means up to its end."""
    for part in subset:
        start = box.start + (whole(mapping(part).get("offset")) or 0)
        length = whole(part.get("length")) or box.end - start
        if start <= box.end:
            yield start, min(start + length, box.end)


def _parts(
    view: memoryview, excluded: list[tuple[int, int]], marks: list[int]
) -> Iterator[bytes | memoryview]:
    """Hash input in file order: bytes that are not excluded, and offsets before boxes."""
    at = 0
    steps = [(start, start, end) for start, end in excluded] + [(mark, -1, mark) for mark in marks]
    for start, kind, end in sorted(steps):
        yield view[at : max(at, start)]
        at = max(at, start)
        if kind < 0:
            yield start.to_bytes(8)
        at = max(at, end)
    yield view[at:]
