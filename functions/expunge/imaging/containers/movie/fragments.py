"""Movie fragments: where their samples lie, and how they are written again.

ISO/IEC 14496-12, 8.8. A fragment (``moof``) states offsets of runs of samples (``trun``) relative
to a base. Written again, each run states its own offset, so that nothing before it matters.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from expunge.errors import MalformedImage
from expunge.imaging.containers.isobmff.boxes import Box, Fields, boxes
from expunge.imaging.containers.movie.grammar import FRAGMENT, PROTECTION, RUN
from expunge.imaging.containers.movie.parts import box as make_box
from expunge.imaging.containers.movie.top import Top
from expunge.imaging.containers.movie.tracks import AuxiliarySizes, auxiliary_offsets, numbers

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


_BASE, _DESCRIPTION, _DURATION, _SIZE = 0x1, 0x2, 0x8, 0x10
_FROM_MOOF = 0x020000
_OFFSET, _FIRST_FLAGS = 0x1, 0x4
_COLUMNS = (0x100, 0x200, 0x400, 0x800)
"""Duration, size, flags and composition offset of each sample of a run."""


@dataclass(frozen=True, slots=True)
class Run:
    """One ``trun``: its box, and where its samples lie in the file."""

    box: Box
    offset: int
    length: int


@dataclass(frozen=True, slots=True)
class TrackFragment:
    """One ``traf``."""

    box: Box
    track: int
    flags: int
    base: int
    runs: tuple[Run, ...]
    auxiliary: tuple[tuple[int, int], ...]
    """Offset and length in the file of encryption data outside the fragment's header."""


@dataclass(frozen=True, slots=True)
class Fragment:
    """One ``moof``, read whole."""

    top: Top
    view: memoryview
    tracks: tuple[TrackFragment, ...]
    others: tuple[Box, ...] = ()
    """Boxes in it that no player needs."""


def read_fragment(top: Top, raw: bytes, defaults: dict[int, int]) -> Fragment:
    """Read a ``moof``; ``raw`` is its content, ``defaults`` the sample size of each track.

    Raises
    ------
    MalformedImage
        A box exceeds its parent, or a table its box.
    """
    view, tracks = memoryview(raw), []
    others: list[Box] = []
    after = None
    for found in boxes(view, 0, len(view), "moof"):
        if found.type == "traf":
            fragment = _Reader(top, view, found, defaults, after).read()
            others += [b for b in boxes(view, found.body, found.end, "traf") if not _needed(b, RUN)]
            after = max(
                (run.offset + run.length for run in fragment.runs), default=after or top.start
            )
            tracks.append(fragment)
        elif not _needed(found, FRAGMENT):
            others.append(found)
    return Fragment(top, view, tuple(tracks), tuple(others))


def _needed(box: Box, wanted: frozenset[str]) -> bool:
    return box.type in wanted or box.usertype in PROTECTION


@dataclass(slots=True)
class _Reader:
    """Reads one ``traf``."""

    top: Top
    view: memoryview
    box: Box
    defaults: dict[int, int]
    after: int | None
    """End of the data of the track fragment before it."""

    def read(self) -> TrackFragment:
        inside = list(boxes(self.view, self.box.body, self.box.end, "moof/traf"))
        head = next((each for each in inside if each.type == "tfhd"), None)
        if head is None:
            raise MalformedImage("moof/traf has no tfhd")
        fields = Fields(self.view, head.body, head.end, "tfhd")
        _, flags = fields.full_box()
        track = fields.unsigned(4)
        base = self.top.start if flags & _FROM_MOOF or self.after is None else self.after
        if flags & _BASE:
            base = fields.unsigned(8)
        fields.skip((4 if flags & _DESCRIPTION else 0) + (4 if flags & _DURATION else 0))
        size = fields.unsigned(4) if flags & _SIZE else self.defaults.get(track, 0)
        runs, at = [], base
        for each in inside:
            if each.type == "trun":
                run = self._run(each, base, at, size)
                runs.append(run)
                at = run.offset + run.length
        return TrackFragment(
            self.box, track, flags, base, tuple(runs), tuple(self._auxiliary(inside, base))
        )

    def _run(self, box: Box, base: int, at: int, size: int) -> Run:
        fields = Fields(self.view, box.body, box.end, "trun")
        _, flags = fields.full_box()
        count = fields.unsigned(4)
        if flags & _OFFSET:
            shift = fields.unsigned(4)
            at = base + shift - ((shift >> 31) << 32)
        fields.skip(4 if flags & _FIRST_FLAGS else 0)
        columns = [column for column in _COLUMNS if flags & column]
        table = fields.span(4 * count * len(columns))
        length = count * size
        if flags & _COLUMNS[1]:
            length = sum(numbers(table, 4)[columns.index(_COLUMNS[1]) :: len(columns)])
        if at < 0:
            raise MalformedImage("a run of samples begins before the file")
        return Run(box, at, length)

    def _auxiliary(self, inside: list[Box], base: int) -> Iterator[tuple[int, int]]:
        sizes = [each for each in inside if each.type == "saiz"]
        for index, each in enumerate(one for one in inside if one.type == "saio"):
            starts = auxiliary_offsets(self.view[each.body : each.end], "saio")
            if len(starts) == 1 and index < len(sizes):
                body = self.view[sizes[index].body : sizes[index].end]
                start = base + starts[0]
                if not self.top.start <= start < self.top.end:
                    yield start, AuxiliarySizes.of(body, "saiz").total()


@dataclass(slots=True)
class FragmentWriter:
    """Writes a fragment again, without some tracks and boxes."""

    fragment: Fragment
    tracks: set[int]
    """Ids of the tracks that stay."""
    without: set[int]
    """Offsets in the view of boxes to drop."""

    def write(self, start: int, place: Callable[[int], int]) -> bytes:
        """Serialise it for offset ``start``; ``place`` gives the new offset of media data.

        Its length does not depend on either.
        """
        view = self.fragment.view
        by_start = {traf.box.start: traf for traf in self.fragment.tracks}
        content, at = [], start + 8
        first = True
        for found in boxes(view, 0, len(view), "moof"):
            traf = by_start.get(found.start)
            if traf is not None:
                if traf.track not in self.tracks:
                    continue
                piece = self._track(traf, start, at, place, first=first)
                first = False
            elif found.start in self.without:
                continue
            else:
                piece = bytes(view[found.start : found.end])
            content.append(piece)
            at += len(piece)
        return make_box("moof", *content)

    def _track(
        self, traf: TrackFragment, moof: int, at: int, place: Callable[[int], int], *, first: bool
    ) -> bytes:
        view, runs = self.fragment.view, {run.box.start: run for run in traf.runs}
        base = moof
        if traf.flags & _BASE:
            base = place(traf.runs[0].offset) if traf.runs else moof
        content: list[bytes] = []
        later: list[tuple[int, Box]] = []
        position = at + 8
        moved: list[tuple[Box, int]] = []
        for found in boxes(view, traf.box.body, traf.box.end, "traf"):
            if found.start in self.without:
                continue
            if found.type == "tfhd":
                piece = self._header(found, traf, base, first=first)
            elif found.start in runs:
                piece = self._run(runs[found.start], base, place)
            elif found.type == "saio":
                later.append((len(content), found))
                piece = bytes(view[found.start : found.end])
            else:
                moved.append((found, position))
                piece = bytes(view[found.start : found.end])
            content.append(piece)
            position += len(piece)
        for index, found in later:
            content[index] = self._offsets(found, traf, base, place, moved)
        return make_box("traf", *content)

    def _header(self, box: Box, traf: TrackFragment, base: int, *, first: bool) -> bytes:
        """``tfhd``; offsets count from the start of the fragment, unless it has a base."""
        body = bytearray(self.fragment.view[box.body : box.end])
        if traf.flags & _BASE:
            body[8:16] = base.to_bytes(8, "big")
        elif not first:
            body[1:4] = (traf.flags | _FROM_MOOF).to_bytes(3, "big")
        return make_box("tfhd", body)

    def _run(self, run: Run, base: int, place: Callable[[int], int]) -> bytes:
        body = self.fragment.view[run.box.body : run.box.end]
        flags = int.from_bytes(body[1:4], "big")
        shift = place(run.offset) - base if run.length else 0
        if not -(1 << 31) <= shift < 1 << 31:
            raise MalformedImage("a run of samples is more than 2 GB away from its fragment")
        head = bytes(body[:1]) + (flags | _OFFSET).to_bytes(3, "big") + bytes(body[4:8])
        rest = body[12 if flags & _OFFSET else 8 :]
        return make_box("trun", head, shift.to_bytes(4, "big", signed=True), rest)

    def _offsets(
        self,
        box: Box,
        traf: TrackFragment,
        base: int,
        place: Callable[[int], int],
        moved: list[tuple[Box, int]],
    ) -> bytes:
        """``saio``: data in the fragment's header moved with its box, other data with the media."""
        body = bytearray(self.fragment.view[box.body : box.end])
        width, top = (8 if body[0] else 4), self.fragment.top
        at = (12 if body[3] & 1 else 4) + 4
        for index, offset in enumerate(auxiliary_offsets(body, "saio")):
            old = traf.base + offset
            inside = old - top.body
            holder = next(((b, new) for b, new in moved if b.start <= inside < b.end), None)
            if holder is not None:
                new = holder[1] + inside - holder[0].start
            elif top.start <= old < top.end:
                raise MalformedImage("saio points into a part of the fragment that is dropped")
            else:
                new = place(old)
            shift = new - base
            if shift < 0 or shift >= 1 << 8 * width:
                raise MalformedImage("encryption data lies before its fragment")
            start = at + index * width
            body[start : start + width] = shift.to_bytes(width, "big")
        return make_box("saio", body)
