"""The tracks of an image sequence: types, sizes and the locations of their sample chunks.

ISO/IEC 14496-12, 8.3 to 8.7.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import accumulate

from expunge.errors import MalformedImage
from expunge.imaging.containers.isobmff.boxes import Fields, boxes, codes
from expunge.imaging.containers.isobmff.tree import Node
from expunge.imaging.limits import LIMITS

PICTURE_HANDLERS = codes("pict vide auxv")


@dataclass(frozen=True, slots=True)
class Track:
    """One ``trak``. ``chunks`` are (offset, length) in the file, in offset table order."""

    node: Node
    id: int
    handler: str
    references: tuple[str, ...]
    """Types of its references to other tracks: thmb, auxl, cdsc, …"""
    width: int
    height: int
    samples: int
    chunks: tuple[tuple[int, int], ...]


def read_tracks(data: memoryview, moov: Node) -> list[Track]:
    """Return every track of a ``moov`` box.

    Raises
    ------
    MalformedImage
        A sample table is missing or contradicts another.
    ImageTooLarge
        There are too many samples.
    """
    found = []
    samples = 0
    for trak in moov.all("trak"):
        found.append(_track(data, trak))
        samples += found[-1].samples
        LIMITS.check_blocks(samples)
    return found


def _track(data: memoryview, trak: Node) -> Track:
    handler = _handler(data, trak)
    references = trak.child("tref")
    table = trak.at("mdia", "minf", "stbl")
    width, height = _size(data, table) if handler in PICTURE_HANDLERS else (0, 0)
    sizes = _sample_sizes(data, table)
    return Track(
        node=trak,
        id=_track_id(data, trak),
        handler=handler,
        references=_reference_types(data, references) if references else (),
        width=width,
        height=height,
        samples=len(sizes),
        chunks=_chunks(data, table, sizes),
    )


def _fields(data: memoryview, node: Node) -> tuple[Fields, int]:
    """The fields of a full box after version and flags, and the version."""
    fields = Fields(data, node.box.body, node.box.end, node.path)
    return fields, fields.full_box()[0]


def _table(node: Node, *names: str) -> Node:
    found = next((box for name in names for box in node.all(name)), None)
    if found is None:
        raise MalformedImage(f"{node.path} has no {' or '.join(names)}")
    return found


def _handler(data: memoryview, trak: Node) -> str:
    hdlr = trak.at("mdia", "hdlr")
    if hdlr is None:
        raise MalformedImage(f"{trak.path} has no handler")
    fields, _ = _fields(data, hdlr)
    fields.skip(4)
    return fields.text(4)


def _track_id(data: memoryview, trak: Node) -> int:
    fields, version = _fields(data, _table(trak, "tkhd"))
    fields.skip(16 if version else 8)
    return fields.unsigned(4)


def _reference_types(data: memoryview, tref: Node) -> tuple[str, ...]:
    return tuple(box.type for box in boxes(data, tref.box.body, tref.box.end, tref.path))


def _size(data: memoryview, table: Node | None) -> tuple[int, int]:
    """Width and height of the first sample entry (12.1.3); 0 × 0 if there is none."""
    stsd = table.child("stsd") if table else None
    entries = (stsd.children if stsd else None) or ()
    if not entries:
        return 0, 0
    entry = entries[0]
    fields = Fields(data, entry.box.body + 24, entry.box.end, entry.path)
    return fields.unsigned(2), fields.unsigned(2)


def _sample_sizes(data: memoryview, table: Node | None) -> list[int]:
    if table is None:
        return []
    box = _table(table, "stsz", "stz2")
    fields, _ = _fields(data, box)
    if box.box.type == "stsz":
        same, bits = fields.unsigned(4), 32
    else:
        same, bits = 0, fields.unsigned(4) & 0xFF
    count = fields.unsigned(4)
    LIMITS.check_blocks(count)
    if same:
        return [same] * count
    packed = fields.span((count * bits + 7) // 8)
    if bits == 4:
        return [byte >> shift & 15 for byte in packed for shift in (4, 0)][:count]
    if bits not in {8, 16, 32}:
        raise MalformedImage(f"{box.path} has sizes of {bits} bits")
    step = bits // 8
    return [int.from_bytes(packed[at : at + step], "big") for at in range(0, len(packed), step)]


def _chunk_offsets(data: memoryview, table: Node) -> list[int]:
    """The values of ``stco`` or ``co64``."""
    box = _table(table, "stco", "co64")
    fields, _ = _fields(data, box)
    size = 4 if box.box.type == "stco" else 8
    count = fields.unsigned(4)
    LIMITS.check_blocks(count)
    packed = fields.span(count * size)
    return [int.from_bytes(packed[at : at + size], "big") for at in range(0, len(packed), size)]


def _chunks(data: memoryview, table: Node | None, sizes: list[int]) -> tuple[tuple[int, int], ...]:
    """The span of each chunk, from ``stsc`` (samples per chunk, in runs) and the sample sizes."""
    if table is None:
        return ()
    offsets = _chunk_offsets(data, table)
    box = _table(table, "stsc")
    counts = _samples_by_chunk(_fields(data, box)[0], len(offsets))
    if sum(counts) != len(sizes):
        raise MalformedImage(f"{box.path} places {sum(counts)} of {len(sizes)} samples")
    ends = [0, *accumulate(sizes)]
    firsts = accumulate(counts, initial=0)
    return tuple(
        (offset, ends[first + count] - ends[first])
        for offset, count, first in zip(offsets, counts, firsts, strict=False)
    )


def _samples_by_chunk(fields: Fields, chunks: int) -> list[int]:
    """The number of samples per chunk. Each run of ``stsc`` ends where the next begins."""
    runs = fields.unsigned(4)
    counts: list[int] = []
    samples = 0
    for _ in range(runs):
        first = fields.unsigned(4)
        if not len(counts) < first <= chunks:
            raise MalformedImage(f"{fields.within} does not list its chunks in ascending order")
        counts += [samples] * (first - 1 - len(counts))
        samples = fields.unsigned(4)
        fields.skip(4)
    return counts + [samples] * (chunks - len(counts))
