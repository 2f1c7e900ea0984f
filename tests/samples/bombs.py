"""Files of a wanted size that are made to cost more than their size: many tiny or hostile parts.

`BOMBS` names one writer for each kind. Each takes the size of the file in bytes.
"""

from __future__ import annotations

import struct
import zlib
from itertools import count
from typing import TYPE_CHECKING

import brotli

from tests import samples
from tests.samples import gif, isobmff, jpeg, jxl, png, webp
from tests.samples.isobmff import box, full
from tests.unit import tiffs
from tests.unit.movies import mp4, webm

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

RDF = (
    b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-'
    b'syntax-ns#"><rdf:Description rdf:about="" xmlns:a="urn:a">%b</rdf:Description></rdf:RDF>'
    b"</x:xmpmeta>"
)


def filled(parts: Iterator[bytes], size: int) -> list[bytes]:
    """The first parts that have so many bytes together."""
    taken, length = [], 0
    while length < size:
        taken.append(next(parts))
        length += len(taken[-1])
    return taken


def again(part: bytes, size: int) -> bytes:
    return part * max(size // len(part), 1)


def packet(size: int) -> bytes:
    """XMP whose properties are as short as they can be."""
    return RDF % b"".join(filled((b"<a:b%d>1</a:b%d>" % (n, n) for n in count()), size))


def attributes(size: int, value: bytes = b"1") -> bytes:
    """XMP of one element with ever so many attributes."""
    given = b"".join(filled((b' a:b%d="%b"' % (n, value) for n in count()), size))
    return RDF % (b"<a:c%b/>" % given)


def ifd(fields: int, at: int = 8, kind: int = 3) -> bytes:
    """EXIF of one directory with so many fields."""
    entries = b"".join(
        struct.pack("<HHII", 0x8000 + n % 0x7000, kind, 1, n % 9) for n in range(fields)
    )
    return struct.pack("<2sHIH", b"II", 42, at, fields) + entries + bytes(4)


def shared_ifd(fields: int, length: int) -> bytes:
    """EXIF whose fields all have the same bytes as their value."""
    entries = b"".join(
        struct.pack("<HHII", 0x8000 + n, 7, length, 14 + 12 * fields) for n in range(fields)
    )
    return struct.pack("<2sHIH", b"II", 42, 8, fields) + entries + bytes(4) + b"x" * length


def empty(size: int) -> bytes:
    """XMP of elements that say nothing."""
    return RDF % again(b"<a:b/>", size)


def deep(size: int) -> bytes:
    """XMP of elements in elements, as deep as is read."""
    return RDF % again(b"<a:b>" * 50 + b"</a:b>" * 50, size)


def roomy(size: int, least: int = 0) -> bytes:
    """Content of a part, of which 45,000 fill the file: blocks have a limit of 50,000."""
    return b"x" * max(size // 45_000, least)


def app1(head: bytes, content: bytes) -> bytes:
    return jpeg.segment(0xE1, head + content[: 65_000 - len(head)])


def jpeg_with(*parts: bytes) -> bytes:
    return jpeg.inserted(jpeg.photo(), *parts)


def in_the_codes(more: bytes) -> bytes:
    """A JPEG with a restart interval, and more in the middle of its coded data."""
    photo = jpeg.photo()
    at = photo.index(b"\xff\xda")
    middle = at + (len(photo) - at) // 2
    interval = b"\xff\xdd" + struct.pack(">HH", 4, 1)
    return photo[:at] + interval + photo[at:middle] + more + photo[middle:]


def scans(size: int) -> bytes:
    """A JPEG that says its scan again and again, as progressive ones do."""
    photo = jpeg.photo(progressive=True)
    at = photo.index(b"\xff\xda")
    end = photo.index(b"\xff\xda", at + 2)
    return photo[:at] + again(photo[at:end], size) + photo[at:]


def png_with(*parts: bytes) -> bytes:
    return png.inserted(png.drawing(), b"".join(parts))


def gif_with(*parts: bytes) -> bytes:
    file = gif.animation()
    at = gif.places(file)[0]
    return file[:at] + b"".join(parts) + file[at:]


def webp_with(*parts: bytes) -> bytes:
    return webp.extended(metadata=parts)


def jxl_with(*parts: bytes) -> bytes:
    return jxl.boxed(*parts)


def heif_with(*boxes: bytes) -> bytes:
    return isobmff.replace(isobmff.still(), after=boxes).written()


def nested(name: bytes, size: int) -> bytes:
    """A box in a box, and so on; a header has 8 bytes."""
    depth = max(size // 8, 1)
    return b"".join(struct.pack(">I4s", 8 * (depth - n), name) for n in range(depth))


def many_items(size: int, kind: bytes = b"Exif", pieces: int = 1) -> bytes:
    """A HEIF file with as many items as fit, each with a few bytes."""
    number = max(min(size // (50 + 8 * pieces), 8_000), 2)
    data = bytes(4) + samples.exif(6) if kind == b"Exif" else b"text"
    items = (
        isobmff.Item(n + 2, kind, data[: max(pieces, 12)], pieces=pieces) for n in range(number)
    )
    return isobmff.still().plus(*items).written()


def many_extents(size: int) -> bytes:
    item = isobmff.Item(2, b"Exif", bytes(4) + samples.exif(6) + bytes(size // 8), pieces=32_000)
    return isobmff.still().plus(item).written()


def shared_extents(size: int, pieces: int = 1) -> bytes:
    """Items that all have the same bytes, in so many pieces each."""
    items = tuple(
        isobmff.Item(n + 2, b"abcd", b"", pieces=pieces) for n in range(30_000 // pieces // 4)
    )
    heif = isobmff.still().plus(
        *items, isobmff.Item(60_000, b"mime", bytes(size), (), b"text/plain")
    )
    file = bytearray(heif.written())
    at = file.index(b"iloc")
    last = file.index(struct.pack(">HH", 60_000, 0), at)
    offset = file[last + 8 : last + 12]
    for item in items:
        start = file.index(struct.pack(">HHHH", item.id, 0, 0, pieces), at) + 8
        for piece in range(pieces):
            file[start + 8 * piece : start + 8 * piece + 8] = offset + struct.pack(
                ">I", size // pieces
            )
        at = start
    return bytes(file)


def many_references(size: int) -> bytes:
    """One reference with as many targets as fit, from each of many items."""
    heif = isobmff.still()
    targets = tuple([1] * min(size // 2, 65_000))
    rounds = max(size // (2 * len(targets) + 12), 1)
    return heif.plus(references=[(b"cdsc", 1, targets)] * rounds).written()


def many_properties(size: int) -> bytes:
    heif = isobmff.still()
    more = (box(b"free", b"x"),) * min(size // 9, 30_000)
    return isobmff.replace(heif, properties=heif.properties + more).written()


def associations(size: int) -> bytes:
    """Items that all name the same many properties."""
    heif = isobmff.still()
    number = max(min(size // 300, 60_000), 1)
    own = heif.items[0].properties
    many = tuple(own[n % len(own)] for n in range(255))
    items = tuple(isobmff.Item(n + 2, b"av01", b"x", many) for n in range(number))
    return heif.plus(*items).written()


def mpf(size: int) -> bytes:
    """Indexes of many further pictures, all at the same place."""
    entries = [(0, 100, 100)] * 4_000
    one = jpeg.mp_index(entries)
    return jpeg_with(again(one, size))


def pictures_in(size: int) -> bytes:
    """A JPEG with many small ones behind it, each with metadata."""
    second = jpeg.photo()
    number = min(size // len(second), 4_000)
    first = jpeg_with(jpeg.mp_index([(0, 0, 0)] * (number + 1)))
    base = first.index(b"MPF\0") + 4
    entries = [(0x20030000, len(first), 0)]
    entries += [(0, len(second), len(first) + n * len(second) - base) for n in range(number)]
    first = jpeg_with(jpeg.mp_index(entries))
    return first + second * number


def pages(size: int, *, metadata: bool = True) -> bytes:
    return tiffs.Tiff(pages=max(size // (1_100 if metadata else 300), 1), metadata=metadata).file()


class WithXmp(tiffs.Tiff):
    """Every page has XMP that says nothing, at length."""

    def _ifd(self, fields):
        return super()._ifd([*fields, (700, 1, empty(60_000))])


def xmp_pages(size: int) -> bytes:
    return WithXmp(pages=max(size // 60_000, 1), metadata=False).file()


def inflated_by_brotli() -> bytes:
    return brotli.compress(b" " * 1_000_000)


def fields_of_a_page(size: int) -> bytes:
    extra = [(40_000 + n, 1, b"x" * 8) for n in range(min(size // 20, 20_000))]
    return tiffs.Tiff(extra=extra).file()


def clusters(size: int, block: bytes) -> bytes:
    head = webm.element(0x1A45DFA3, webm.element(0x4282, b"webm"))
    tracks = webm.element(0x1654AE6B, webm.track(1, 1, b"V_VP8"))
    cluster = webm.element(0x1F43B675, webm.number(0xE7, 0), block * 1_000)
    return head + webm.element(0x18538067, tracks, again(cluster, size))


def webm_with(*parts: bytes) -> bytes:
    head = webm.element(0x1A45DFA3, webm.element(0x4282, b"webm"))
    tracks = webm.element(0x1654AE6B, webm.track(1, 1, b"V_VP8"))
    cluster = webm.element(0x1F43B675, webm.number(0xE7, 0), BLOCK * 3)
    return head + webm.element(0x18538067, tracks, *parts, cluster)


def movie_with(size: int, path: bytes, part: bytes) -> bytes:
    movie = mp4.Movie([mp4.Track(1, b"vide", b"avc1", [b"sample"] * 4)], junk=False).file()
    out, at = bytearray(movie), 0
    more = again(part, size)
    for kind in path.split():
        at = movie.index(kind, at) - 4
        (length,) = struct.unpack_from(">I", movie, at)
        struct.pack_into(">I", out, at, length + len(more))
    out[at + length : at + length] = more
    return bytes(out)


def text(keyword: bytes, content: bytes) -> bytes:
    return png.chunk(b"tEXt", keyword + b"\0" + content)


def inflating(size: int) -> bytes:
    """iTXt chunks, each of which inflates to a thousand times its size."""
    packed = zlib.compress(b" " * 1_000_000, 9)
    part = png.chunk(b"iTXt", b"XML:com.adobe.xmp\0\1\0\0\0" + packed)
    return png_with(again(part, size))


def iptc(size: int) -> bytes:
    """IIM data sets of one byte in a Photoshop resource."""
    sets = again(b"\x1c\2\x19\0\1x", min(size, 60_000))
    resource = b"8BIM\4\4\0\0" + struct.pack(">I", len(sets)) + sets + b"\0" * (len(sets) & 1)
    part = jpeg.segment(0xED, b"Photoshop 3.0\0" + resource)
    return jpeg_with(again(part, size))


def resources(size: int) -> bytes:
    held = again(b"8BIM\4\0\0\0\0\0\0\0", 60_000)
    return jpeg_with(again(jpeg.segment(0xED, b"Photoshop 3.0\0" + held), size))


EXIF, XMP = jpeg.EXIF, jpeg.XMP
SIMPLE = webm.element(0x67C8, webm.element(0x45A3, b"A"), webm.element(0x4487, b"b"))
TAG = webm.element(0x7373, webm.element(0x63C0), SIMPLE)
CUE = webm.element(
    0xBB, webm.number(0xB3, 0), webm.element(0xB7, webm.number(0xF7, 1), webm.number(0xF1, 0))
)
BLOCK = webm.element(0xA3, b"\x81\0\0\x80")

BOMBS: dict[str, Callable[[int], bytes]] = {
    "jpeg: xmp segments": lambda size: jpeg_with(again(app1(XMP, packet(60_000)), size)),
    "jpeg: xmp attributes": lambda size: jpeg_with(again(app1(XMP, attributes(60_000)), size)),
    "jpeg: xmp, same start": lambda size: jpeg_with(
        again(app1(XMP, attributes(60_000, b"1" * 20)), size)
    ),
    "jpeg: xmp, empty": lambda size: jpeg_with(again(app1(XMP, empty(60_000)), size)),
    "jpeg: xmp, deep": lambda size: jpeg_with(again(app1(XMP, deep(60_000)), size)),
    "jpeg: xmp, dots": lambda size: jpeg_with(again(app1(XMP, b"a." * 30_000), size)),
    "jpeg: xmp, words": lambda size: jpeg_with(again(app1(XMP, b"a:" + b"b.c-" * 15_000), size)),
    "jpeg: xmp, open values": lambda size: jpeg_with(again(app1(XMP, b'a:b="' * 12_000), size)),
    "jpeg: xmp, open elements": lambda size: jpeg_with(
        again(app1(XMP, (b"<a:b>" + b"x" * 60) * 900), size)
    ),
    "jpeg: xmp, more properties than are read": lambda size: jpeg_with(
        again(app1(XMP, RDF % again(b"<a:b>1</a:b>", 60_000)), size)
    ),
    "jpeg: xmp, orientations": lambda size: jpeg_with(
        again(app1(XMP, again(b' tiff:Orientation="1"', 60_000)), size)
    ),
    "jpeg: roomy comments": lambda size: jpeg_with(again(jpeg.segment(0xFE, roomy(size)), size)),
    "jpeg: roomy vendor segments": lambda size: jpeg_with(
        again(jpeg.segment(0xE4, roomy(size)), size)
    ),
    "jpeg: roomy xmp": lambda size: jpeg_with(again(app1(XMP, roomy(size)), size)),
    "jpeg: roomy exif": lambda size: jpeg_with(
        again(app1(EXIF, ifd(max(size // 45_000 // 12, 1))), size)
    ),
    "jpeg: exif joined often": lambda size: jpeg_with(
        again(app1(EXIF, samples.exif(6)) + app1(EXIF, roomy(size)), size)
    ),
    "jpeg: fill bytes at the end": lambda size: jpeg.photo()[:-2] + b"\xff" * size + b"\xff\xd9",
    "jpeg: fill bytes behind": lambda size: jpeg.photo() + b"\xff" * size,
    "jpeg: no end, fill bytes": lambda size: jpeg.photo()[:-2] + b"\xff" * size,
    "jpeg: fill bytes in the codes": lambda size: in_the_codes(b"\xff" * size),
    "jpeg: fills in the codes": lambda size: in_the_codes(again(b"\xff" * 99 + b"\0", size)),
    "jpeg: restarts in the codes": lambda size: in_the_codes(again(b"\xff\xd0", size)),
    "jpeg: scans": scans,
    "jpeg: extended xmp": lambda size: jpeg_with(
        *(
            app1(
                b"http://ns.adobe.com/xmp/extension/\0",
                b"%032X" % n + struct.pack(">II", 65_000, 0),
            )
            for n in range(size // 80)
        )
    ),
    "jpeg: exif blocks": lambda size: jpeg_with(again(app1(EXIF, samples.exif(6)), size)),
    "jpeg: tiny exif blocks": lambda size: jpeg_with(again(app1(EXIF, b"II*\0\x08\0\0\0"), size)),
    "jpeg: exif joined": lambda size: jpeg_with(
        app1(EXIF, samples.exif(6)), again(app1(EXIF, b"more"), size)
    ),
    "jpeg: exif joined, large": lambda size: jpeg_with(
        app1(EXIF, samples.exif(6)), again(app1(EXIF, b"m" * 60_000), size)
    ),
    "jpeg: exif fields": lambda size: jpeg_with(again(app1(EXIF, ifd(5_000)), size)),
    "jpeg: exif fields shared": lambda size: jpeg_with(
        again(app1(EXIF, shared_ifd(2_500, 30_000)), size)
    ),
    "jpeg: fill bytes": lambda size: jpeg_with(b"\xff" * size),
    "jpeg: fill bytes between": lambda size: jpeg_with(
        again(b"\xff" * 200 + jpeg.segment(0xFE, b""), size)
    ),
    "jpeg: garbage": lambda size: jpeg_with(again(b"\xff\0", size)),
    "jpeg: comments": lambda size: jpeg_with(again(jpeg.segment(0xFE, b""), size)),
    "jpeg: restarts": lambda size: jpeg.photo()[:-2] + again(b"\xff\xd0", size) + b"\xff\xd9",
    "jpeg: stuffing": lambda size: jpeg.photo()[:-2] + again(b"\xff\0", size) + b"\xff\xd9",
    "jpeg: iptc": iptc,
    "jpeg: resources": resources,
    "jpeg: mpf": mpf,
    "jpeg: pictures": pictures_in,
    "jpeg: jumbf": lambda size: jpeg_with(
        again(jpeg.segment(0xEB, b"JP\0\1\0\0\0\1\0\0\0\x10jumb" + bytes(8)), size)
    ),
    "jpeg: tables": lambda size: jpeg_with(again(jpeg.segment(0xDB, bytes([0, *[1] * 64])), size)),
    "jpeg: trailer of ends": lambda size: jpeg.photo() + again(b"\xff\xd8\xff\xd9", size),
    "jpeg: trailer of xml": lambda size: jpeg.photo() + again(b"<x:xmpmeta ", size),
    "png: small chunks": lambda size: png_with(again(png.chunk(b"teSt", b""), size)),
    "png: roomy texts": lambda size: png_with(again(text(b"a", roomy(size)), size)),
    "png: roomy chunks": lambda size: png_with(again(png.chunk(b"teSt", roomy(size)), size)),
    "png: roomy profiles": lambda size: png_with(
        again(text(b"Raw profile type exif", b"\nexif\n  90\n" + b"49" * 90), size)
    ),
    "png: xmp, empty": lambda size: png_with(
        again(png.chunk(b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0" + empty(1_900_000)), size)
    ),
    "png: xmp, dots": lambda size: png_with(
        again(png.chunk(b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0" + b"a." * 500_000), size)
    ),
    "png: parameters": lambda size: png_with(text(b"parameters", b"Steps: 1, " * (size // 10))),
    "png: json": lambda size: png_with(text(b"prompt", b'{"a":' * (size // 5))),
    "png: long json": lambda size: png_with(text(b"prompt", b"[" + b"1," * (size // 2) + b"1]")),
    "png: texts": lambda size: png_with(again(text(b"a", b"b"), size)),
    "png: raw profiles": lambda size: png_with(
        again(text(b"Raw profile type exif", b"\nexif\n  8\n49492a0008000000"), size)
    ),
    "png: xmp": lambda size: png_with(
        again(png.chunk(b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0" + packet(60_000)), size)
    ),
    "png: one xmp": lambda size: png_with(
        png.chunk(b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0" + packet(size))
    ),
    "png: nothing but angles": lambda size: png_with(
        png.chunk(b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0" + b"<a:b " * (size // 5))
    ),
    "png: nothing but colons": lambda size: png_with(
        png.chunk(b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0" + b"a:" * (size // 2))
    ),
    "png: inflating": inflating,
    "png: exif": lambda size: png_with(again(png.chunk(b"eXIf", samples.exif(6)), size)),
    "png: exif fields": lambda size: png_with(
        png.chunk(b"eXIf", ifd(min(size // 12, 65_000))),
        again(png.chunk(b"eXIf", ifd(60_000)), size),
    ),
    "png: exif fields shared": lambda size: png_with(
        png.chunk(b"eXIf", shared_ifd(min(size // 24, 30_000), size // 2))
    ),
    "png: image data in bytes": lambda size: png_with(again(png.chunk(b"IDAT", b""), size)),
    "gif: sub-blocks": lambda size: gif_with(b"\x21\xfe" + again(b"\1x", size) + b"\0"),
    "gif: sub-blocks of a name": lambda size: gif_with(
        b"\x21\xff\x0bSECRETAPP10" + again(b"\1x", size) + b"\0"
    ),
    "gif: sub-blocks of loops": lambda size: gif_with(
        b"\x21\xff\x0bNETSCAPE2.0" + again(b"\1x", size) + b"\0"
    ),
    "gif: sub-blocks of control": lambda size: gif_with(b"\x21\xf9" + again(b"\1x", size) + b"\0"),
    "gif: sub-blocks of a profile": lambda size: gif_with(
        b"\x21\xff\x0bICCRGBG1012" + again(b"\1x", size) + b"\0"
    ),
    "gif: sub-blocks of xmp": lambda size: gif_with(
        b"\x21\xff\x0bXMP DataXMP" + again(b"\1x", size) + b"\0"
    ),
    "gif: sub-blocks of pixels": lambda size: gif_with(
        struct.pack("<BHHHHBB", 0x2C, 0, 0, 8, 8, 0, 2) + again(b"\1x", size) + b"\0"
    ),
    "gif: comments": lambda size: gif_with(again(b"\x21\xfe\1x\0", size)),
    "gif: roomy comments": lambda size: gif_with(
        again(b"\x21\xfe" + b"\1x" * (size // 90_000) + b"\0", size)
    ),
    "gif: roomy applications": lambda size: gif_with(
        again(b"\x21\xff\x0bSECRETAPP10" + b"\1x" * (size // 90_000) + b"\0", size)
    ),
    "gif: roomy profiles": lambda size: gif_with(
        again(b"\x21\xff\x0bICCRGBG1012" + b"\1x" * (size // 90_000) + b"\0", size)
    ),
    "gif: long comments": lambda size: gif_with(again(b"\x21\xfe" + b"\1x" * 60_000 + b"\0", size)),
    "gif: frames": lambda size: gif_with(
        again(
            struct.pack("<BHHHHBB", 0x2C, 0, 0, 8, 8, 0, 2) + b"\1x" * (size // 9_000 // 2) + b"\0",
            size,
        )
    ),
    "gif: roomy controls": lambda size: gif_with(
        again(b"\x21\xf9" + b"\1x" * (size // 90_000) + b"\0", size)
    ),
    "gif: junk": lambda size: gif_with()[:-1] + again(b"!", size) + b";",
    "gif: junk of introducers": lambda size: gif_with()[:-1] + again(b"x,", size) + b";",
    "webp: chunks": lambda size: webp_with(again(webp.chunk(b"VEND", b""), size)),
    "webp: roomy chunks": lambda size: webp_with(again(webp.chunk(b"VEND", roomy(size)), size)),
    "webp: xmp, empty": lambda size: webp_with(again(webp.chunk(b"XMP ", empty(1_900_000)), size)),
    "webp: xmp": lambda size: webp_with(again(webp.chunk(b"XMP ", packet(60_000)), size)),
    "webp: exif": lambda size: webp_with(again(webp.chunk(b"EXIF", samples.exif(6)), size)),
    "webp: frames": lambda size: webp_with(again(webp.chunk(b"ANMF", bytes(16)), size)),
    "webp: chunks in frames": lambda size: webp.with_chunk_in_frames(
        webp.animation(), again(webp.chunk(b"VEND", b""), size // 3)
    ),
    "jxl: boxes": lambda size: jxl_with(again(box(b"abcd"), size)),
    "jxl: roomy boxes": lambda size: jxl_with(again(box(b"abcd", roomy(size)), size)),
    "jxl: roomy parts": lambda size: (
        jxl.boxed(parts=2) + again(box(b"jxlp", struct.pack(">I", 1), roomy(size)), size)
    ),
    "jxl: roomy jumbf": lambda size: jxl_with(again(box(b"jumb", bytes(8), roomy(size)), size)),
    "jxl: brotli": lambda size: jxl_with(again(box(b"brob", b"xml ", inflated_by_brotli()), size)),
    "jxl: xmp": lambda size: jxl_with(again(box(b"xml ", packet(60_000)), size)),
    "jxl: exif": lambda size: jxl_with(again(box(b"Exif", bytes(4), samples.exif(6)), size)),
    "jxl: parts": lambda size: jxl.boxed(parts=2) + again(box(b"jxlp", struct.pack(">I", 1)), size),
    "jxl: jumbf": lambda size: jxl_with(again(box(b"jumb", bytes(8)), size)),
    "jxl: deep jumbf": lambda size: jxl_with(nested(b"jumb", size)),
    "heif: boxes": lambda size: heif_with(again(box(b"abcd"), size)),
    "heif: deep boxes": lambda size: heif_with(nested(b"udta", size)),
    "heif: roomy boxes": lambda size: heif_with(again(box(b"abcd", roomy(size)), size)),
    "heif: roomy user data": lambda size: heif_with(
        box(b"udta", again(box(b"abcd", roomy(size)), size))
    ),
    "heif: uuid, empty": lambda size: heif_with(
        again(isobmff.uuid(isobmff.XMP, empty(1_900_000)), size)
    ),
    "heif: free": lambda size: heif_with(again(box(b"free"), size)),
    "heif: uuid": lambda size: heif_with(again(isobmff.uuid(isobmff.XMP, packet(60_000)), size)),
    "heif: exif items": many_items,
    "heif: other items": lambda size: many_items(size, b"abcd"),
    "heif: items in pieces": lambda size: many_items(size, b"abcd", 60),
    "heif: extents": many_extents,
    "heif: shared bytes": shared_extents,
    "heif: shared bytes in pieces": lambda size: shared_extents(size, 30),
    "heif: references": many_references,
    "heif: properties": many_properties,
    "heif: associations": associations,
    "tiff: pages": pages,
    "tiff: plain pages": lambda size: pages(size, metadata=False),
    "tiff: 9,000 pages": lambda size: tiffs.Tiff(pages=min(size // 1_000, 9_000)).file(),
    "tiff: xmp of pages": xmp_pages,
    "tiff: fields": fields_of_a_page,
    "webm: blocks": lambda size: clusters(size, BLOCK),
    "webm: voids": lambda size: clusters(size, webm.element(0xEC)),
    "webm: groups": lambda size: clusters(
        size, webm.element(0xA0, webm.element(0xA1, b"\x81\0\0\0"))
    ),
    "webm: roomy blocks": lambda size: clusters(
        size, webm.element(0xA3, b"\x81\0\0\x80", b"x" * 60)
    ),
    "webm: tags": lambda size: webm_with(webm.element(0x1254C367, again(TAG, size))),
    "webm: cues": lambda size: webm_with(webm.element(0x1C53BB6B, again(CUE, size))),
    "mp4: roomy boxes": lambda size: movie_with(size, b"moov", box(b"abcd", roomy(size))),
    "mp4: items": lambda size: movie_with(
        size, b"moov", box(b"udta", full(b"meta", 0, 0, box(b"ilst", box(b"\xa9too", bytes(40)))))
    ),
    "mp4: roomy fragments": lambda size: (
        movie_with(16, b"moov", box(b"free"))
        + again(box(b"moof", full(b"mfhd", 0, 0, bytes(4)), box(b"free", roomy(size, 100))), size)
    ),
    "mp4: xmp": lambda size: movie_with(size, b"moov", isobmff.uuid(isobmff.XMP, empty(1_900_000))),
    "mp4: boxes": lambda size: movie_with(size, b"moov", box(b"abcd")),
    "mp4: user data": lambda size: movie_with(size, b"moov", box(b"udta", box(b"\xa9xyz", b"x"))),
    "mp4: deep boxes": lambda size: movie_with(size, b"moov", nested(b"udta", size)),
    "mp4: fragments": lambda size: (
        movie_with(16, b"moov", box(b"free"))
        + again(box(b"moof", full(b"mfhd", 0, 0, bytes(4))), size)
    ),
    "mp4: free": lambda size: movie_with(16, b"moov", box(b"free")) + again(box(b"free"), size),
}
