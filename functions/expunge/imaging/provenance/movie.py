"""Read the metadata of movies into facts: items of ``udta`` and ``ilst``, times, and data tracks.

QuickTime File Format, «User data atoms» and «Metadata»; 3GPP TS 26.244, 8; the lists of keys of
Apple and Android; GoPro's GPMF and Google's CAMM as their authors publish them.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from expunge.imaging.containers.block import Block, Kind
from expunge.imaging.provenance.fact import Fact, decoded, text_or_sample
from expunge.imaging.provenance.matroska import facts as matroska_facts

if TYPE_CHECKING:
    from collections.abc import Iterator

READER = "movie"
_TIMES, _NAMES, _ITEMS = "times", "name", ("udta", "ilst")
_MATROSKA = ("element", "Tags", "Chapters", "AttachedFile")
_READ = frozenset((_TIMES, _NAMES, *_ITEMS, "trak", *_MATROSKA))
_EPOCH = datetime(1904, 1, 1, tzinfo=UTC)
_MAX_VALUES = 16
_TEXT_TYPES = (1, 2, 4, 5)
"""Well-known types of ``data`` boxes: UTF-8 and UTF-16, each also for sorting."""
_NUMBER_TYPES = (21, 22)
_3GPP_TEXTS = frozenset(("titl", "dscp", "cprt", "perf", "auth", "gnre", "albm"))
_DATA_TRACKS = {
    "gpmd": "GoPro telemetry: position and motion",
    "camm": "camera motion: position and motion",
    "mebx": "timed metadata of a phone",
    "tmcd": "time code: the time of day",
    "djmd": "DJI telemetry: position and motion",
    "dbgi": "DJI debug data",
    "rtmd": "Sony telemetry",
    "text": "subtitles with positions",
    "tx3g": "subtitles with positions",
}
_TEXTS = ("text", "tx3g", "wvtt")
_POSITION = re.compile(rb"\b(?:gps|lat|latitude)\b", re.IGNORECASE)


def is_movie_block(block: Block) -> bool:
    """Whether a block is read here."""
    return block.name in _READ


def read(block: Block) -> Iterator[Fact]:
    """Yield the facts of one block."""
    if block.kind is Kind.THUMBNAIL and block.name in _ITEMS:
        size = len(block.data)
        yield Fact("thumbnail", "Thumbnail", block.name, f"{size} bytes", 0, size)
    elif block.name == _TIMES:
        yield from _times(block)
    elif block.name == "trak":
        yield _track(block)
    elif block.name in _MATROSKA:
        yield from matroska_facts(block)
    else:
        key = block.path.rpartition("/")[2].partition("[")[0]
        if block.name == _NAMES:
            key = "HandlerName" if "/hdlr/" in block.path else "EncoderName"
            values = [_name(block)]
        else:
            values = list(_values(block, key))
        for value in values:
            yield Fact(READER, key, "value", value, 0, len(block.data))


def _times(block: Block) -> Iterator[Fact]:
    """Creation and modification time: seconds since 1904."""
    raw = bytes(block.data)
    width = 8 if len(raw) >= 16 else 4
    for index, key in enumerate(("CreationTime", "ModificationTime")):
        seconds = int.from_bytes(raw[index * width : (index + 1) * width], "big")
        if 0 < seconds < 1 << 33:
            value = (_EPOCH + timedelta(seconds=seconds)).isoformat()
            yield Fact(READER, key, key, value, 0, len(raw))


def _track(block: Block) -> Fact:
    head, _, sample = bytes(block.data).partition(b"\n")
    handler, _, code = head.decode("latin-1").partition("/")
    if code in _TEXTS and not _POSITION.search(sample):
        return Fact(READER, "Chapter", "Chapter", text_or_sample(sample[2:]), 0, len(block.data))
    what = _DATA_TRACKS.get(code) or f"a track of type {handler!r}"
    shown = text_or_sample(sample) if sample else "no samples"
    return Fact(READER, f"track:{code}", f"track:{code}", f"{what}; {shown}", 0, len(block.data))


def _name(block: Block) -> str:
    """The name in a handler, or of a compressor."""
    raw = bytes(block.data)
    found = raw[24:] if "/hdlr/" in block.path else raw[42:74]
    if found[:1] and found[0] < 64 and len(found) > found[0]:
        found = found[1 : 1 + found[0]]
    return decoded(found) if found.strip(b"\0") else "vendor fields"


def _values(block: Block, key: str) -> Iterator[str]:
    raw = bytes(block.data)
    inside = list(_data_boxes(raw)) if block.name == "ilst" or raw[4:8] == b"data" else []
    if inside:
        yield from inside
    elif key == "loci":
        yield _location(raw)
    elif key in _3GPP_TEXTS and len(raw) > 6:
        yield _wide(raw[6:])
    elif key.startswith("©"):
        yield from _international(raw)
    else:
        yield text_or_sample(raw.removeprefix(bytes(4)) or raw)


def _data_boxes(raw: bytes) -> Iterator[str]:
    """The values of an item: its ``data`` boxes, after ``mean`` and ``name`` of a free key."""
    at, named = 0, []
    for _ in range(_MAX_VALUES):
        size = int.from_bytes(raw[at : at + 4], "big")
        if size < 12 or at + size > len(raw):
            return
        kind, content = raw[at + 4 : at + 8], raw[at + 8 : at + size]
        if kind in (b"mean", b"name"):
            named.append(decoded(content[4:]))
        elif kind == b"data":
            value = _typed(int.from_bytes(content[1:4], "big"), content[8:])
            yield f"{named[-1]}: {value}" if named else value
        at += size


def _typed(kind: int, value: bytes) -> str:
    if kind in _TEXT_TYPES:
        return decoded(value, "utf-16-be" if kind in (2, 5) else "utf-8")
    if kind in _NUMBER_TYPES:
        return str(int.from_bytes(value, "big", signed=kind == 21))
    return text_or_sample(value)


def _international(raw: bytes) -> Iterator[str]:
    """QuickTime's international text: length and language before each."""
    at = 0
    for _ in range(_MAX_VALUES):
        length = int.from_bytes(raw[at : at + 2], "big")
        if not length or at + 4 + length > len(raw):
            break
        yield decoded(raw[at + 4 : at + 4 + length])
        at += 4 + length
    if not at:
        yield text_or_sample(raw)


def _wide(raw: bytes) -> str:
    return decoded(raw, "utf-16" if raw[:2] in (b"\xfe\xff", b"\xff\xfe") else "utf-8")


def _location(raw: bytes) -> str:
    """``loci`` (3GPP TS 26.244, 8.10): a place name, and degrees as 16.16 numbers."""
    name, _, rest = raw[6:].partition(b"\0")
    if len(rest) < 13:
        return text_or_sample(raw)
    longitude, latitude = (
        int.from_bytes(rest[at : at + 4], "big", signed=True) / 65536 for at in (1, 5)
    )
    return f"{decoded(name)} {latitude:+.4f}{longitude:+.4f}".strip()
