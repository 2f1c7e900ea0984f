"""Comments in the configuration of Vorbis, Theora and FLAC decoders.

Vorbis I, 4.2 and 5; Theora, 6.3; RFC 9639, section 8: the second header of the first two, and
metadata blocks of the third.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

_CODEC_ID = 0x86
_XIPH = {b"A_VORBIS": b"\3vorbis", b"V_THEORA": b"\x81theora"}
_FLAC_MARK = b"fLaC"
_STREAM_INFO, _SEEK_TABLE, _LAST = 0, 3, 0x80


def cleaned(body: bytes, beside: Mapping[int, bytes]) -> bytes:
    """Return the configuration without comments and pictures."""
    codec = beside.get(_CODEC_ID, b"").rstrip(b"\0")
    if codec == b"A_FLAC" and body[:4] == _FLAC_MARK:
        return _FLAC_MARK + flac_blocks(body[4:])
    return _xiph(body, _XIPH[codec]) if codec in _XIPH else body


def flac_blocks(blocks: bytes) -> bytes:
    """Return FLAC metadata blocks without those that only describe."""
    kept, at = [], 0
    while at + 4 <= len(blocks):
        size = int.from_bytes(blocks[at + 1 : at + 4], "big")
        kind = blocks[at] & 0x7F
        if kind in (_STREAM_INFO, _SEEK_TABLE):
            kept.append(bytes([kind]) + blocks[at + 1 : at + 4 + size])
        if blocks[at] & _LAST:
            break
        at += 4 + size
    if not kept:
        return blocks
    kept[-1] = bytes([kept[-1][0] | _LAST]) + kept[-1][1:]
    return b"".join(kept)


def _xiph(body: bytes, mark: bytes) -> bytes:
    """Three headers with Xiph lacing; the second holds the comments."""
    if body[:1] != b"\2":
        return body
    sizes, at = [], 1
    for _ in range(2):
        size = 0
        while at < len(body):
            step = body[at]
            size, at = size + step, at + 1
            if step < 255:
                break
        sizes.append(size)
    first, second = at + sizes[0], at + sum(sizes)
    if second > len(body) or not body[first:second].startswith(mark):
        return body
    framing = b"\1" if mark[:1] == b"\3" else b""
    empty = mark + bytes(8) + framing
    lacing = b"\xff" * (sizes[0] // 255) + bytes([sizes[0] % 255, len(empty)])
    return b"\2" + lacing + body[at:first] + empty + body[second:]
