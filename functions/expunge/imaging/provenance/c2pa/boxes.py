"""``c2pa.hash.boxes``: hash JPEG segments and PNG chunks by name (C2PA 2.2, 18.7)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple

from expunge.imaging.provenance.c2pa.asset import AssetHasher, digest
from expunge.imaging.provenance.c2pa.values import mappings, octets, sequence, text
from expunge.imaging.provenance.c2pa.verdict import CannotCheck, Mismatch

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

MAX_PIECES = 100_000
STORE = "C2PA"
"""Name of the manifest store in a list of boxes."""

_STANDALONE = {0xD8: "SOI", 0xD9: "EOI", **{0xD0 + n: f"RST{n}" for n in range(8)}}
_NAMED = {0xC4: "DHT", 0xCC: "DAC", 0xDA: "SOS", 0xDB: "DQT", 0xDD: "DRI", 0xFE: "COM"}
_NEXT_MARKER = re.compile(rb"\xff[\x01-\xfe]")


class Piece(NamedTuple):
    """A named piece of a file, from ``start`` to ``end``."""

    name: str
    start: int
    end: int


def matches(assertion: dict[Any, Any], algorithm: str, asset: AssetHasher) -> bool:
    """Whether the file matches a boxes hash assertion.

    Each box of the assertion names one piece of the file or several consecutive ones. Together
    they must name all pieces in order.

    Raises
    ------
    CannotCheck
        The container is neither JPEG nor PNG.
    Mismatch
        The file has other pieces than the assertion names, or is malformed.
    """
    if asset.media_type not in _PIECES:
        raise CannotCheck("boxes hashes are supported only in JPEG and PNG")
    view = memoryview(asset.data)
    pieces = list(_merged(_PIECES[asset.media_type](view)))
    entries = mappings(assertion.get("boxes"))
    unnamed = entries and "PNGh" not in sequence(entries[0].get("names"))
    at = 1 if unnamed and [piece.name for piece in pieces[:1]] == ["PNGh"] else 0
    for entry in entries:
        names = [text(name) for name in sequence(entry.get("names"))]
        run = pieces[at : at + len(names)]
        if not names or [piece.name for piece in run] != names:
            raise Mismatch("the file holds other pieces than were hashed")
        at += len(names)
        if names == [STORE] or entry.get("excluded") is True:
            continue
        hashed = view[run[0].start : run[-1].end]
        if digest(text(entry.get("alg")) or algorithm, hashed) != octets(entry.get("hash")):
            return False
    if at != len(pieces):
        raise Mismatch("the file holds other pieces than were hashed")
    return bool(entries)


def _merged(pieces: Iterator[Piece]) -> Iterator[Piece]:
    """Join the segments of one store into one piece."""
    last: Piece | None = None
    for number, piece in enumerate(pieces):
        if number == MAX_PIECES:
            raise CannotCheck("the file holds too many pieces")
        if last and last.name == piece.name == STORE and last.end == piece.start:
            last = last._replace(end=piece.end)
            continue
        if last:
            yield last
        last = piece
    if last:
        yield last


def _jpeg(view: memoryview) -> Iterator[Piece]:
    """Yield marker segments. Entropy-coded bytes belong to the marker before them."""
    at, store = 0, b""
    while at + 2 <= len(view):
        if view[at] != 0xFF:
            raise Mismatch(f"no marker at byte {at}")
        marker, end = view[at + 1], at + 2
        if marker not in _STANDALONE:
            end += int.from_bytes(view[end : end + 2])
        if marker == 0xDA or marker in range(0xD0, 0xD8):
            found = _NEXT_MARKER.search(view, end)
            end = found.start() if found else len(view)
        name = _marker_name(marker)
        if marker == 0xEB and bytes(view[at + 4 : at + 6]) == b"JP":
            if bytes(view[at + 28 : at + 32]) == b"c2pa":
                store = bytes(view[at + 6 : at + 8])
            name = STORE if store == bytes(view[at + 6 : at + 8]) else name
        yield Piece(name, at, min(end, len(view)))
        if marker == 0xD9:
            return
        at = end


def _marker_name(marker: int) -> str:
    if marker in _STANDALONE or marker in _NAMED:
        return (_STANDALONE | _NAMED)[marker]
    for first, count, name in ((0xE0, 16, "APP"), (0xC0, 16, "SOF"), (0xF0, 14, "JPG")):
        if first <= marker < first + count:
            return f"{name}{marker - first}"
    return ""


def _png(view: memoryview) -> Iterator[Piece]:
    yield Piece("PNGh", 0, 8)
    at = 8
    while at + 12 <= len(view):
        end = at + 12 + int.from_bytes(view[at : at + 4])
        if end > len(view):
            raise Mismatch(f"the chunk at byte {at} runs past the end")
        name = str(view[at + 4 : at + 8], "latin-1")
        yield Piece(STORE if name == "caBX" else name, at, end)
        if name == "IEND":
            return
        at = end


_PIECES: dict[str, Callable[[memoryview], Iterator[Piece]]] = {
    "image/jpeg": _jpeg,
    "image/png": _png,
}
