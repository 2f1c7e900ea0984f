"""Clusters: the media data of a file, and what of it stays (RFC 9559, sections 5.1.3 and 10)."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

from expunge.errors import ImageTooLarge
from expunge.imaging.containers.matroska import ebml, schema
from expunge.imaging.containers.matroska.ebml import CRC, VOID, Element, element_at

if TYPE_CHECKING:
    from expunge.imaging.containers.isobmff.areas import Span
    from expunge.imaging.data import Data

Piece: TypeAlias = "bytes | Span"
"""New bytes, or a span of the old file."""
MAX_BLOCKS, MAX_PIECES = 1_000_000, 250_000
"""Elements of one cluster, and pieces to copy: two for a group of one block."""
_SHORTEST = 3
"""Bytes of a block with a size and a track number of one byte each."""
_SHORT_CHILDREN = frozenset(each for each in schema.GROUP if each < 1 << 8)
"""Ids of one byte in a group. Additions have two."""
LEAST_BYTES = 32
"""Bytes that elements have in the mean, beside short blocks, in a file in memory."""
_SAMPLE = 256
"""Bytes of each dropped element that a report sees."""
_MAX_SAMPLES = 64
_BOUNDARIES = schema.TOP | {schema.EBML, schema.SEGMENT}


@dataclass(slots=True)
class Plan:
    """What stays of one cluster, by a selection."""

    selection: Selection | None = None
    pieces: list[Piece] = field(default_factory=list)
    end: int = 0
    """Where the cluster ends in the file."""
    cut: int | None = None
    """Where an incomplete block at the end of a live recording begins."""
    looked_at: int = 0
    """Elements that were looked at closely."""
    dropped: list[bytes] = field(default_factory=list)
    """The start of each element that goes, except padding and blocks of tracks that go."""

    @property
    def length(self) -> int:
        return sum(len(p) if isinstance(p, bytes) else p[1] - p[0] for p in self.pieces)

    def keep(self, start: int, end: int) -> None:
        """Add a span of the file, joined with the one before if they touch."""
        last = self.pieces[-1] if self.pieces else None
        if isinstance(last, tuple) and last[1] == start:
            self.pieces[-1] = (last[0], end)
        else:
            self.pieces.append((start, end))

    def drop(self, data: Data, element: Element) -> None:
        if len(self.dropped) < _MAX_SAMPLES:
            sample = data[element.start : min(element.start + _SAMPLE, element.end)]
            if element.id != VOID or data[element.body : element.end].strip(b"\0"):
                self.dropped.append(sample)


@dataclass(frozen=True, slots=True)
class Selection:
    """The tracks whose blocks go, and the additions to blocks that go, by track."""

    tracks: frozenset[int]
    additions: Mapping[int, Collection[int]]


def plan(data: Data, cluster: Element, selection: Selection) -> Plan:
    """Decide what of a cluster stays.

    Positions and sizes of other clusters go: they are optional, and would be wrong.
    """
    found, at, count = Plan(selection), cluster.body, 0
    while at < cluster.end:
        at, passed = _short_blocks(found, data, at, cluster.end, selection)
        count += passed + 1
        if at == cluster.end:
            break
        if count > MAX_BLOCKS or len(found.pieces) > MAX_PIECES:
            raise ImageTooLarge(f"a cluster has more than {MAX_BLOCKS:,} blocks")
        child = element_at(data, at, cluster.end)
        if cluster.unknown and child is not None and child.id in _BOUNDARIES:
            break
        if child is None or child.end > cluster.end or child.unknown:
            found.cut = at
            at = cluster.end
            break
        _child(found, data, child, selection)
        found.looked_at += 1
        at = child.end
    found.end = at
    return found


def _short_blocks(
    found: Plan, data: Data, at: int, end: int, selection: Selection
) -> tuple[int, int]:
    """Pass blocks of up to 126 bytes in memory; return where they end, and their number.

    A file of sound may have a million of them, and `element_at` takes ten times as long.
    """
    start, count = at, 0
    if not isinstance(data, bytes):
        return at, count
    last = min(end, len(data)) - _SHORTEST
    while at <= last and count < MAX_BLOCKS and 0x80 < data[at + 1] < 0xFF:
        after = at + 2 + (data[at + 1] & 0x7F)
        if after > end:
            break
        if data[at] == schema.SIMPLE_BLOCK:
            track = data[at + 2]
        else:
            track = _track_of_group(data, at, after) if data[at] == schema.BLOCK_GROUP else 0
        if track < 0x80:
            break
        if track & 0x7F in selection.tracks:
            if at > start:
                found.keep(start, at)
            start = after
        at, count = after, count + 1
    if at > start:
        found.keep(start, at)
    return at, count


def _track_of_group(data: bytes, at: int, end: int) -> int:
    """The first byte of a group's block; 0 for a group that has to be looked at closely."""
    track, at = 0, at + 2
    while at < end:
        if data[at] not in _SHORT_CHILDREN or at + 2 >= end or not 0x80 <= data[at + 1] < 0xFF:
            return 0
        if data[at] == schema.BLOCK and not track:
            track = data[at + 2]
        at += 2 + (data[at + 1] & 0x7F)
    return track if at == end else 0


def _child(found: Plan, data: Data, child: Element, selection: Selection) -> None:
    if child.id in (schema.TIMESTAMP, schema.ENCRYPTED):
        found.keep(child.start, child.end)
    elif child.id == schema.SIMPLE_BLOCK:
        if track_of(data, child) not in selection.tracks:
            found.keep(child.start, child.end)
    elif child.id == schema.BLOCK_GROUP:
        _group(found, data, child, selection)
    elif child.id not in (CRC, schema.POSITION, schema.PREVIOUS_SIZE):
        found.drop(data, child)


def track_of(data: Data, block: Element) -> int:
    """The track number at the start of a block."""
    head = data[block.body : min(block.body + 8, block.end)]
    width = 9 - head[0].bit_length() if head and head[0] else 0
    return int.from_bytes(head[:width], "big") & ((1 << 7 * width) - 1 if width else 0)


def _group(found: Plan, data: Data, group: Element, selection: Selection) -> None:
    """A block with its duration, references and additions. Its header is written again."""
    children = list(ebml.elements(data, group.body, group.end))
    block = next((child for child in children if child.id == schema.BLOCK), None)
    track = track_of(data, block) if block else 0
    if track in selection.tracks:
        return
    inside = Plan()
    for child in children:
        if child.id == schema.ADDITIONS:
            _additions(inside, data, child, selection.additions.get(track, ()))
        elif child.id in schema.GROUP:
            inside.keep(child.start, child.end)
        elif child.id != CRC:
            inside.drop(data, child)
    found.dropped += inside.dropped
    found.pieces += [ebml.header(schema.BLOCK_GROUP, inside.length), *inside.pieces]


def _additions(found: Plan, data: Data, additions: Element, going: Collection[int]) -> None:
    """Additions to a block, such as its alpha channel; those of some ids go."""
    inside = Plan()
    for more in ebml.elements(data, additions.body, additions.end):
        fields = ebml.elements(data, more.body, more.end)
        number = next((f for f in fields if f.id == schema.ADD_ID), None)
        name = int.from_bytes(data[number.body : number.end], "big") if number else 1
        if more.id == schema.MORE and name not in going:
            inside.keep(more.start, more.end)
        elif more.id != CRC:
            inside.drop(data, more)
    found.dropped += inside.dropped
    if inside.pieces:
        found.pieces += [ebml.header(schema.ADDITIONS, inside.length), *inside.pieces]
