"""Keep single IPTC datasets and Photoshop resources."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

from expunge.imaging.provenance import iptc, photoshop
from expunge.imaging.provenance.fact import Fact

if TYPE_CHECKING:
    from expunge.imaging.provenance.keeping.wanted import Wanted


def excerpt(data: memoryview, wanted: Wanted) -> bytes | None:
    """Return the wanted resources, or bare datasets, or ``None`` without any.

    Names of resources go, and Photoshop's digest of all datasets, which no longer matches.
    """
    if not photoshop.is_resources(data):
        return _datasets(data, wanted)
    kept = b""
    for found in wanted.limited(photoshop.resources(data)):
        if isinstance(found, Fact):
            continue
        content = _content(found, wanted)
        if content:
            head = struct.pack(">HHI", found.number, 0, len(content))
            kept += photoshop.SIGNATURES[0] + head + content + b"\0" * (len(content) & 1)
    return kept or None


def _content(found: photoshop.Resource, wanted: Wanted) -> bytes | None:
    # These two embed one another: EXIF may hold datasets, and a resource may hold EXIF.
    from expunge.imaging.provenance.keeping import exif, xmp  # noqa: PLC0415

    writers = {
        photoshop.IPTC: _datasets,
        photoshop.EXIF: exif.excerpt,
        photoshop.EXIF_3: exif.excerpt,
        photoshop.XMP: xmp.excerpt,
    }
    writer = writers.get(found.number)
    if writer is not None:
        return writer(found.data, wanted)
    return bytes(found.data) if wanted.any((photoshop.fact_of(found),)) else None


def _datasets(data: memoryview, wanted: Wanted) -> bytes | None:
    found = [d for d in wanted.limited(iptc.datasets(data)) if not isinstance(d, Fact)]
    if not wanted.any(map(iptc.fact_of, found)):
        return None
    return b"".join(
        bytes(data[each.offset : each.offset + each.length])
        for each in found
        if wanted(iptc.fact_of(each))
    )
