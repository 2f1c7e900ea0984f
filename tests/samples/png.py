"""PNG files, chunk by chunk."""

from __future__ import annotations

import struct
import zlib

from tests import samples

SIGNATURE = b"\x89PNG\r\n\x1a\n"


def chunk(name: bytes, content: bytes) -> bytes:
    checksum = zlib.crc32(name + content)
    return struct.pack(">I4s", len(content), name) + content + struct.pack(">I", checksum)


METADATA = {
    "text": chunk(b"tEXt", b"parameters\0a prompt"),
    "compressed text": chunk(b"zTXt", b"prompt\0\0" + zlib.compress(b"a prompt")),
    "international text": chunk(b"iTXt", b"Comment\0\0\0\0\0words"),
    "xmp": chunk(b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0" + samples.XMP_PLAIN),
    "exif": chunk(b"eXIf", samples.exif(1)),
    "c2pa": chunk(b"caBX", b"\0\0\0\x20jumb"),
    "time": chunk(b"tIME", b"\x07\xe9\1\1\0\0\0"),
    "suggested palette": chunk(b"sPLT", b"name\0\x08"),
    "vendor": chunk(b"prVw", b"preview"),
    "unknown critical": chunk(b"ABCD", b"?"),
    "iDOT": chunk(b"iDOT", bytes(28)),
}
"""What has to go, by name."""

COLOUR = {
    "iCCP": chunk(b"iCCP", b"icc\0\0" + zlib.compress(samples.ICC)),
    "gAMA": chunk(b"gAMA", struct.pack(">I", 45455)),
    "cHRM": chunk(b"cHRM", struct.pack(">2I", 31270, 32900) + bytes(24)),
    "cICP": chunk(b"cICP", b"\x09\x10\0\1"),
    "mDCV": chunk(b"mDCV", bytes(24)),
    "cLLI": chunk(b"cLLI", bytes(8)),
    "pHYs": chunk(b"pHYs", struct.pack(">IIB", 2835, 2835, 1)),
    "sBIT": chunk(b"sBIT", b"\x08\x08\x08"),
    "bKGD": chunk(b"bKGD", bytes(6)),
}  # fmt: skip
"""What has to stay, by name."""


def walk(file: bytes) -> list[tuple[bytes, bytes]]:
    """Name and bytes of each chunk up to IEND."""
    assert file[:8] == SIGNATURE
    found, at = [], 8
    while at < len(file):
        length, name = struct.unpack_from(">I4s", file, at)
        found.append((name, file[at : at + 12 + length]))
        at += 12 + length
        if name == b"IEND":
            break
    return found


def coded(file: bytes) -> bytes:
    """The chunks that make pixels."""
    names = (b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"acTL", b"fcTL", b"fdAT", b"IEND")
    return b"".join(part for name, part in walk(file) if name in names)


def inserted(file: bytes, *parts: bytes, before: bytes = b"IDAT") -> bytes:
    """The file with parts in front of the first chunk of a kind."""
    chunks = walk(file)
    at = next(i for i, (name, _) in enumerate(chunks) if name == before)
    whole = [part for _, part in chunks]
    tail = file[8 + sum(map(len, whole)) :]
    return SIGNATURE + b"".join((*whole[:at], *parts, *whole[at:])) + tail


def drawing(mode: str = "RGB", **options: object) -> bytes:
    """A PNG of nothing but its pixels."""
    return samples.encoded(samples.picture(mode), "PNG", **options)


def animation() -> bytes:
    frames = [samples.picture(seed=seed) for seed in (1, 2, 3)]
    return samples.encoded(
        frames[0], "PNG", save_all=True, append_images=frames[1:], duration=[30, 40, 50]
    )


def in_small_chunks(file: bytes, size: int = 100) -> bytes:
    """The same picture with its IDAT cut into many."""
    out = SIGNATURE
    for name, part in walk(file):
        content = part[8:-4]
        if name == b"IDAT":
            for at in range(0, len(content), size):
                out += chunk(b"IDAT", content[at : at + size])
        else:
            out += part
    return out
