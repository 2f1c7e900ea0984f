"""WebP files, chunk by chunk."""

from __future__ import annotations

import struct

from tests import samples


def chunk(name: bytes, content: bytes) -> bytes:
    return struct.pack("<4sI", name, len(content)) + content + b"\0" * (len(content) & 1)


def riff(*chunks: bytes) -> bytes:
    body = b"".join(chunks)
    return struct.pack("<4sI4s", b"RIFF", 4 + len(body), b"WEBP") + body


METADATA = {
    "exif": chunk(b"EXIF", samples.exif(1)),
    "xmp": chunk(b"XMP ", samples.XMP_PLAIN),
    "c2pa": chunk(b"C2PA", b"\0\0\0\x20jumb!"),
    "vendor": chunk(b"VEND", b"odd"),
}
"""What has to go, by name."""


def walk(file: bytes, start: int = 12, end: int | None = None) -> list[tuple[bytes, bytes]]:
    """Name and content of each chunk."""
    found, at = [], start
    end = 8 + struct.unpack_from("<I", file, 4)[0] if end is None else end
    while at < end:
        name, size = struct.unpack_from("<4sI", file, at)
        found.append((name, file[at + 8 : at + 8 + size]))
        at += 8 + size + (size & 1)
    return found


def coded(file: bytes) -> list[tuple[bytes, bytes]]:
    """The chunks that make pixels, those of animation frames included."""
    found: list[tuple[bytes, bytes]] = []
    for name, content in walk(file):
        if name == b"ANMF":
            found.append((b"frame", content[:16]))
            inner = walk(content, 16, len(content))
            found += [part for part in inner if part[0] in (b"VP8 ", b"VP8L", b"ALPH")]
        elif name in (b"VP8 ", b"VP8L", b"ALPH", b"ANIM"):
            found.append((name, content))
    return found


def flags(file: bytes) -> int | None:
    """The flags of VP8X, where there is one."""
    return next((content[0] for name, content in walk(file) if name == b"VP8X"), None)


def photo(mode: str = "RGB", **options: object) -> bytes:
    """A WebP of nothing but its pixels: lossy unless ``lossless``."""
    return samples.encoded(samples.picture(mode), "WEBP", **options)


def extended(*, icc: bytes = b"", metadata: tuple[bytes, ...] = (), **options: object) -> bytes:
    """A WebP with VP8X, whatever stands in it."""
    simple = photo(**options)  # type: ignore[arg-type]
    width, height = samples.picture().size
    kinds = {part[:4] for part in metadata}
    bits = 0x20 * bool(icc) | 0x08 * (b"EXIF" in kinds) | 0x04 * (b"XMP " in kinds)
    sides = (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
    head = chunk(b"VP8X", bytes((bits, 0, 0, 0)) + sides)
    profile = chunk(b"ICCP", icc) if icc else b""
    return riff(head, profile, simple[12:], *metadata)


def animation() -> bytes:
    frames = [samples.picture("RGBA", seed=seed) for seed in (1, 2, 3)]
    return samples.encoded(
        frames[0], "WEBP", save_all=True, append_images=frames[1:], duration=[30, 40, 50]
    )


def with_chunk_in_frames(file: bytes, extra: bytes) -> bytes:
    """An animation whose every frame ends with one chunk more."""
    parts = []
    for name, content in walk(file):
        more = extra if name == b"ANMF" else b""
        parts.append(chunk(name, content + more))
    return riff(*parts)
