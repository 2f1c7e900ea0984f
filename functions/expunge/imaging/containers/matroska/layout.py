"""Split a WebM or Matroska file into blocks that can be dropped separately."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from expunge.errors import ImageTooLarge, MalformedImage
from expunge.imaging.containers.block import Block, Kind, Layout
from expunge.imaging.containers.isobmff.areas import Span, merge
from expunge.imaging.containers.matroska import schema
from expunge.imaging.containers.matroska.clusters import (
    LEAST_BYTES,
    MAX_PIECES,
    Plan,
    Selection,
    plan,
)
from expunge.imaging.containers.matroska.ebml import CRC, VOID, Element, element_at, elements
from expunge.imaging.containers.matroska.masters import Master, surplus, written
from expunge.imaging.data import Data
from expunge.imaging.limits import LIMITS

if TYPE_CHECKING:
    from expunge.imaging.containers.matroska.masters import Surplus

MAX_TRACKS = 256
"""Real files have fewer than 50."""
MAX_INDEX = 1 << 26
"""Bytes of all elements that are read whole."""
_SHOWN = 1 << 20
"""Bytes of an attachment or an unknown element that a report sees."""
_TIME_CODE = 121
"""Type of an addition to blocks: a time code of SMPTE ST 12-1, the time of day."""


@dataclass(frozen=True)
class Track:
    """One ``TrackEntry``."""

    element: Element
    number: int
    type: int
    codec: str
    size: tuple[int, int]
    additions: tuple[int, ...]
    """Ids of additions to its blocks that go."""


@dataclass(frozen=True)
class MatroskaLayout(Layout):
    """A layout, with what the rewrite needs."""

    segment: Element
    tops: tuple[Element, ...]
    """The elements of the segment; a cluster of unknown size ends where the next begins."""
    masters: dict[int, Master]
    """Content of small elements by offset."""
    tracks: tuple[Track, ...]
    dropped: frozenset[int]
    """Numbers of the tracks that no player shows."""
    plans: dict[int, Plan]
    """What stays of each cluster, by the cluster's offset."""
    owners: dict[int, int]
    """Block by the offset of its element."""
    lost: frozenset[int]
    coded: tuple[Span, ...]
    identity: str = ""

    @property
    def fingerprint(self) -> object:
        return self.identity

    @property
    def fragile(self) -> frozenset[int]:
        return self.lost

    @property
    def coded_spans(self) -> tuple[Span, ...] | None:
        return self.coded


def parse(data: Data, *, like: Layout | None = None) -> MatroskaLayout:
    """Read the structure of a file (see `Container.parse`)."""
    del like
    return _Builder(data).layout()


@dataclass
class _Builder:
    data: Data
    blocks: list[Block] = field(default_factory=list)
    masters: dict[int, Master] = field(default_factory=dict)
    owners: dict[int, int] = field(default_factory=dict)
    lost: set[int] = field(default_factory=set)
    tops: list[Element] = field(default_factory=list)
    plans: list[Plan] = field(default_factory=list)
    tracks: list[Track] = field(default_factory=list)
    dropped: frozenset[int] = frozenset()
    selection: Selection = field(default_factory=lambda: Selection(frozenset(), {}))
    broken: str = ""
    read: int = 0
    pieces: int = 0
    looked_at: int = 0

    def layout(self) -> MatroskaLayout:
        end = len(self.data)
        head = element_at(self.data, 0, end)
        segment = element_at(self.data, head.end, end) if head else None
        if head is None or segment is None or segment.id != schema.SEGMENT:
            raise MalformedImage("the file has no EBML header followed by a segment")
        if segment.end > end:
            self.broken = f"the file ends {segment.end - end:,} bytes before its segment does"
        self._whole(head)
        self._block(Kind.STRUCTURE, "EBML", "EBML", head)
        self._surplus(self.masters[head.start], schema.HEADER, "EBML")
        start, stop = segment.start, segment.body
        data = memoryview(b"")
        self._add(Block(Kind.STRUCTURE, "Segment", "Segment", start, stop - start, data))
        last = self._children(segment, min(segment.end, end))
        if last < end and not self.broken:
            rest = memoryview(self.data[last : min(end, last + (_SHOWN << 2))])
            self.owners[last] = self._add(
                Block(Kind.TRAILER, "trailer", "trailer", last, end - last, rest)
            )
        return self._result(segment)

    def _result(self, segment: Element) -> MatroskaLayout:
        staying = [track for track in self.tracks if track.number not in self.dropped]
        if self.tracks and not staying:
            raise MalformedImage("the movie has no track with pictures, sound or subtitles")
        if not self.tracks:
            self.broken = self.broken or "the file has no list of tracks"
        spans = [p for each in self.plans for p in each.pieces if isinstance(p, tuple)]
        clusters = (top.start for top in self.tops if top.id == schema.CLUSTER)
        width, height = next((track.size for track in staying if any(track.size)), (0, 0))
        return MatroskaLayout(
            media_type=self._media_type(),
            width=width,
            height=height,
            frames=1,
            orientation=1,
            blocks=tuple(self.blocks),
            broken=self.broken,
            segment=segment,
            tops=tuple(self.tops),
            masters=self.masters,
            tracks=tuple(self.tracks),
            dropped=self.dropped,
            plans=dict(zip(clusters, self.plans, strict=True)),
            owners=self.owners,
            lost=frozenset(self.lost),
            coded=tuple(merge(spans)),
            identity="" if self.broken else self._identity(),
        )

    def _media_type(self) -> str:
        name = self.masters[0].first(0x4282).rstrip(b"\0") if 0 in self.masters else b""
        picture = any(track.type == 1 for track in self.tracks) or not self.tracks
        if name == b"webm":
            return "video/webm" if picture else "audio/webm"
        return "video/x-matroska" if picture else "audio/x-matroska"

    def _add(self, block: Block) -> int:
        self.blocks.append(block)
        LIMITS.check_blocks(len(self.blocks))
        return len(self.blocks) - 1

    def _block(self, kind: Kind, name: str, path: str, element: Element, data: bytes = b"") -> int:
        length = min(element.end, len(self.data)) - element.start
        return self._add(Block(kind, name, path, element.start, length, memoryview(data)))

    def _whole(self, element: Element) -> Master:
        """Read an element whole."""
        self.read += element.end - element.body
        if self.read > MAX_INDEX:
            raise ImageTooLarge(f"the indexes of the file have more than {MAX_INDEX:,} bytes")
        master = Master(self.data[element.body : element.end], element.body)
        self.masters[element.start] = master
        return master

    def _children(self, segment: Element, end: int) -> int:
        """The elements of the segment; return where they end."""
        at = segment.body
        while at < end:
            element = element_at(self.data, at, end)
            if element is None:
                break
            if segment.unknown and element.id in (schema.EBML, schema.SEGMENT):
                break
            if element.end > end and not (element.unknown and element.id == schema.CLUSTER):
                self.broken = self.broken or "the file ends within an element of its segment"
                return end
            if element.id == schema.CLUSTER:
                found = plan(self.data, element, self.selection)
                element = Element(element.id, at, element.body, found.end, element.unknown)
                self.plans.append(found)
                self.pieces += len(found.pieces)
                self.looked_at += found.looked_at
                in_memory = isinstance(self.data, bytes)
                if in_memory and self.looked_at > 1_000 + len(self.data) // LEAST_BYTES:
                    raise ImageTooLarge("the clusters of the file have too many tiny elements")
                if self.pieces > MAX_PIECES * 2:
                    raise ImageTooLarge("the clusters of the file have too many groups of blocks")
                self._cluster(element, found)
            elif element.unknown:
                raise MalformedImage(f"the element at byte {at:,} has an unknown size")
            else:
                self._top(element)
            self.tops.append(element)
            LIMITS.check_blocks(len(self.tops))
            at = element.end
        return at

    def _cluster(self, element: Element, found: Plan) -> None:
        path = f"Segment/Cluster[{len(self.plans) - 1}]"
        self._block(Kind.CODED, "Cluster", path, element)
        if found.cut is not None:
            if not element.unknown:
                raise MalformedImage(f"a block in the cluster at byte {element.start:,} is damaged")
            sample = self.data[found.cut : min(found.cut + _SHOWN, found.end)]
            cut = Element(0, found.cut, found.cut, found.end)
            self.lost.add(self._block(Kind.VENDOR, "incomplete", f"{path}/incomplete", cut, sample))
        if found.dropped:
            sample = b"".join(found.dropped)
            self.lost.add(self._block(Kind.VENDOR, "extra", f"{path}/extra", element, sample))

    def _top(self, element: Element) -> None:
        """The blocks of an element of the segment, except a cluster."""
        name = _TOPS.get(element.id, f"0x{element.id:X}")
        path = f"Segment/{name}"
        if element.id in (CRC, schema.SEEK_HEAD, schema.CUES):
            if element.id != CRC:
                self._whole(element)
            self._block(Kind.STRUCTURE, name, path, element)
        elif element.id in (schema.INFO, schema.TRACKS):
            master = self._whole(element)
            self._block(Kind.STRUCTURE, name, path, element)
            if element.id == schema.INFO:
                self._surplus(master, schema.MASTERS[schema.INFO], path)
            else:
                self._read_tracks(master, path)
        elif element.id in (schema.TAGS, schema.CHAPTERS):
            content = self._whole(element).content
            kind = Kind.TEXT if element.id == schema.TAGS else Kind.VENDOR
            self.owners[element.start] = self._block(kind, name, path, element, content)
        elif element.id == schema.ATTACHMENTS:
            self._attachments(element, path)
        else:
            self._other(element, name, path)

    def _other(self, element: Element, name: str, path: str) -> None:
        content = self.data[element.body : min(element.end, element.body + _SHOWN)]
        long = element.end - element.body > _SHOWN
        if element.id != VOID or long or content.strip(b"\0"):
            index = self._block(Kind.VENDOR, name, path, element, content)
            self.owners[element.start] = index

    def _attachments(self, element: Element, path: str) -> None:
        """A block for each attached file, with the start of its data."""
        for number, child in enumerate(elements(self.data, element.body, element.end)):
            if child.id in (VOID, CRC):
                continue
            fields = {f.id: f for f in elements(self.data, child.body, child.end)}
            told = [self._start(fields.get(each)) for each in (schema.FILE_TYPE, schema.FILE_NAME)]
            sample = self._start(fields.get(schema.FILE_DATA))
            kind = Kind.THUMBNAIL if told[0].startswith(b"image/") else Kind.VENDOR
            content = b"\n".join((*told, sample))
            where = f"{path}/AttachedFile[{number}]"
            index = self._block(kind, "AttachedFile", where, child, content)
            self.owners[child.start] = index

    def _start(self, element: Element | None) -> bytes:
        return self.data[element.body : min(element.end, element.body + 1024)] if element else b""

    def _surplus(self, master: Master, wanted: schema.Schema, path: str) -> None:
        for each in surplus(master, wanted):
            self._surplus_block(each, path)

    def _surplus_block(self, each: Surplus, path: str) -> None:
        name = schema.NAMES.get(each.id, f"0x{each.id:X}")
        kind = Kind.TEXT if each.id in schema.NAMES and each.id != VOID else Kind.VENDOR
        where = f"{path}/{name}[{each.offset}]" if path.endswith("TrackEntry") else f"{path}/{name}"
        data = memoryview(each.content)
        self.owners[each.offset] = self._add(
            Block(kind, "element", where, each.offset, each.length, data)
        )

    def _read_tracks(self, master: Master, path: str) -> None:
        entry = schema.MASTERS[schema.TRACKS][schema.TRACK_ENTRY]
        for child in master.children():
            if child.id != schema.TRACK_ENTRY:
                continue
            inside = master.inside(child)
            track = _track(child, inside)
            self.tracks.append(track)
            if len(self.tracks) > MAX_TRACKS:
                raise ImageTooLarge(f"the file has more than {MAX_TRACKS:,} tracks")
            offset = master.base + child.start
            if track.type not in schema.STAYING_TYPES or track.codec.startswith("D_"):
                self.dropped |= {track.number}
                head = f"meta/{track.codec}\n".encode()
                length = child.end - child.start
                where = f"{path}/TrackEntry[{track.number}]"
                data = memoryview(head + inside.content[:1024])
                index = self._add(Block(Kind.VENDOR, "trak", where, offset, length, data))
                self.owners[offset] = index
            else:
                self._surplus(inside, entry, f"{path}/TrackEntry")
        additions = {track.number: track.additions for track in self.tracks if track.additions}
        self.selection = Selection(self.dropped, additions)
        outer = {schema.TRACK_ENTRY: None}
        self._surplus(master, outer, path)

    def _identity(self) -> str:
        """A digest of how the tracks are decoded and timed."""
        digest = hashlib.sha256()
        for element in self.tops:
            if element.id == schema.INFO:
                wanted = schema.MASTERS[schema.INFO]
                digest.update(written(self.masters[element.start], wanted, ()))
            elif element.id == schema.TRACKS:
                master = self.masters[element.start]
                entry = schema.MASTERS[schema.TRACKS][schema.TRACK_ENTRY]
                children = set(master.children())
                for track in self.tracks:
                    if track.number not in self.dropped and track.element in children:
                        digest.update(written(master.inside(track.element), entry, ()))
        return digest.hexdigest()


def _track(element: Element, inside: Master) -> Track:
    video = Master(inside.first(schema.VIDEO), 0)
    mapped = [
        Master(inside.body(child), 0)
        for child in inside.children()
        if child.id == schema.BLOCK_ADDITION_MAPPING
    ]
    return Track(
        element,
        inside.number(schema.TRACK_NUMBER),
        inside.number(schema.TRACK_TYPE),
        inside.first(schema.CODEC_ID).rstrip(b"\0").decode("latin-1"),
        (video.number(schema.WIDTH), video.number(schema.HEIGHT)),
        tuple(each.number(0x41F0) for each in mapped if each.number(0x41E7) == _TIME_CODE),
    )


_TOPS = {
    schema.SEEK_HEAD: "SeekHead", schema.INFO: "Info", schema.TRACKS: "Tracks",
    schema.CUES: "Cues", schema.TAGS: "Tags", schema.ATTACHMENTS: "Attachments",
    schema.CHAPTERS: "Chapters", VOID: "Void", CRC: "CRC-32",
}  # fmt: skip
