"""Split a movie into blocks that can be dropped separately."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING

from expunge.errors import ImageTooLarge, MalformedImage
from expunge.imaging.containers.block import Block, Kind, Layout
from expunge.imaging.containers.isobmff.areas import Span
from expunge.imaging.containers.isobmff.boxes import Box
from expunge.imaging.containers.movie import brands, clean
from expunge.imaging.containers.movie.fragments import Fragment, read_fragment
from expunge.imaging.containers.movie.grammar import PADDING, TEXTS, TOP, VISUAL, entry_children
from expunge.imaging.containers.movie.media import identity, lies_in, within_media
from expunge.imaging.containers.movie.metadata import foreign, is_metadata, items
from expunge.imaging.containers.movie.parts import Grower, Part
from expunge.imaging.containers.movie.top import Scan, Top, scan
from expunge.imaging.containers.movie.tracks import Track, going, read_track
from expunge.imaging.data import Data
from expunge.imaging.limits import LIMITS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


MAX_PIECES = 1_000_000
"""Chunks and runs of samples in a movie: four hours of one sample each. They take 8 seconds."""
_SHOWN = 1 << 22
"""Bytes of one box outside the movie header that are read for a report, from each end."""
_LOGGED = 8
"""Chunks of subtitles that are searched for a position."""
_POSITION = re.compile(
    rb"\bgps\b\s*[(:\[]|\b(?:latitude|longitude)\b\s*[:=]|\blat\b\s*[:=].{0,40}\bl(?:on|ng)\b\s*[:=]",
    re.IGNORECASE | re.DOTALL,
)
_SAMPLE = 1 << 12
"""Bytes of a dropped track's first chunk in its block."""


@dataclass(frozen=True)
class MovieLayout(Layout):
    """A layout, with what the rewrite needs."""

    scan: Scan
    parts: dict[int, Part]
    """Movie header and metadata boxes by their offset in the file."""
    fragments: dict[int, Fragment]
    tracks: tuple[Track, ...]
    dropped: frozenset[int]
    """Tracks that no player shows, as indices."""
    top_blocks: dict[int, int]
    """Block by the offset of a box of the file, and -1 less the offset of one in a fragment."""
    coded: tuple[Span, ...]
    """Start and end of the media data of all other tracks, merged."""
    identity: str = ""
    notes: tuple[str, ...] = ()

    @property
    def fingerprint(self) -> object:
        return self.identity

    @property
    def unexamined(self) -> tuple[str, ...]:
        return self.notes

    @property
    def coded_spans(self) -> tuple[Span, ...] | None:
        return self.coded


def parse(data: Data, *, like: Layout | None = None) -> MovieLayout:
    """Read the structure of a movie (see `Container.parse`)."""
    del like
    return _Builder(data, scan(data)).layout()


@dataclass
class _Builder:
    """Reads the boxes of a file and names the blocks."""

    data: Data
    scan: Scan
    blocks: list[Block] = field(default_factory=list)
    parts: dict[int, Part] = field(default_factory=dict)
    fragments: dict[int, Fragment] = field(default_factory=dict)
    tracks: list[Track] = field(default_factory=list)
    top_blocks: dict[int, int] = field(default_factory=dict)
    pieces: int = 0
    grower: Grower = field(default_factory=lambda: Grower(memoryview(b""), 0))

    def layout(self) -> MovieLayout:
        broken = self.scan.broken
        movie = self._movie()
        if movie is None:
            broken = broken or "the file has no movie header (moov)"
        dropped = going(self.tracks)
        self._read_fragments()
        dropped |= {i for i, track in enumerate(self.tracks) if self._is_telemetry(track)}
        mdats = [
            (top.body, min(top.end, len(self.data))) for top in self.scan.tops if top.type == "mdat"
        ]
        for track in self.tracks:
            track.auxiliary = [each for each in track.auxiliary if lies_in(each[0], mdats)]
        if any(start >= len(self.data) for t in self.tracks for start, n in t.spans() if n):
            broken = broken or "the file ends before its media data does"
        coded = [] if broken else self._media(dropped, mdats)
        for top in self.scan.tops:
            self._top(top, dropped)
        if self.scan.rest < len(self.data):
            self._rest()
        staying = [t for index, t in enumerate(self.tracks) if index not in dropped]
        if movie is not None and not staying and not broken:
            raise MalformedImage("the movie has no track with pictures, sound or subtitles")
        size = next((s for t in staying if t.handler in VISUAL and (s := _size(t))), (0, 0))
        return MovieLayout(
            media_type=self._media_type(staying),
            width=size[0],
            height=size[1],
            frames=1,
            orientation=1,
            blocks=tuple(self.blocks),
            broken=broken,
            scan=self.scan,
            parts=self.parts,
            fragments=self.fragments,
            tracks=tuple(self.tracks),
            dropped=frozenset(dropped),
            top_blocks=self.top_blocks,
            coded=tuple(coded),
            identity="" if broken or movie is None else identity(movie, staying, coded),
            notes=tuple(_notes(staying)),
        )

    def _media_type(self, staying: list[Track]) -> str:
        first = next((top for top in self.scan.tops if top.type == "ftyp"), None)
        head = self.data[first.body : min(first.end, first.body + 4096)] if first else b""
        return brands.media_type(head, has_picture=any(t.handler in VISUAL for t in staying))

    def _movie(self) -> Part | None:
        movies = [top for top in self.scan.tops if top.type == "moov" and top.end <= len(self.data)]
        if len(movies) > 1:
            raise MalformedImage("the file has several movie headers (moov)")
        for top in movies:
            part = self._part(top, needed=True)
            if part.child("cmov") or part.child("rmra"):
                raise MalformedImage(
                    "the movie header is compressed or only refers to other movies"
                )
            for each in part.all("trak"):
                self.tracks.append(track := read_track(each))
                self._count(len(track.offsets) + len(track.auxiliary))
            return part
        return None

    def _count(self, pieces: int) -> None:
        """Count pieces of media data, and refuse too many."""
        self.pieces += pieces
        if self.pieces > MAX_PIECES:
            raise ImageTooLarge(f"the movie's samples lie in more than {MAX_PIECES:,} pieces")

    def _part(self, top: Top, *, needed: bool) -> Part:
        """Read a box of the file whole, with the boxes in it."""
        raw = self.data[top.start : top.end]
        self.grower.view, self.grower.base = memoryview(raw), top.start
        box = Box(top.type, 0, top.body - top.start, len(raw), top.usertype)
        self.parts[top.start] = part = self.grower.grow(box, self._path(top), needed=needed)
        return part

    def _path(self, top: Top) -> str:
        alike = (
            [t.start for t in self.scan.tops if t.type == top.type] if top.type != "mdat" else []
        )
        count = alike.index(top.start) if len(alike) < 100 and top.start in alike else 0
        return f"{top.type.strip()}[{count}]" if count else top.type.strip()

    def _is_telemetry(self, track: Track) -> bool:
        """Whether subtitles are the log of a drone or a dashboard camera, with its position."""
        if track.handler not in TEXTS:
            return False
        for start, length in islice(track.spans(), _LOGGED):
            if _POSITION.search(self.data[start : start + min(length, _SAMPLE)]):
                return True
        return False

    def _read_fragments(self) -> None:
        by_id = {track.id: track for track in self.tracks}
        defaults = dict(self._defaults())
        for top in self.scan.tops:
            if top.type != "moof" or top.end > len(self.data):
                continue
            fragment = read_fragment(top, self.data[top.body : top.end], defaults)
            self.fragments[top.start] = fragment
            for part in fragment.tracks:
                track = by_id.get(part.track)
                if track is None:
                    raise MalformedImage(
                        f"a fragment belongs to track {part.track}, which is missing"
                    )
                track.runs += ((run.offset, run.length) for run in part.runs)
                track.auxiliary += part.auxiliary
                self._count(len(part.runs) + len(part.auxiliary))

    def _defaults(self) -> Iterator[tuple[int, int]]:
        """Sample size by track, from ``trex`` (8.8.3)."""
        for movie in self.parts.values():
            for box in (movie.child("mvex") or movie).all("trex"):
                yield int.from_bytes(box.body[4:8], "big"), int.from_bytes(box.body[16:20], "big")

    def _media(self, dropped: set[int], mdats: list[Span]) -> list[Span]:
        """The media data of the tracks that stay, within the boxes for it.

        Raises
        ------
        MalformedImage
            A sample lies elsewhere.
        """
        spans = [
            (start, start + length)
            for index, track in enumerate(self.tracks)
            if index not in dropped
            for start, length in track.spans()
            if length
        ]
        return within_media(spans, mdats)

    def _add(self, block: Block) -> int:
        self.blocks.append(block)
        LIMITS.check_blocks(len(self.blocks))
        return len(self.blocks) - 1

    def _top(self, top: Top, dropped: set[int]) -> None:
        """The blocks of one box of the file."""
        end = min(top.end, len(self.data))
        length = end - top.start
        nothing = memoryview(b"")
        if top.type == "mdat":
            self._add(Block(Kind.CODED, "mdat", f"mdat[{top.start}]", top.start, length, nothing))
        elif top.start in self.parts:
            self._add(Block(Kind.STRUCTURE, "moov", "moov", top.start, length, nothing))
            self._header(self.parts[top.start], dropped)
        elif top.type in ("ftyp", "styp"):
            self._brands(top)
        elif top.start in self.fragments:
            path = f"moof[{top.start}]"
            self._add(Block(Kind.STRUCTURE, "moof", path, top.start, length, nothing))
            self._in_fragment(self.fragments[top.start], path)
        elif top.type in TOP and top.end <= len(self.data):
            path = f"{top.type}[{top.start}]"
            self._add(Block(Kind.STRUCTURE, top.type, path, top.start, length, nothing))
        elif top.type in ("meta", "udta") and length <= _SHOWN:
            part = self._part(top, needed=False)
            self._outside(part, items(part) if is_metadata(part) else foreign(part))
        elif top.type not in PADDING or any(self._ends(top.body, end)):
            self._foreign(top, end)

    def _ends(self, start: int, end: int) -> bytes:
        """The content of a box, or both its ends if it is long."""
        if end - start <= 2 * _SHOWN:
            return self.data[start:end]
        return self.data[start : start + _SHOWN] + self.data[end - _SHOWN : end]

    def _foreign(self, top: Top, end: int) -> None:
        body = memoryview(self._ends(top.body, end))
        part = Part(
            top.type, top.usertype, self._path(top), top.start, end - top.start, body, False
        )
        self._outside(part, foreign(part))

    def _outside(self, part: Part, found: Iterable[tuple[Part, Block]]) -> None:
        """Blocks outside the movie header."""
        for owner, block in found:
            owner.block = self._add(block)
            if owner is part:
                self.top_blocks[part.start] = owner.block

    def _rest(self) -> None:
        start, end = self.scan.rest, len(self.data)
        data = memoryview(self._ends(start, end))
        self.top_blocks[start] = self._add(
            Block(Kind.TRAILER, "trailer", "trailer", start, end - start, data)
        )

    def _brands(self, top: Top) -> None:
        raw = self.data[top.body : min(top.end, top.body + 4096)]
        nothing = memoryview(b"")
        path = f"{top.type}[{top.start}]" if top.start else top.type
        size = top.end - top.start
        self._add(Block(Kind.STRUCTURE, top.type, path, top.start, size, nothing))
        left = brands.known(raw)
        if left != raw or size > 4096 + 8:
            data = memoryview(raw)
            block = Block(Kind.VENDOR, "brands", f"{path}/brands", top.body, len(raw), data)
            self.top_blocks[top.start] = self._add(block)

    def _in_fragment(self, fragment: Fragment, path: str) -> None:
        top = fragment.top
        for box in fragment.others:
            body = fragment.view[box.body : box.end]
            part = Part(
                box.type, box.usertype, f"{path}/{box.type}", top.body + box.start,
                box.end - box.start, body, needed=False,
            )  # fmt: skip
            for _, block in foreign(part):
                self.top_blocks[-1 - part.start] = self._add(block)

    def _header(self, part: Part, dropped: set[int]) -> None:
        """The blocks in the movie header, level by level."""
        gone = {id(self.tracks[index].part): self.tracks[index] for index in dropped}
        for child in part.children or ():
            if id(child) in gone:
                child.block = self._track(gone[id(child)])
            elif not child.needed:
                found = items(child) if is_metadata(child) else foreign(child)
                for owner, block in found:
                    owner.block = self._add(block)
            else:
                self._cleaning(child)
                self._header(child, set(dropped) if child.type == "trak" else dropped)

    def _cleaning(self, part: Part) -> None:
        """A block for what the fields of a box lose."""
        if part.cleaned is None:
            return
        _, kind, name = clean.CLEANERS.get(part.type, (None, Kind.TEXT, "name"))
        own = bytes(part.own)
        data = clean.times_in(own) if name == "times" else own
        path = f"{part.path}/{name}"
        part.cleaning = self._add(
            Block(kind, name, path, part.start, part.length, memoryview(data))
        )

    def _track(self, track: Track) -> int:
        """A track that goes, with the start of its samples."""
        kind = Kind.THUMBNAIL if "thmb" in track.references else Kind.VENDOR
        start, length = next(((s, n) for s, n in track.spans() if n), (0, 0))
        sample = self.data[start : start + min(length, _SAMPLE)]
        head = f"{track.handler}/{track.code}\n".encode()
        part = track.part
        path = f"{part.path}"
        return self._add(
            Block(kind, "trak", path, part.start, part.length, memoryview(head + sample))
        )


def _size(track: Track) -> tuple[int, int]:
    """Width and height of the first visual sample entry."""
    body = track.entries[0].body if track.entries else b""
    return int.from_bytes(body[24:26], "big"), int.from_bytes(body[26:28], "big")


def _notes(tracks: list[Track]) -> Iterator[str]:
    for code in sorted({t.code for t in tracks if t.entries}):
        handlers = {t.handler for t in tracks if t.code == code}
        if all(entry_children(code, handler) is None for handler in handlers):
            yield f"the description of {code!r} samples, which may configure their decoder"
