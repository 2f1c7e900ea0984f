"""Numbers that place the views of a stereo pair, panorama or multi-angle series (CIPA DC-007).

Each image of such a series has an MP attribute IFD (5.2.4): the first one in its MP index, the
others in an MPF segment of their own.
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

from expunge.imaging import tiff
from expunge.imaging.containers.block import Kind, Role

if TYPE_CHECKING:
    from collections.abc import Mapping

    from expunge.imaging.containers.block import Layout

PLACED = (Role.STEREO, Role.VIEW)
"""Purposes of images that need these numbers."""
_VERSION, _INDEX = 0xB000, 0xB001
_RATIO, _SIGNED_RATIO = 5, 10
_TYPES = {
    0xB101: (tiff.LONG,),  # MPIndividualNum
    0xB201: (tiff.LONG,),  # PanOrientation
    0xB204: (tiff.LONG,),  # BaseViewpointNum
} | dict.fromkeys((0xB202, 0xB203, *range(0xB205, 0xB20E)), (_RATIO, _SIGNED_RATIO))
"""Types by tag. Ratios: overlap, convergence, base line, divergence, axis distances, angles."""

Numbers = dict[int, tuple[int, bytes]]
"""Field type and big-endian value by tag."""


def numbers_in(content: memoryview) -> Numbers:
    """Return the numbers in the attribute IFD of an MP header; empty if there is none."""
    reader = tiff.Reader.of(content)
    if reader is None:
        return {}
    at = reader.first_ifd
    if any(field.tag == _INDEX for field in reader.fields(at)):
        at = reader.following(at)
    return {
        field.tag: (field.type, _big_endian(reader.order, field))
        for field in reader.fields(at)
        if at and field.count == 1 and field.type in _TYPES.get(field.tag, ())
    }


def _big_endian(order: str, field: tiff.Field) -> bytes:
    values = struct.unpack(f"{order}{len(field.value) // 4}I", field.value)
    return struct.pack(f">{len(values)}I", *values)


def ifd(numbers: Mapping[int, tuple[int, bytes]], at: int) -> bytes:
    """Serialise a big-endian attribute IFD for offset ``at``; empty without numbers."""
    if not numbers:
        return b""
    fields = [tiff.Field(_VERSION, 7, 4, memoryview(b"0100"))]
    fields += [
        tiff.Field(tag, kind, 1, memoryview(value)) for tag, (kind, value) in numbers.items()
    ]
    return tiff.ifd(">", fields, at)


def keep_numbers(layout: Layout, removals: dict[int, bytes | None], within: Role | None) -> None:
    """Keep the numbers of a view that is not the first image, and nothing else of their block."""
    if within not in PLACED:
        return
    for index, new in removals.items():
        block = layout.blocks[index]
        if new is None and block.name == "APP2" and block.kind is Kind.VENDOR:
            numbers = numbers_in(block.data)
            if numbers:
                removals[index] = b"MM\0*\0\0\0\x08" + ifd(numbers, 8)
                return
