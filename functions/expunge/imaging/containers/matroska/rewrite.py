"""Write a WebM or Matroska file again without some of its blocks.

Elements keep their order. Sizes do not depend on positions, which have eight bytes each, so the
first pass measures the new elements and the second writes them.
"""

from __future__ import annotations

from itertools import accumulate
from typing import TYPE_CHECKING

from expunge.imaging import data as files
from expunge.imaging.containers.matroska import ebml, schema
from expunge.imaging.containers.matroska.clusters import Plan, Selection, plan
from expunge.imaging.containers.matroska.ebml import CRC, VOID, Element, elements
from expunge.imaging.containers.matroska.layout import MatroskaLayout
from expunge.imaging.containers.matroska.masters import Master, written

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from expunge.imaging.containers.block import Layout
    from expunge.imaging.data import Data

_WIDTH = 8
"""Bytes of the segment's size, and of each position."""


def rewrite(data: bytes, layout: Layout, edits: Mapping[int, bytes | None]) -> bytes:
    """Return the file with some blocks changed or dropped (see `Container.rewrite`)."""
    return b"".join(pieces(data, layout, edits))


def pieces(data: Data, layout: Layout, edits: Mapping[int, bytes | None]) -> Iterator[bytes]:
    """Yield the same file piece by piece."""
    assert isinstance(layout, MatroskaLayout)
    yield from _Rewriting(data, layout, edits).pieces()


def with_tags(data: Data, layout: Layout, tags: bytes) -> Iterator[bytes]:
    """Yield the file piece by piece with ``Tag`` elements more, where players look for them."""
    assert isinstance(layout, MatroskaLayout)
    yield from _Rewriting(data, layout, {}).pieces(ebml.element(schema.TAGS, tags))


class _Rewriting:
    def __init__(
        self, data: Data, layout: MatroskaLayout, edits: Mapping[int, bytes | None]
    ) -> None:
        self._data = data
        self._layout = layout
        self._gone = {index for index, new in edits.items() if new is None}
        self._paths = {b.path for i, b in enumerate(layout.blocks) if i not in self._gone}
        self._edits = edits
        staying = [
            track
            for track in layout.tracks
            if track.number not in layout.dropped or self._stays_track(track.number)
        ]
        self._numbers = {track.number for track in staying}
        dropped = {track.number for track in layout.tracks} - self._numbers
        additions = {track.number: track.additions for track in staying if track.additions}
        self._selection = Selection(frozenset(dropped), additions)
        self._kept = {at for at, index in layout.owners.items() if index not in self._gone}
        self._plans: dict[int, Plan] = {}
        base = layout.segment.body
        self._clusters = {t.start - base for t in layout.tops if t.id == schema.CLUSTER}
        """Old positions of all clusters."""

    def _stays_track(self, number: int) -> bool:
        return f"Segment/Tracks/TrackEntry[{number}]" in self._paths

    def pieces(self, added: bytes = b"") -> Iterator[bytes]:
        """Yield the file; ``added`` is a new element before the first cluster."""
        layout = self._layout
        yield ebml.element(schema.EBML, written(layout.masters[0], schema.HEADER, self._kept))
        sizes = [self._size(top) for top in layout.tops]
        ids = [top.id for top in layout.tops]
        place = ids.index(schema.CLUSTER) if schema.CLUSTER in ids else len(ids)
        starts = list(accumulate(sizes, initial=0))
        starts = [*starts[:place], *(start + len(added) for start in starts[place:])]
        yield ebml.header(schema.SEGMENT, starts[-1], _WIDTH)
        moved = {
            top.start - layout.segment.body: start
            for top, start, size in zip(layout.tops, starts, sizes, strict=False)
            if size
        }
        for index, top in enumerate(layout.tops):
            if index == place:
                yield added
            if top.id == schema.CLUSTER:
                yield from self._cluster(self._plans.pop(top.start))
            else:
                yield self._content(top, moved)
        if place == len(ids):
            yield added
        end = layout.tops[-1].end if layout.tops else layout.segment.body
        if layout.owners.get(end, -1) >= 0 and end in self._kept:
            yield from files.pieces(self._data, end, len(self._data))

    def _size(self, top: Element) -> int:
        if top.id != schema.CLUSTER:
            return len(self._content(top, None))
        found = self._layout.plans[top.start]
        if found.selection != self._selection:
            found = plan(self._data, top, self._selection)
        self._plans[top.start] = found
        length = found.length
        return len(ebml.header(schema.CLUSTER, length)) + length

    def _cluster(self, found: Plan) -> Iterator[bytes]:
        yield ebml.header(schema.CLUSTER, found.length)
        for piece in found.pieces:
            if isinstance(piece, bytes):
                yield piece
            else:
                yield from files.pieces(self._data, *piece)

    def _content(self, top: Element, moved: Mapping[int, int] | None) -> bytes:
        """Serialise an element of the segment; nothing if it goes."""
        master = self._layout.masters.get(top.start)
        writers = {
            schema.SEEK_HEAD: lambda each: self._seek_head(each, moved),
            schema.CUES: lambda each: self._cues(each, moved),
            schema.INFO: self._info,
            schema.TRACKS: self._tracks,
        }
        if master is not None and top.id in writers:
            return writers[top.id](master)
        if top.id == schema.ATTACHMENTS:
            return self._attachments(top)
        if top.start not in self._kept:
            return b""
        content = self._edits.get(self._layout.owners[top.start])
        return self._data[top.start : top.end] if content is None else ebml.element(top.id, content)

    def _info(self, master: Master) -> bytes:
        content = written(master, schema.MASTERS[schema.INFO], self._kept)
        return ebml.element(schema.INFO, content)

    def _tracks(self, master: Master) -> bytes:
        entry = schema.MASTERS[schema.TRACKS][schema.TRACK_ENTRY]
        out = []
        for child in master.children():
            if master.base + child.start in self._kept:
                out.append(master.content[child.start : child.end])
            elif child.id == schema.TRACK_ENTRY:
                inside = master.inside(child)
                if inside.number(schema.TRACK_NUMBER) in self._numbers:
                    content = written(inside, entry, self._kept)
                    out.append(ebml.element(schema.TRACK_ENTRY, content))
        return ebml.element(schema.TRACKS, *out)

    def _attachments(self, top: Element) -> bytes:
        found = elements(self._data, top.body, top.end)
        kept = [self._data[each.start : each.end] for each in found if each.start in self._kept]
        return ebml.element(schema.ATTACHMENTS, *kept) if kept else b""

    def _seek_head(self, master: Master, moved: Mapping[int, int] | None) -> bytes:
        """``SeekHead``: where the other elements begin, without those that go."""
        staying = moved if moved is not None else self._positions()
        out = []
        for child in master.children():
            if child.id != schema.SEEK:
                continue
            inside = master.inside(child)
            position = inside.number(schema.SEEK_POSITION)
            if position in staying:
                name = ebml.element(schema.SEEK_ID, inside.first(schema.SEEK_ID)[:4])
                at = ebml.unsigned(schema.SEEK_POSITION, staying[position], _WIDTH)
                out.append(ebml.element(schema.SEEK, name, at))
        return ebml.element(schema.SEEK_HEAD, *out) if out else b""

    def _positions(self) -> dict[int, int]:
        """Old positions of the elements that stay, before the new ones are known."""
        base = self._layout.segment.body
        stays = (schema.INFO, schema.TRACKS, schema.CLUSTER, schema.CUES, schema.SEEK_HEAD)
        return {
            top.start - base: 0
            for top in self._layout.tops
            if top.id in stays or (top.id not in (CRC, VOID) and self._content(top, None))
        }

    def _cues(self, master: Master, moved: Mapping[int, int] | None) -> bytes:
        """``Cues``: where each cluster begins, without tracks that go.

        The place of a block in its cluster is optional, and left out.
        """
        out = []
        for child in master.children():
            if child.id == schema.CUE_POINT:
                point = self._cue_point(master.inside(child), moved)
                if point:
                    out.append(point)
        return ebml.element(schema.CUES, *out) if out else b""

    def _cue_point(self, point: Master, moved: Mapping[int, int] | None) -> bytes:
        out, positions = [], 0
        for child in point.children():
            body = point.body(child)
            if child.id == schema.CUE_POSITIONS:
                inside = Master(body, 0)
                track, old = inside.number(schema.CUE_TRACK), inside.number(schema.CUE_CLUSTER)
                if track in self._numbers and old in self._clusters:
                    positions += 1
                    out.append(self._cue_positions(inside, moved[old] if moved else 0))
            elif child.id in schema.CUE:
                out.append(ebml.element(child.id, body))
        return ebml.element(schema.CUE_POINT, *out) if positions else b""

    def _cue_positions(self, inside: Master, new: int) -> bytes:
        wanted = schema.CUE[schema.CUE_POSITIONS]
        return ebml.element(
            schema.CUE_POSITIONS,
            *(
                ebml.unsigned(schema.CUE_CLUSTER, new, _WIDTH)
                if child.id == schema.CUE_CLUSTER
                else ebml.element(child.id, inside.body(child))
                for child in inside.children()
                if child.id in wanted
            ),
        )
