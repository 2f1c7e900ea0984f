"""Write a movie again without some of its blocks.

Boxes keep their order. Media data keeps only the bytes of samples that stay, and every offset to
them is computed again. Sizes do not depend on offsets, so the first pass measures the new boxes and
the second writes them.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from itertools import accumulate
from typing import TYPE_CHECKING

from expunge.errors import MalformedImage
from expunge.imaging import data as files
from expunge.imaging.containers.isobmff.areas import Span
from expunge.imaging.containers.movie import brands, indexes
from expunge.imaging.containers.movie.auxiliary import with_auxiliary
from expunge.imaging.containers.movie.fragments import FragmentWriter
from expunge.imaging.containers.movie.layout import MovieLayout
from expunge.imaging.containers.movie.media import within_media
from expunge.imaging.containers.movie.metadata import is_metadata, stays_with_items
from expunge.imaging.containers.movie.parts import Part, box
from expunge.imaging.containers.movie.top import Top
from expunge.imaging.containers.movie.tracks import auxiliary_offsets, numbers

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from expunge.imaging.containers.block import Layout
    from expunge.imaging.data import Data

_MAX_SHORT = 1 << 32


def rewrite(data: bytes, layout: Layout, edits: Mapping[int, bytes | None]) -> bytes:
    """Return the file with some blocks changed or dropped (see `Container.rewrite`)."""
    return b"".join(pieces(data, layout, edits))


def pieces(data: Data, layout: Layout, edits: Mapping[int, bytes | None]) -> Iterator[bytes]:
    """Yield the same file piece by piece."""
    assert isinstance(layout, MovieLayout)
    yield from _Rewriting(data, layout, edits).pieces()


@dataclass(frozen=True, slots=True)
class _Media:
    """A box of media data that stays: its spans in the old file, and the length of both."""

    top: Top
    spans: tuple[Span, ...]
    length: int

    @property
    def header(self) -> bytes:
        if self.length + 8 < _MAX_SHORT:
            return (self.length + 8).to_bytes(4, "big") + b"mdat"
        return b"\0\0\0\1mdat" + (self.length + 16).to_bytes(8, "big")


class _Rewriting:
    def __init__(self, data: Data, layout: MovieLayout, edits: Mapping[int, bytes | None]) -> None:
        self._data = data
        self._layout = layout
        self._edits = edits
        self._gone = {index for index, new in edits.items() if new is None}
        self._tracks = [t for t in layout.tracks if t.part.block not in self._gone]
        self._ids = {track.id for track in self._tracks}
        self._parts = {id(t.part) for t in layout.tracks} - {id(t.part) for t in self._tracks}
        kept = (layout.tracks[index] for index in layout.dropped)
        self._whole = {id(track.part) for track in kept} - self._parts
        self._media = self._media_boxes()
        self._places = _Places(self._media)

    def _media_boxes(self) -> dict[int, _Media]:
        """The media data that stays, by the offset of its box."""
        mdats = [top for top in self._layout.scan.tops if top.type == "mdat"]
        spans = [
            (start, start + length)
            for track in self._tracks
            for start, length in track.spans()
            if length
        ]
        merged = within_media(spans, [(top.body, min(top.end, len(self._data))) for top in mdats])
        starts = [start for start, _ in merged]
        found = {}
        for top in mdats:
            inside = merged[bisect_left(starts, top.body) : bisect_left(starts, top.end)]
            if inside:
                length = sum(end - start for start, end in inside)
                found[top.start] = _Media(top, tuple(inside), length)
        return found

    def pieces(self) -> Iterator[bytes]:
        tops = [top for top in self._layout.scan.tops if self._stays(top)]
        sizes = [self._size(top) for top in tops]
        starts = list(accumulate(sizes, initial=0))
        self._places.set(dict(zip((top.start for top in tops), starts, strict=False)))
        moved = indexes.Moved(
            [top.start for top in tops], starts, self._layout.scan.tops[-1].end if tops else 0
        )
        for top, start, size in zip(tops, starts, sizes, strict=False):
            if top.type == "mdat":
                media = self._media[top.start]
                yield media.header
                for first, last in media.spans:
                    yield from files.pieces(self._data, first, last)
                continue
            content = self._content(top, start, self._places, moved)
            assert len(content) == size
            yield content
        rest = self._layout.top_blocks.get(self._layout.scan.rest, -1)
        if new := self._edits.get(rest):
            yield new
        elif rest not in self._gone:
            yield from files.pieces(self._data, self._layout.scan.rest, len(self._data))

    def _stays(self, top: Top) -> bool:
        layout = self._layout
        if top.type == "mdat":
            return top.start in self._media
        if top.start in layout.fragments:
            ids = {each.track for each in layout.fragments[top.start].tracks}
            return not ids or bool(ids & self._ids)
        if top.type in ("ftyp", "styp", "moov", "sidx", "mfra"):
            return True
        if top.start in layout.parts:
            return bool(self._metadata(layout.parts[top.start]))
        index = layout.top_blocks.get(top.start, -1)
        return index >= 0 and index not in self._gone

    def _size(self, top: Top) -> int:
        if top.type == "mdat":
            media = self._media[top.start]
            return len(media.header) + media.length
        return len(self._content(top, 0, lambda _: 0, None))

    def _content(
        self, top: Top, start: int, place: Callable[[int], int], moved: indexes.Moved | None
    ) -> bytes:
        """Serialise a box of the file, except media data."""
        layout = self._layout
        if top.type == "moov":
            return self._movie(layout.parts[top.start], start, place)
        if top.start in layout.fragments:
            return self._fragment(top, start, place)
        if top.start in layout.parts:
            return self._metadata(layout.parts[top.start])
        return self._index(top, start, moved)

    def _index(self, top: Top, start: int, moved: indexes.Moved | None) -> bytes:
        """Serialise a box that is read whole only here: brands, an index, or foreign data."""
        body = self._data[top.body : top.end]
        if top.type in ("ftyp", "styp"):
            index = self._layout.top_blocks.get(top.start, -1)
            return box(top.type, brands.known(body[:4096]) if index in self._gone else body)
        if top.type == "sidx":
            return box("sidx", indexes.segment_index(body, top, moved, start))
        if top.type == "mfra":
            return indexes.random_access(body, self._ids, moved)
        content = self._edits.get(self._layout.top_blocks.get(top.start, -1))
        if content is not None:
            return box(top.type, content, usertype=top.usertype)
        return self._data[top.start : top.end]

    def _movie(self, part: Part, start: int, place: Callable[[int], int]) -> bytes:
        content = self._needed(part, place)
        tracks = [track.part for track in self._tracks]
        return with_auxiliary(content, tracks, start, self._places.holds)

    def _fragment(self, top: Top, start: int, place: Callable[[int], int]) -> bytes:
        fragment = self._layout.fragments[top.start]
        without = {
            other.start
            for other in fragment.others
            if self._layout.top_blocks.get(-1 - (top.body + other.start), -1) in self._gone | {-1}
        }
        return FragmentWriter(fragment, self._ids, without).write(start, place)

    def _metadata(self, part: Part) -> bytes:
        """A box of metadata with the items that stay; nothing if there are none."""
        if not is_metadata(part):
            return self._block(part)
        inside = [
            (child, bytes(self._again(child)) if stays_with_items(child) else self._metadata(child))
            for child in part.children or ()
        ]
        if not any(content for child, content in inside if not stays_with_items(child)):
            return b""
        return box(part.type, part.own, *(content for _, content in inside), usertype=part.usertype)

    def _block(self, part: Part) -> bytes:
        """A box that is a block, if it stays."""
        if part.block < 0 or part.block in self._gone:
            return b""
        content = self._edits.get(part.block)
        if content is None:
            return self._again(part)
        head = len(part.body) - len(self._layout.blocks[part.block].data)
        return box(part.type, part.body[:head], content, usertype=part.usertype)

    def _again(self, part: Part) -> bytes:
        return box(part.type, part.body, usertype=part.usertype)

    def _needed(self, part: Part, place: Callable[[int], int], *, whole: bool = False) -> bytes:
        """A box that a player needs, with its children. In a ``whole`` track, all boxes stay."""
        if id(part) in self._parts:
            return b""
        if not part.needed:
            return self._again(part) if whole else self._metadata(part)
        own: bytes | memoryview = part.own
        if part.cleaned is not None and part.cleaning in self._gone:
            own = part.cleaned
        if part.children is not None:
            whole = whole or id(part) in self._whole
            inside = (self._needed(child, place, whole=whole) for child in part.children)
            return box(part.type, own, *inside)
        return self._leaf(part, bytes(own), place)

    def _leaf(self, part: Part, own: bytes, place: Callable[[int], int]) -> bytes:
        """A box without children; those with offsets or track ids are corrected."""
        if part.type == "trex" and int.from_bytes(own[4:8], "big") not in self._ids:
            return b""
        if part.type == "tref":
            return self._references(part)
        if part.type in ("stco", "co64"):
            own = self._offsets(own, part, place)
        elif part.type == "saio":
            own = self._auxiliary(own, part, place)
        return box(part.type, own, usertype=part.usertype)

    def _offsets(self, body: bytes, part: Part, place: Callable[[int], int]) -> bytes:
        """``stco`` or ``co64`` with new offsets. An empty chunk may lie anywhere, and gets 0."""
        width = 4 if part.type == "stco" else 8
        out = bytearray(body[:8])
        count = int.from_bytes(body[4:8], "big")
        for offset in numbers(body[8 : 8 + count * width], width):
            new = place(offset)
            if new >= 1 << 8 * width:
                raise MalformedImage("the movie header is too short for offsets above 4 GB")
            out += new.to_bytes(width, "big")
        return bytes(out + body[8 + count * width :])

    def _auxiliary(self, body: bytes, part: Part, place: Callable[[int], int]) -> bytes:
        width = 8 if body[0] else 4
        at = (12 if body[3] & 1 else 4) + 4
        out = bytearray(body)
        for index, offset in enumerate(auxiliary_offsets(body, part.path)):
            start = at + width * index
            if self._places.holds(offset):
                out[start : start + width] = place(offset).to_bytes(width, "big")
        return bytes(out)

    def _references(self, part: Part) -> bytes:
        """``tref`` without the tracks that go."""
        left, at, view = [], 0, part.body
        while at + 8 <= len(view):
            size = int.from_bytes(view[at : at + 4], "big")
            if not 8 <= size <= len(view) - at:
                break
            ids = [each for each in numbers(view[at + 8 : at + size], 4) if each in self._ids]
            if ids:
                name = bytes(view[at + 4 : at + 8]).decode("latin-1")
                left.append(box(name, *(each.to_bytes(4, "big") for each in ids)))
            at += size
        return box("tref", *left) if left else b""


class _Places:
    """New offsets of media data."""

    def __init__(self, media: Mapping[int, _Media]) -> None:
        self._media = sorted(media.values(), key=lambda each: each.top.start)
        self._spans = [span for each in self._media for span in each.spans]
        self._firsts = [start for start, _ in self._spans]
        self._new: list[int] = []

    def set(self, starts: Mapping[int, int]) -> None:
        """Set the new offset of each box of media data."""
        for media in self._media:
            at = starts[media.top.start] + len(media.header)
            for start, end in media.spans:
                self._new.append(at)
                at += end - start

    def holds(self, offset: int) -> bool:
        """Whether the byte at an old offset stays."""
        index = bisect_right(self._firsts, offset) - 1
        return index >= 0 and offset < self._spans[index][1]

    def __call__(self, offset: int) -> int:
        if not self.holds(offset):
            return 0
        index = bisect_right(self._firsts, offset) - 1
        return self._new[index] + offset - self._firsts[index]
