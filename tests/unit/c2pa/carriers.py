"""Locate the C2PA store in each file format, for tests on whole files."""

from __future__ import annotations

from typing import TYPE_CHECKING

from expunge.imaging.provenance.c2pa import assemble_app11

if TYPE_CHECKING:
    from collections.abc import Iterator

C2PA_UUID = bytes.fromhex("d8fec3d61b0e483c92975828877ec481")


def extract(data: bytes) -> tuple[str, bytes, tuple[int, int]] | None:
    """Return media type, store, and the offset and length of the store's blocks."""
    for media_type, starts, walk in (
        ("image/jpeg", b"\xff\xd8", _jpeg),
        ("image/png", b"\x89PNG", _png),
        ("image/webp", b"RIFF", _webp),
        ("image/gif", b"GIF8", _gif),
        ("image/jxl", b"\0\0\0\x0cJXL ", _boxes),
        ("image/heic", b"", _boxes),
    ):
        if data.startswith(starts):
            found = walk(data)
            return (media_type, *found) if found else None
    return None


def _jpeg(data: bytes) -> tuple[bytes, tuple[int, int]] | None:
    at, payloads, places = 2, [], []
    while at + 4 <= len(data) and data[at] == 0xFF and data[at + 1] != 0xDA:
        end = at + 2 + int.from_bytes(data[at + 2 : at + 4])
        if data[at + 1] == 0xEB:
            payloads.append(data[at + 4 : end])
            places.append((at, end))
        at = end
    stores = assemble_app11(payloads)
    return (stores[0], (places[0][0], places[-1][1] - places[0][0])) if stores else None


def _png(data: bytes) -> tuple[bytes, tuple[int, int]] | None:
    at = 8
    while at + 12 <= len(data):
        size = int.from_bytes(data[at : at + 4])
        if data[at + 4 : at + 8] == b"caBX":
            return data[at + 8 : at + 8 + size], (at, size + 12)
        at += size + 12
    return None


def _webp(data: bytes) -> tuple[bytes, tuple[int, int]] | None:
    at = 12
    while at + 8 <= len(data):
        size = int.from_bytes(data[at + 4 : at + 8], "little")
        if data[at : at + 4] == b"C2PA":
            return data[at + 8 : at + 8 + size], (at, 8 + size + size % 2)
        at += 8 + size + size % 2
    return None


def _gif(data: bytes) -> tuple[bytes, tuple[int, int]] | None:
    """The sub-blocks of the first extension with that name."""
    start = data.find(b"\x21\xff\x0bC2PA_GIF")
    if start < 0:
        return None
    at, pieces = start + 14, []
    while data[at]:
        pieces.append(data[at + 1 : at + 1 + data[at]])
        at += 1 + data[at]
    return b"".join(pieces), (start, at + 1 - start)


def _boxes(data: bytes) -> tuple[bytes, tuple[int, int]] | None:
    stores, place = b"", (0, 0)
    for kind, start, content, end in _top_level(data):
        if kind == b"jumb":
            return data[start:end], (start, end - start)
        if kind == b"uuid" and data[content : content + 16] == C2PA_UUID:
            at = data.index(b"\0", content + 20) + 1 + 8
            stores, place = stores + data[at:end], (start, end - start)
    return (stores, place) if stores else None


def _top_level(data: bytes) -> Iterator[tuple[bytes, int, int, int]]:
    at = 0
    while at + 8 <= len(data):
        size, header = int.from_bytes(data[at : at + 4]), 8
        if size == 1:
            size, header = int.from_bytes(data[at + 8 : at + 16]), 16
        size = size or len(data) - at
        yield data[at + 4 : at + 8], at, at + header, at + size
        at += max(size, header)
