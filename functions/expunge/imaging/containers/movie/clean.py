"""Reduce the fields of boxes that stay: times, names, reserved fields, and bytes after the fields.

Each function takes a box's content and returns it without them. It is idempotent, so a result needs
no second pass.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from expunge.errors import MalformedImage
from expunge.imaging.containers.block import Kind
from expunge.imaging.containers.isobmff.boxes import boxes
from expunge.imaging.containers.matroska.codec_private import flac_blocks

if TYPE_CHECKING:
    from collections.abc import Callable

Cleaner = tuple["Callable[[bytes], bytes]", Kind, str]
"""The function, and kind and name of the block for what it takes out."""


def _zeroed(body: bytes, length: int, *spans: tuple[int, int]) -> bytes:
    left = bytearray(body[:length])
    for start, end in spans:
        left[start:end] = bytes(len(left[start:end]))
    return bytes(left)


def _movie_header(body: bytes) -> bytes:
    """``mvhd`` (8.2.2): times, reserved fields, and QuickTime's preview and selection."""
    if body[:1] == b"\1":
        return _zeroed(body, 112, (4, 20), (38, 48), (84, 108))
    return _zeroed(body, 100, (4, 12), (26, 36), (72, 96))


def _track_header(body: bytes) -> bytes:
    """``tkhd`` (8.3.2): times and reserved fields."""
    if body[:1] == b"\1":
        return _zeroed(body, 96, (4, 20), (24, 28), (36, 44), (50, 52))
    return _zeroed(body, 84, (4, 12), (16, 20), (24, 32), (38, 40))


def _media_header(body: bytes) -> bytes:
    """``mdhd`` (8.4.2): times, and a field that QuickTime calls quality."""
    if body[:1] == b"\1":
        return _zeroed(body, 36, (4, 20), (34, 36))
    return _zeroed(body, 24, (4, 12), (22, 24))


def times_in(body: bytes) -> bytes:
    """Creation and modification time of one of these headers."""
    return body[4 : 20 if body[:1] == b"\1" else 12]


def _handler(body: bytes) -> bytes:
    """``hdlr`` (8.4.3): the name, and QuickTime's manufacturer and flags."""
    component = body[4:8] if body[4:8] in (b"mhlr", b"dhlr") else bytes(4)
    return body[:4] + component + body[8:12] + bytes(13)


_LANGUAGE = re.compile(rb"[A-Za-z0-9-]{1,35}\0")


def _language(body: bytes) -> bytes:
    """``elng`` (8.4.6): one language tag."""
    found = _LANGUAGE.match(body, 4)
    return body[:4] + (found[0] if found else b"und\0")


def _references(body: bytes) -> bytes:
    """``dref`` (8.7.2): entries for media in this file, without the paths that QuickTime adds.

    Raises
    ------
    MalformedImage
        An entry refers to another file.
    """
    view, left = memoryview(body), [body[:8]]
    for box in boxes(view, 8, len(body), "dref"):
        fields = body[box.body : box.body + 4]
        if not fields[-1:] or not fields[3] & 1:
            raise MalformedImage("the movie refers to media in another file, which is not here")
        left.append((12).to_bytes(4, "big") + body[box.start + 4 : box.start + 8] + fields)
    return b"".join(left)


def _fixed(length: int) -> Callable[[bytes], bytes]:
    return lambda body: body[:length]


def _table(head: int, *widths: int) -> Callable[[bytes], bytes]:
    """A table: a count at the end of ``head`` bytes, then entries; widths by version."""

    def cut(body: bytes) -> bytes:
        count = int.from_bytes(body[head - 4 : head], "big")
        width = widths[min(body[0], len(widths) - 1)] if body else 0
        return body[: head + count * width]

    return cut


def _sizes(body: bytes) -> bytes:
    """``stsz`` (8.7.3): a table only if the samples differ in size."""
    count = 0 if any(body[4:8]) else int.from_bytes(body[8:12], "big")
    return body[: 12 + 4 * count]


def _metadata_source(body: bytes) -> bytes:
    """``svhd``: the name of the program that stitched a spherical video."""
    return body[:4] + b"\0"


_NAMED_CODECS = (b"Planar Y'CbCr 8-bit 4:2:0", b"Sorenson H263")
"""Compressor names by which players tell codecs apart."""


def visual_entry(fields: bytes) -> bytes:
    """Fields of a visual sample entry (12.1.3): vendor, quality, and the compressor's name."""
    name = fields[42:74]
    if not name[1:].startswith(_NAMED_CODECS):
        name = bytes(len(name))
    return fields[:8] + bytes(len(fields[8:24])) + fields[24:42] + name + fields[74:]


def sound_entry(fields: bytes) -> bytes:
    """Fields of an audio sample entry: QuickTime's revision and vendor."""
    return fields[:10] + bytes(len(fields[10:16])) + fields[16:]


def _colours(body: bytes) -> bytes:
    """``colr`` (12.1.5): bytes after the fields. A profile states its own length."""
    length = {b"nclx": 11, b"nclc": 10}.get(body[:4])
    if body[:4] in (b"prof", b"rICC"):
        length = 4 + int.from_bytes(body[4:8], "big")
    return body if length is None else body[:length]


def _flac(body: bytes) -> bytes:
    """``dfLa``: comments and pictures among FLAC's metadata blocks."""
    return body[:4] + flac_blocks(body[4:])


_TIMES, _NAME, _EXTRA = (Kind.VENDOR, "times"), (Kind.TEXT, "name"), (Kind.VENDOR, "extra")

CLEANERS: dict[str, Cleaner] = {
    "mvhd": (_movie_header, *_TIMES),
    "tkhd": (_track_header, *_TIMES),
    "mdhd": (_media_header, *_TIMES),
    "hdlr": (_handler, *_NAME),
    "svhd": (_metadata_source, *_NAME),
    "dref": (_references, *_NAME),
    "elng": (_language, *_NAME),
    "dfLa": (_flac, *_NAME),
    "vmhd": (_fixed(12), *_EXTRA),
    "smhd": (_fixed(8), *_EXTRA),
    "nmhd": (_fixed(4), *_EXTRA),
    "sthd": (_fixed(4), *_EXTRA),
    "hmhd": (_fixed(20), *_EXTRA),
    "gmin": (_fixed(16), *_EXTRA),
    "clef": (_fixed(12), *_EXTRA),
    "prof": (_fixed(12), *_EXTRA),
    "enof": (_fixed(12), *_EXTRA),
    "trex": (_fixed(24), *_EXTRA),
    "pasp": (_fixed(8), *_EXTRA),
    "clap": (_fixed(32), *_EXTRA),
    "fiel": (_fixed(2), *_EXTRA),
    "gama": (_fixed(4), *_EXTRA),
    "btrt": (_fixed(12), *_EXTRA),
    "mdcv": (_fixed(24), *_EXTRA),
    "clli": (_fixed(4), *_EXTRA),
    "colr": (_colours, *_EXTRA),
    "elst": (_table(8, 12, 20), *_EXTRA),
    "stts": (_table(8, 8), *_EXTRA),
    "ctts": (_table(8, 8), *_EXTRA),
    "stsc": (_table(8, 12), *_EXTRA),
    "stsz": (_sizes, *_EXTRA),
    "stco": (_table(8, 4), *_EXTRA),
    "co64": (_table(8, 8), *_EXTRA),
    "stss": (_table(8, 4), *_EXTRA),
    "stps": (_table(8, 4), *_EXTRA),
    "stsh": (_table(8, 8), *_EXTRA),
}
"""By box type. The sections are those of ISO/IEC 14496-12."""
