"""GIF files by Pillow, and the extensions that files in the wild carry."""

from functools import cache

from tests import samples


def extension(label: int, *parts: bytes) -> bytes:
    return bytes([0x21, label]) + b"".join(bytes([len(part)]) + part for part in parts) + b"\0"


def application(name: bytes, *parts: bytes) -> bytes:
    return extension(0xFF, name, *parts)


MAGIC_TRAILER = bytes([1, *range(255, -1, -1), 0])

METADATA = {
    "comment": extension(0xFE, b"SECRET", b"SECRET"),
    "XMP": b"\x21\xff\x0bXMP DataXMP" + b"<x:xmpmeta SECRET/>" * 20 + MAGIC_TRAILER,
    "XMP in sub-blocks": application(b"XMP DataXMP", b"<x:xmpmeta SECRET/>"),
    "C2PA": application(b"C2PA_GIF\1\0\0", b"SECRET" * 20),
    "Photoshop": application(b"MGK8BIM0000", b"8BIM SECRET"),
    "vendor": application(b"SECRETAPP10", b"SECRET"),
    "plain text": extension(0x01, bytes(12), b"SECRET"),
    "unknown": extension(0x42, b"SECRET"),
}


@cache
def animation() -> bytes:
    """Three frames that loop, with transparency, delays and a colour table of their own."""
    frames = [samples.picture("P", (40, 24), seed) for seed in (1, 2, 3)]
    return samples.encoded(
        frames[0],
        "GIF",
        save_all=True,
        append_images=frames[1:],
        duration=[50, 90, 130],
        loop=3,
        transparency=5,
        disposal=2,
    )


def places(file: bytes) -> list[int]:
    """Where blocks begin, the end included."""
    at = 13 + (3 << (file[10] & 7) + 1 if file[10] & 0x80 else 0)
    found = [at]
    while file[at] != 0x3B:
        if file[at] == 0x2C:
            at += 11 + (3 << (file[at + 9] & 7) + 1 if file[at + 9] & 0x80 else 0)
        else:
            at += 2
        while file[at]:
            at += file[at] + 1
        at += 1
        found.append(at)
    return found
