"""Times in the sample tables of ISO-BMFF (ISO/IEC 14496-12, 8.4.2 and 8.6.1)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from expunge.errors import MalformedImage

if TYPE_CHECKING:
    from collections.abc import Iterator


def timescale(header: bytes | memoryview) -> int:
    """Return the ticks a second of an ``mdhd`` or ``mvhd``, given its content.

    Raises
    ------
    expunge.errors.MalformedImage
        If there are none.
    """
    at = 20 if header[:1] == b"\1" else 12
    found = int.from_bytes(header[at : at + 4], "big")
    if not found:
        raise MalformedImage("a track of the movie has no timescale")
    return found


def sample_times(table: bytes | memoryview) -> Iterator[tuple[int, int]]:
    """Yield the entries of an ``stts``: a number of samples, and the ticks of each."""
    count = int.from_bytes(table[4:8], "big")
    for at in range(8, min(8 + 8 * count, len(table) - 7), 8):
        samples = int.from_bytes(table[at : at + 4], "big")
        yield samples, int.from_bytes(table[at + 4 : at + 8], "big")
