"""Files of every container with the same blocks of metadata."""

from __future__ import annotations

import struct
import zlib
from dataclasses import dataclass
from hashlib import md5

from tests import samples
from tests.samples import gif, isobmff, jpeg, jxl, webp
from tests.unit import tiffs
from tests.unit.movies import mp4, webm
from tests.unit.private import fields
from tests.unit.provenance import making


@dataclass
class Blocks:
    """The blocks to put in a file."""

    exif: bytes
    xmp: bytes
    iim: bytes
    texts: tuple[str, ...] = ()
    compressed: bool = False
    """Whether texts and packets of PNG are compressed."""
    profiles: bool = False
    """Whether PNG holds the blocks as ImageMagick's profiles."""
    extended: bytes = b""
    """A packet of extended XMP, in JPEG."""
    credited: str = "OWED-artist"
    trailer: bytes = b""


def _jpeg(blocks: Blocks) -> bytes:
    parts = [making.app1_exif(blocks.exif)]
    parts.append(making.app1_xmp(blocks.xmp))
    if blocks.extended:
        half = len(blocks.extended) // 2
        for at, part in ((half, blocks.extended[half:]), (0, blocks.extended[:half])):
            digest = md5(blocks.extended).hexdigest().upper()
            head = digest.encode() + struct.pack(">II", len(blocks.extended), at)
            parts.append(
                making.segment(0xE1, b"http://ns.adobe.com/xmp/extension/\0" + head + part)
            )
    parts += [making.app13(blocks.iim), making.segment(0xFE, b"PRIV-comment")]
    parts.append(making.segment(0xEC, b"Ducky\0PRIV-ducky"))
    return jpeg.inserted(jpeg.photo(), *parts) + blocks.trailer


def _png(blocks: Blocks) -> bytes:
    chunks = []
    for keyword in blocks.texts:
        kind = fields.TEXTS[keyword]
        text = fields.value(kind, keyword)
        if keyword == "parameters":
            text = "OWED-prompt\nSteps: 20, Sampler: Euler, CFG scale: 7"
        raw = text.encode()
        if blocks.compressed:
            flags = b"\1\0\0\0"
            raw = zlib.compress(raw)
        else:
            flags = b"\0\0\0\0"
        chunks.append(making.chunk(b"iTXt", keyword.encode() + b"\0" + flags + raw))
    chunks.append(making.chunk(b"tIME", bytes((7, 0xEA, 5, 4, 3, 2, 1))))
    if blocks.profiles:
        for name, content in (
            ("exif", b"Exif\0\0" + blocks.exif),
            ("xmp", blocks.xmp),
            ("iptc", blocks.iim),
        ):
            text = f"\n{name}\n{len(content):8d}\n{content.hex()}\n".encode()
            head = f"Raw profile type {name}".encode() + b"\0\0"
            chunks.append(making.chunk(b"zTXt", head + zlib.compress(text)))
    else:
        flags, packet = b"\0\0\0\0", blocks.xmp
        if blocks.compressed:
            flags, packet = b"\1\0\0\0", zlib.compress(blocks.xmp)
        chunks.append(making.chunk(b"eXIf", blocks.exif))
        chunks.append(making.chunk(b"iTXt", b"XML:com.adobe.xmp\0" + flags + packet))
    return making.png(*chunks)


def _webp(blocks: Blocks) -> bytes:
    metadata = (webp.chunk(b"EXIF", blocks.exif), webp.chunk(b"XMP ", blocks.xmp))
    return webp.extended(metadata=metadata)


def _avif(blocks: Blocks) -> bytes:
    packet = isobmff.Item(3, b"mime", blocks.xmp, content_type=b"application/rdf+xml")
    structure = isobmff.Item(2, b"Exif", bytes(4) + blocks.exif)
    refers = ((b"cdsc", 2, (1,)), (b"cdsc", 3, (1,)))
    return isobmff.still().plus(structure, packet, references=refers).written()


def _jxl(blocks: Blocks) -> bytes:
    return jxl.boxed(isobmff.box(b"Exif", bytes(4), blocks.exif), isobmff.box(b"xml ", blocks.xmp))


def _gif(blocks: Blocks) -> bytes:
    packet = b"\x21\xff\x0bXMP DataXMP" + blocks.xmp + gif.MAGIC_TRAILER
    extensions = packet + gif.extension(0xFE, b"PRIV-comment")
    file = samples.encoded(samples.picture("P"), "GIF")
    at = gif.places(file)[0]
    return file[:at] + extensions + file[at:]


def _tiff(blocks: Blocks) -> bytes:
    extra = [
        (0x010F, 2, b"PRIV-make\0"), (0x013B, 2, blocks.credited.encode() + b"\0"),
        (0x8298, 2, b"OWED-copyright\0"), (0x0132, 2, b"PRIV-date\0"), (700, 1, blocks.xmp),
        (33723, 7, making.dataset(2, 80, b"OWED-byline") + making.dataset(2, 90, b"PRIV-city")),
        (34377, 1, blocks.iim),
    ]  # fmt: skip
    return tiffs.Tiff(metadata=False, gaps=False, extra=extra).file()


@dataclass
class Told(mp4.Movie):
    """A movie with more boxes in its header."""

    items: bytes = b""

    def _moov(self, offsets):
        return mp4.box(b"moov", super()._moov(offsets)[8:], self.items)


def _mp4(blocks: Blocks) -> bytes:
    def text(name: bytes, words: bytes) -> bytes:
        return mp4.box(name, struct.pack(">HH", len(words), 0x15C7), words)

    items = mp4.box(
        b"udta",
        text(b"\xa9xyz", b"PRIV+48.2+16.3/"), text(b"\xa9cpy", b"OWED-copyright"),
        text(b"\xa9ART", b"OWED-artist"), text(b"\xa9day", b"PRIV-2026"),
        mp4.box(b"XMP_", blocks.xmp),
    )  # fmt: skip
    packet = mp4.box(b"uuid", bytes.fromhex("be7acfcb97a942e89c71999491e3afac"), blocks.xmp)
    return (
        Told([mp4.Track(1, b"vide", b"avc1", [b"coded"])], junk=False, items=items).file() + packet
    )


def _webm(blocks: Blocks) -> bytes:
    def tag(name: bytes, words: bytes) -> bytes:
        return webm.element(0x67C8, webm.element(0x45A3, name), webm.element(0x4487, words))

    tags = webm.element(
        0x1254C367,
        webm.element(
            0x7373,
            webm.element(0x63C0, webm.number(0x68CA, 50), webm.element(0x63C5, b"PRIVUUID")),
            tag(b"ARTIST", blocks.credited.encode()), tag(b"DATE_RECORDED", b"PRIV-2026"),
            tag(b"COPYRIGHT", b"OWED-copyright"), tag(b"LOCATION", b"PRIV-place"),
        ),
    )  # fmt: skip
    file = webm.WebM([[(1, b"coded")]], cues=False, junk=False).file()
    body, end = webm.segment_of(file)
    return file[: file.index(b"\x18\x53\x80\x67")] + webm.element(0x18538067, file[body:end] + tags)


CONTAINERS = {
    "jpeg": _jpeg, "png": _png, "webp": _webp, "avif": _avif, "jxl": _jxl, "gif": _gif,
    "tiff": _tiff, "mp4": _mp4, "webm": _webm,
}  # fmt: skip
SUFFIXES = {"jpeg": "jpg", "tiff": "tif", "webm": "mkv"}
UTF_8_ONLY = ("gif",)
"""Containers that cannot hold a packet with zero bytes."""
