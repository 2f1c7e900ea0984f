"""Join JUMBF superboxes from several JPEG APP11 segments (ISO/IEC 19566-5, annex D.2)."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING

from expunge.imaging.provenance.c2pa.jumbf import is_store

if TYPE_CHECKING:
    from collections.abc import Iterable

_COMMON_IDENTIFIER = b"JP"
_PREFIX = 8
"""Bytes before the box header: identifier 2, box instance number 2, packet sequence number 4."""
MAX_BOX_INSTANCES = 64
MAX_SEGMENTS = 10_000
"""Enough for stores of 600 MB in full segments."""


@dataclass(slots=True)
class _Split:
    header: bytes
    next_sequence: int
    pieces: list[memoryview] = field(default_factory=list)


def assemble_app11(payloads: Iterable[bytes | memoryview]) -> list[bytes]:
    """Return the C2PA manifest stores in a JPEG's APP11 segments.

    Parameters
    ----------
    payloads
        The contents of the APP11 segments in file order, without marker and length.

    Returns
    -------
    list of bytes
        Each is one ``jumb`` superbox labelled ``c2pa``. Segments without JUMBF, packets out of
        sequence and other superboxes are ignored. A store without its last packets is returned
        incomplete.
    """
    found: dict[int, _Split] = {}
    for payload in islice(payloads, MAX_SEGMENTS):
        _add(found, memoryview(payload))
    stores = (b"".join((split.header, *split.pieces)) for split in found.values())
    return [store for store in stores if is_store(store)]


def _add(found: dict[int, _Split], data: memoryview) -> None:
    """Add a packet. Each packet repeats the box header, which the joined box has only once."""
    if bytes(data[:2]) != _COMMON_IDENTIFIER or bytes(data[_PREFIX + 4 : _PREFIX + 8]) != b"jumb":
        return
    instance, sequence = int.from_bytes(data[2:4]), int.from_bytes(data[4:8])
    size = 16 if int.from_bytes(data[_PREFIX : _PREFIX + 4]) == 1 else 8
    header = bytes(data[_PREFIX : _PREFIX + size])
    if instance not in found and sequence <= 1 and len(found) < MAX_BOX_INSTANCES:
        found[instance] = _Split(header, sequence)
    split = found.get(instance)
    if split and (split.header, split.next_sequence) == (header, sequence):
        split.pieces.append(data[_PREFIX + size :])
        split.next_sequence += 1
