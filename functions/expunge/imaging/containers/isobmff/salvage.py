"""Find metadata in a truncated file whose location tables are missing."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from expunge.imaging.containers.block import Block, Kind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from expunge.imaging.containers.isobmff.areas import Area

_MOST = 16
_LONGEST = 1 << 16
"""Bytes of one result. EXIF does not state its end, and cameras write less than this."""
_FOUND = re.compile(
    rb"(?P<exif>Exif\0\0(?=II\*\0|MM\0\*))|(?P<xmp><x:xmpmeta\b)"
)  # fmt: skip
_XMP_END = b"</x:xmpmeta>"


def salvaged(data: memoryview, area: Area) -> Iterator[Block]:
    """Yield EXIF and XMP in file order, recognised by their first bytes."""
    content = bytes(data[area.start : area.end])
    for number, match in enumerate(_FOUND.finditer(content)):
        if number == _MOST:
            return
        is_xmp = match.lastgroup == "xmp"
        start = match.start() if is_xmp else match.end()
        end = min(start + _LONGEST, len(content))
        if is_xmp and (closed := content.find(_XMP_END, start, end)) >= 0:
            end = closed + len(_XMP_END)
        kind = Kind.XMP if is_xmp else Kind.EXIF
        at = area.start + start
        part = data[at : area.start + end]
        yield Block(kind, kind.value, f"{area.path}/found[{number}]", at, len(part), part)
