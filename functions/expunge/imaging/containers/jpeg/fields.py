"""Length of the fields in each marker segment (ITU-T T.81, annex B)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from expunge.imaging import gainmap
from expunge.imaging.containers.jpeg.segments import DNL, FRAME_HEADERS, SOS

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_DHT, _DAC, _DQT, _DRI = 0xC4, 0xCC, 0xDB, 0xDD
_DHP, _EXP = 0xDE, 0xDF
_ARITHMETIC = frozenset((0xC9, 0xCA, 0xCB, 0xCD, 0xCE, 0xCF))
_DIFFERENTIAL = frozenset((0xC5, 0xC6, 0xC7, 0xCD, 0xCE, 0xCF))
_RESERVED = frozenset((0xC8, *range(0xF0, 0xFE))) - {0xF7, 0xF8}
"""JPG and JPG0–JPG13, without those that JPEG-LS uses (SOF55 and LSE, ITU-T T.87)."""

ADOBE_TRANSFORM = 7
"""Bytes after ``Adobe`` in APP14: version, two flags of 16 bits, transform (Adobe TN 5116)."""


def unused(markers: Sequence[int]) -> set[int]:
    """Return the indices of the segments that no decoder uses.

    These are reserved segments, arithmetic conditioning without arithmetic coding, markers of
    hierarchical coding without it, and a number of lines (DNL) before the first scan (B.2.5).
    """
    frames = FRAME_HEADERS.intersection(markers)
    unused_markers = set(_RESERVED)
    unused_markers |= set() if frames & _ARITHMETIC else {_DAC}
    unused_markers |= set() if frames & _DIFFERENTIAL else {_DHP, _EXP}
    found = {index for index, marker in enumerate(markers) if marker in unused_markers}
    scan = markers.index(SOS) if SOS in markers else len(markers)
    return found | {index for index, marker in enumerate(markers[:scan]) if marker == DNL}


def length(marker: int, content: memoryview) -> int | None:
    """Return the length of a segment's fields in bytes; 0 without a whole table, else ``None``."""
    if marker in FRAME_HEADERS or marker == _DHP:
        return 6 + 3 * content[5] if len(content) > 5 else None
    measure = _LENGTHS.get(marker)
    return measure(content) if measure else None


def gain_map_version(content: memoryview) -> int:
    """Return the length of the ISO 21496-1 metadata after its identifier in APP2, or 0."""
    return len(gainmap.metadata(content) or b"")


def _whole_tables(content: memoryview, size: Callable[[memoryview, int], int]) -> int:
    """End of the last complete table in a sequence of tables."""
    at = 0
    while at < len(content):
        end = at + size(content, at)
        if end > len(content):
            break
        at = end
    return at


def _quantisation(content: memoryview, at: int) -> int:
    return 1 + 64 * (1 + (content[at] >> 4 & 1))


def _huffman(content: memoryview, at: int) -> int:
    return 17 + sum(content[at + 1 : at + 17])


_LENGTHS: dict[int, Callable[[memoryview], int]] = {
    _DQT: lambda content: _whole_tables(content, _quantisation),
    _DHT: lambda content: _whole_tables(content, _huffman),
    _DAC: lambda content: len(content) & ~1,
    _DRI: lambda _: 2,
    DNL: lambda _: 2,
    _EXP: lambda _: 1,
}
