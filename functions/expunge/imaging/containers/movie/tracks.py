"""The tracks of a movie, and where the samples of each lie.

ISO/IEC 14496-12, 8.3 to 8.7; QuickTime File Format, «Sound Sample Descriptions».
"""

from __future__ import annotations

import sys
from array import array
from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING

from expunge.errors import ImageTooLarge, MalformedImage
from expunge.imaging.containers.movie.grammar import SOUND, SOUND_V1, SOUND_V2, STAYING_HANDLERS
from expunge.imaging.containers.movie.parts import Part

if TYPE_CHECKING:
    from collections.abc import Iterator


MAX_SAMPLES = 10_000_000
"""Samples of different sizes in one track: 46 hours at 60 per second."""


@dataclass(slots=True)
class Track:
    """One track. ``offsets`` and ``lengths`` are those of its chunks in the file."""

    part: Part
    id: int
    handler: str
    entries: list[Part]
    references: dict[str, list[int]]
    offsets: array[int]
    lengths: array[int]
    samples: int
    auxiliary: list[tuple[int, int]] = field(default_factory=list)
    """Offset and length of encryption data outside the chunks (``saio``)."""
    runs: list[tuple[int, int]] = field(default_factory=list)
    """Offset and length of its runs of samples in fragments."""

    @property
    def code(self) -> str:
        """Type of its first sample entry."""
        return self.entries[0].type if self.entries else ""

    def spans(self) -> Iterator[tuple[int, int]]:
        """Offset and length of all its media data."""
        yield from zip(self.offsets, self.lengths, strict=True)
        yield from self.auxiliary
        yield from self.runs


def read_track(part: Part) -> Track:
    """Read a ``trak``.

    Raises
    ------
    MalformedImage
        A table is missing or contradicts another.
    ImageTooLarge
        It has too many samples.
    """
    header, hdlr = part.child("tkhd"), part.at("mdia", "hdlr")
    table = part.at("mdia", "minf", "stbl")
    if header is None or hdlr is None or table is None:
        raise MalformedImage(f"{part.path} has no header, handler or sample table")
    at = 20 if bytes(header.body[:1]) == b"\1" else 12
    handler = bytes(hdlr.body[8:12]).decode("latin-1")
    described = table.child("stsd")
    entries = (described.children if described else None) or []
    sizes = _Sizes.of(table)
    offsets = _chunk_offsets(table)
    counts = _samples_by_chunk(table, len(offsets))
    lengths = _chunk_lengths(table, sizes, counts, len(offsets), _packet(entries, handler))
    return Track(
        part,
        int.from_bytes(header.body[at : at + 4], "big"),
        handler,
        entries,
        _references(part),
        offsets,
        lengths,
        sizes.count,
        _auxiliary(table, counts),
    )


def going(tracks: list[Track]) -> set[int]:
    """The tracks that no player shows as picture, sound or subtitle, as indices.

    Chapter tracks go too: their titles are text of the author, their pictures are thumbnails. So do
    thumbnails of a track.
    """
    of_chapters = {target for track in tracks for target in track.references.get("chap", ())}
    return {
        index
        for index, track in enumerate(tracks)
        if track.handler not in STAYING_HANDLERS
        or track.id in of_chapters
        or "thmb" in track.references
    }


def _references(part: Part) -> dict[str, list[int]]:
    """Track ids by type of reference (8.3.3)."""
    found: dict[str, list[int]] = {}
    tref = part.child("tref")
    if tref is None:
        return found
    at, view = 0, tref.body
    while at + 8 <= len(view):
        size = int.from_bytes(view[at : at + 4], "big")
        if not 8 <= size <= len(view) - at:
            break
        kind = bytes(view[at + 4 : at + 8]).decode("latin-1")
        ids = numbers(view[at + 8 : at + size], 4)
        found.setdefault(kind, []).extend(ids)
        at += size
    return found


_CODES = {1: "B", 2: "H", 4: "I", 8: "Q"}


def numbers(view: bytes | bytearray | memoryview, width: int) -> array[int]:
    """Big-endian numbers of 1, 2, 4 or 8 bytes."""
    found = array(_CODES[width])
    found.frombytes(view[: len(view) // width * width])
    if sys.byteorder == "little" and width > 1:
        found.byteswap()
    return found


def table_of(part: Part, head: int, width: int) -> memoryview:
    """The entries of a table with a count at the end of its ``head`` bytes."""
    count = int.from_bytes(part.body[head - 4 : head], "big")
    if head + count * width > len(part.body):
        raise MalformedImage(f"{part.path} says {count:,} entries, which do not fit")
    return part.body[head : head + count * width]


@dataclass(frozen=True, slots=True)
class _Sizes:
    """Sizes of a track's samples: all the same, or one each."""

    count: int
    same: int
    each: array[int]

    @classmethod
    def of(cls, table: Part) -> _Sizes:
        box = table.child("stsz") or table.child("stz2")
        if box is None:
            return cls(0, 0, array("I"))
        if len(box.body) < 12:
            raise MalformedImage(f"{box.path} ends early")
        count = int.from_bytes(box.body[8:12], "big")
        field = int.from_bytes(box.body[4:8], "big")
        if box.type == "stsz" and field:
            return cls(count, field, array("I"))
        if count > MAX_SAMPLES:
            raise ImageTooLarge(f"{box.path} has {count:,} samples; at most {MAX_SAMPLES:,} fit")
        bits = 32 if box.type == "stsz" else field & 0xFF
        if bits not in (4, 8, 16, 32):
            raise MalformedImage(f"{box.path} has sizes of {bits} bits")
        packed = box.body[12 : 12 + (count * bits + 7) // 8]
        if len(packed) * 8 < count * bits:
            raise MalformedImage(f"{box.path} says {count:,} samples, which do not fit")
        if bits == 4:
            return cls(count, 0, array("B", (b >> s & 15 for b in packed for s in (4, 0)))[:count])
        return cls(count, 0, numbers(packed, bits // 8))


def _chunk_offsets(table: Part) -> array[int]:
    """The values of ``stco`` or ``co64`` (8.7.5)."""
    box = table.child("stco") or table.child("co64")
    if box is None:
        return array("Q")
    width = 4 if box.type == "stco" else 8
    return numbers(table_of(box, 8, width), width)


def _samples_by_chunk(table: Part, chunks: int) -> array[int]:
    """The number of samples in each chunk. Each run of ``stsc`` ends where the next begins."""
    counts = array("I")
    box = table.child("stsc")
    if box is None:
        return counts
    runs = numbers(table_of(box, 8, 12), 4)
    last = 0
    for first, samples in zip(runs[::3], runs[1::3], strict=False):
        if not len(counts) < first <= chunks:
            if first > chunks and first > len(counts):
                break  # runs of chunks that do not exist
            raise MalformedImage(f"{box.path} does not list its chunks in ascending order")
        counts.extend(array("I", [last]) * (first - 1 - len(counts)))
        last = samples
    counts.extend(array("I", [last]) * (chunks - len(counts)))
    return counts


def _chunk_lengths(
    table: Part, sizes: _Sizes, counts: array[int], chunks: int, packet: tuple[int, int] | None
) -> array[int]:
    """Bytes of each chunk. A table may promise more samples than there are."""
    if chunks and not counts:
        raise MalformedImage(f"{table.path} has chunks, but no samples in them")
    if sizes.each:
        return _varied(sizes, counts)
    left, lengths = sizes.count, array("Q")
    for count in counts:
        here = min(count, left)
        left -= here
        length = here * sizes.same
        if packet is not None:
            length = max(length, -(-count // packet[0]) * packet[1])
        lengths.append(length)
    return lengths


def _varied(sizes: _Sizes, counts: array[int]) -> array[int]:
    lengths, each = array("Q"), iter(sizes.each)
    for count in counts:
        lengths.append(sum(islice(each, count)))
    return lengths


_PCM = {"raw ": 0, "twos": 0, "sowt": 0, "in24": 24, "in32": 32, "fl32": 32, "fl64": 64,
        "ulaw": 8, "alaw": 8, "NONE": 0}  # fmt: skip
"""Uncompressed sound: bits per sample; 0 where the entry says."""


def _packet(entries: list[Part], handler: str) -> tuple[int, int] | None:
    """Samples and bytes of one packet of QuickTime sound.

    Its tables count sample frames and may say that each has one byte; the entry says how many.
    ``None`` for other tracks.
    """
    if handler not in SOUND or not entries or len(entries[0].body) < 28:
        return None
    code, body = entries[0].type, entries[0].body
    if entries[0].fields == SOUND_V1:
        samples, size = numbers(body[28:32], 4)[0], numbers(body[36:40], 4)[0]
        return (samples, size) if samples and size else None
    if entries[0].fields == SOUND_V2:
        size, samples = numbers(body[56:60], 4)[0], numbers(body[60:64], 4)[0]
        return (samples, size) if samples and size else None
    channels, bits = numbers(body[16:20], 2)
    if code in _PCM:
        return 1, channels * ((_PCM[code] or bits) // 8)
    return None


def _auxiliary(table: Part, counts: array[int]) -> list[tuple[int, int]]:
    """Encryption data that ``saio`` and ``saiz`` place in the file (8.7.8, 8.7.9).

    It is in one piece, or in one for each chunk.
    """
    found: list[tuple[int, int]] = []
    for offsets, sizes in zip(table.all("saio"), table.all("saiz"), strict=False):
        starts = auxiliary_offsets(offsets.body, offsets.path)
        lengths = AuxiliarySizes.of(sizes.body, sizes.path)
        if len(starts) == 1:
            found.append((starts[0], lengths.total()))
            continue
        at = 0
        for start, count in zip(starts, counts, strict=False):
            found.append((start, lengths.total(at, count)))
            at += count
    return found


def auxiliary_offsets(body: bytes | bytearray | memoryview, path: str) -> array[int]:
    """The offsets of a ``saio`` box."""
    at = 12 if body[3] & 1 else 4
    count = int.from_bytes(body[at : at + 4], "big")
    width = 8 if body[0] else 4
    end = at + 4 + count * width
    if end > len(body):
        raise MalformedImage(f"{path} says {count:,} entries, which do not fit")
    return numbers(body[at + 4 : end], width)


@dataclass(frozen=True, slots=True)
class AuxiliarySizes:
    """The sizes that a ``saiz`` box states: the same for all samples, or one byte for each."""

    count: int
    same: int
    each: bytes

    @classmethod
    def of(cls, body: bytes | memoryview, path: str) -> AuxiliarySizes:
        at = 12 if body[3] & 1 else 4
        default, count = body[at], int.from_bytes(body[at + 1 : at + 5], "big")
        if count > (MAX_SAMPLES if default else len(body)):
            raise MalformedImage(f"{path} says {count:,} samples, which do not fit")
        return cls(count, default, b"" if default else bytes(body[at + 5 : at + 5 + count]))

    def total(self, start: int = 0, count: int = MAX_SAMPLES) -> int:
        """Bytes for ``count`` samples from ``start``, or for those that there are."""
        if self.same:
            return self.same * max(min(count, self.count - start), 0)
        return sum(self.each[start : start + count])
