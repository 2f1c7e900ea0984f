"""Reduce removed EXIF and XMP blocks to the display facts that viewers need.

Viewers read orientation, density and colours from different places. So each block that states
them keeps its place and form, and loses everything else. Some viewers read only the first or the
last block of a kind. So if one block of a kind has display facts, the others of that kind become
empty blocks instead of being dropped. If no block rotates the image, all orientation statements
are removed.
"""

from __future__ import annotations

import re
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from expunge.imaging import exif, tiff, xmp
from expunge.imaging.containers.block import Block, Kind, Layout
from expunge.imaging.containers.raw_profile import RawProfile, inflated, is_raw_profile, raw_profile

if TYPE_CHECKING:
    from collections.abc import Mapping

_EXTENDED_XMP = re.compile(rb"[0-9A-F]{32}")
_ZLIB = b"\x78"
_READ = 32
"""Blocks of a kind that are read from each end of the file, which bounds the time. Viewers use the
first or the last, and real files have fewer than ten."""
_OF_ITEMS = ("image/heic", "image/avif", "image/tiff")
"""Types in which each metadata block names the image that it describes."""


@dataclass(frozen=True, slots=True)
class Carrier:
    """A block that may state display facts."""

    content: memoryview
    is_xmp: bool
    compressed: bool = False
    raw: RawProfile | None = None

    @property
    def is_broken(self) -> bool:
        """Whether this is unreadable EXIF. Some viewers stop there and ignore XMP."""
        return not self.is_xmp and tiff.Reader.of(self.content) is None

    @property
    def is_rotated(self) -> bool:
        """Whether it states an orientation other than 1."""
        return xmp.is_rotated(self.content) if self.is_xmp else exif.is_rotated(self.content)

    def essentials(
        self, fields: exif.Fields, others: bytes | None, *, oriented: bool
    ) -> bytes | None:
        if self.is_xmp:
            return self.written(xmp.essentials(self.content, others) if oriented else others)
        return self.written(exif.excerpt(self.content, fields, others, oriented=oriented))

    def placeholder(self) -> bytes | None:
        return self.written(
            xmp.placeholder(self.content) if self.is_xmp else exif.placeholder(self.content)
        )

    def written(self, content: bytes | None) -> bytes | None:
        """Return new content in the form of the block's own."""
        if content is None or not (self.raw or self.compressed):
            return content
        return self.raw.written(content) if self.raw else zlib.compress(content)


def reduced_metadata(
    layout: Layout, removed: Mapping[int, bytes | None], fields: exif.Fields = exif.Fields.NONE
) -> dict[int, bytes | None]:
    """Return the content to write in place of each removed block.

    Parameters
    ----------
    removed
        The removed blocks, by index into ``layout.blocks``. The value is ``None``, or what of
        the EXIF, the XMP or another block stays for another reason.
    fields
        EXIF fields to keep in addition.

    Returns
    -------
    dict
        New content by block index, as ``Container.rewrite`` expects it. ``None`` drops a block.
    """
    carriers = {
        index: carrier
        for index in candidates(layout)
        if (carrier := carrier_of(layout.blocks[index])) is not None
    }
    oriented = any(carrier.is_rotated for carrier in carriers.values())
    left = dict(removed)
    for index in carriers.keys() & removed.keys():
        left[index] = carriers[index].essentials(fields, removed[index], oriented=oriented)
    if oriented:
        left |= {i: c.placeholder() for i, c in carriers.items() if i in removed and c.is_broken}
    for is_xmp in (False, True):
        alike = [index for index, carrier in carriers.items() if carrier.is_xmp is is_xmp]
        ordered = layout.media_type not in _OF_ITEMS
        if ordered and any(left.get(index, b"") is not None for index in alike):
            left |= {i: carriers[i].placeholder() for i in alike if left.get(i, b"") is None}
    return left


def candidates(layout: Layout) -> list[int]:
    """Return the indices of the blocks that may be carriers, in order."""
    found: set[int] = set()
    for kind in (Kind.EXIF, Kind.XMP, Kind.TEXT):
        of_kind = [index for index in layout.of(kind) if _may_carry(layout.blocks[index])]
        found.update(of_kind[:_READ], of_kind[-_READ:])
    return sorted(found)


def _may_carry(block: Block) -> bool:
    if block.kind is Kind.XMP:
        return not _EXTENDED_XMP.match(block.data)
    return block.kind is Kind.EXIF or is_raw_profile(block)


def carrier_of(block: Block) -> Carrier | None:
    """Return the EXIF or XMP in a block, or ``None`` for any other block."""
    if block.kind is Kind.EXIF:
        return Carrier(block.data, is_xmp=False)
    if block.kind is Kind.TEXT:
        raw = raw_profile(block)
        return Carrier(raw.content, is_xmp=raw.is_xmp, raw=raw) if raw else None
    if block.name == "iTXt" and block.data[:1] == _ZLIB:
        return Carrier(memoryview(inflated(block.data)), is_xmp=True, compressed=True)
    return Carrier(block.data, is_xmp=True)
