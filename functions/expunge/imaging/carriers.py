"""What is left of EXIF and XMP that go: the facts by which viewers show the picture.

Viewers read orientation, density and colours from different places, so whatever states them goes
on doing so: the same block, in the same place and form, with nothing else in it. And since some
viewers only look at the first block of a kind, or at the last, a block that says nothing beside
others that do leaves an empty one. Where nothing turns the picture, no orientation is stated.
"""

from __future__ import annotations

import re
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from expunge.imaging import exif, tiff, xmp
from expunge.imaging.containers.block import Block, Kind, Layout
from expunge.imaging.containers.raw_profile import RawProfile, inflated, raw_profile

if TYPE_CHECKING:
    from collections.abc import Mapping

_EXTENDED_XMP = re.compile(rb"[0-9A-F]{32}")
_ZLIB = b"\x78"
_OF_ITEMS = ("image/heic", "image/avif")
"""Types in which each block of metadata names the picture that it is about."""


@dataclass(frozen=True, slots=True)
class _Carrier:
    """A block that may state what a picture is shown by."""

    content: memoryview
    is_xmp: bool
    compressed: bool = False
    raw: RawProfile | None = None

    @property
    def is_broken(self) -> bool:
        """Whether it is EXIF that cannot be read: some viewers give up there, whatever XMP says."""
        return not self.is_xmp and tiff.Reader.of(self.content) is None

    @property
    def turns(self) -> bool:
        """Whether it states an orientation other than the usual one."""
        return xmp.turns(self.content) if self.is_xmp else exif.turns(self.content)

    def essentials(
        self, fields: exif.Fields, others: bytes | None, *, oriented: bool
    ) -> bytes | None:
        if self.is_xmp:
            return self._written(xmp.essentials(self.content, others) if oriented else others)
        return self._written(exif.excerpt(self.content, fields, oriented=oriented))

    def shell(self) -> bytes | None:
        return self._written(xmp.shell(self.content) if self.is_xmp else exif.shell(self.content))

    def _written(self, content: bytes | None) -> bytes | None:
        if content is None or not (self.raw or self.compressed):
            return content
        return self.raw.written(content) if self.raw else zlib.compress(content)


def remainders(
    layout: Layout, going: Mapping[int, bytes | None], fields: exif.Fields = exif.Fields.NONE
) -> dict[int, bytes | None]:
    """What is left of the blocks that go.

    Parameters
    ----------
    going
        By index into ``layout.blocks``: ``None``, or the XMP that stays for another reason.
    fields
        Of EXIF, what else is asked to stay.

    Returns
    -------
    dict
        By index: new content as ``Container.rewrite`` takes it, or ``None``.
    """
    carriers = {
        index: carrier
        for index, block in enumerate(layout.blocks)
        if (carrier := _carrier(block)) is not None
    }
    oriented = any(carrier.turns for carrier in carriers.values())
    left = dict(going)
    for index in carriers.keys() & going.keys():
        left[index] = carriers[index].essentials(fields, going[index], oriented=oriented)
    if oriented:
        left |= {i: c.shell() for i, c in carriers.items() if i in going and c.is_broken}
    for is_xmp in (False, True):
        alike = [index for index, carrier in carriers.items() if carrier.is_xmp is is_xmp]
        ordered = layout.media_type not in _OF_ITEMS
        if ordered and any(left.get(index, b"") is not None for index in alike):
            left |= {i: carriers[i].shell() for i in alike if left.get(i, b"") is None}
    return left


def _carrier(block: Block) -> _Carrier | None:
    if block.kind is Kind.EXIF:
        return _Carrier(block.data, is_xmp=False)
    if block.kind is Kind.TEXT and (raw := raw_profile(block)):
        return _Carrier(raw.content, is_xmp=raw.is_xmp, raw=raw)
    if block.kind is not Kind.XMP or _EXTENDED_XMP.match(block.data):
        return None
    if block.name == "iTXt" and block.data[:1] == _ZLIB:
        return _Carrier(memoryview(inflated(block.data)), is_xmp=True, compressed=True)
    return _Carrier(block.data, is_xmp=True)
