"""HEIF files put together box by box around pictures that Pillow coded."""

import struct
from dataclasses import dataclass, field, replace
from functools import cache

from tests import samples

C2PA = bytes.fromhex("d8fec3d61b0e483c92975828877ec481")
XMP = bytes.fromhex("be7acfcb97a942e89c71999491e3afac")


def box(name: bytes, *content: bytes) -> bytes:
    body = b"".join(content)
    return struct.pack(">I4s", 8 + len(body), name) + body


def full(name: bytes, version: int, flags: int, *content: bytes) -> bytes:
    return box(name, struct.pack(">I", version << 24 | flags), *content)


def uuid(usertype: bytes, content: bytes) -> bytes:
    return box(b"uuid", usertype, content)


def walk(file: bytes, at: int = 0, end: int | None = None):
    """(type, start, body, end) of each box."""
    end = len(file) if end is None else end
    while at < end:
        size, name = struct.unpack_from(">I4s", file, at)
        size = size or end - at
        yield name, at, at + 8, at + size
        at += size


def find(file: bytes, *names: bytes) -> tuple[int, int]:
    """Body and end of a box, down by first children."""
    at, end = 0, len(file)
    for name in names:
        at, end = next((b, e) for n, _, b, e in walk(file, at, end) if n == name)
        at += 4 if name == b"meta" else 0
    return at, end


@dataclass(frozen=True)
class Item:
    """One item: its bytes, and properties as numbers from 1."""

    id: int
    type: bytes
    data: bytes
    properties: tuple[int, ...] = ()
    content_type: bytes = b""
    method: int = 0
    pieces: int = 1
    name: bytes = b""


@dataclass(frozen=True)
class Heif:
    """How a file is laid out."""

    items: tuple[Item, ...]
    properties: tuple[bytes, ...]
    references: tuple[tuple[bytes, int, tuple[int, ...]], ...] = ()
    primary: int = 1
    iloc_version: int = 1
    widths: tuple[int, int, int] = (4, 4, 0)
    """Of offset, length and base offset in iloc."""
    infe_version: int = 2
    wide_ipma: bool = False
    in_meta: tuple[bytes, ...] = ()
    before: tuple[bytes, ...] = ()
    after: tuple[bytes, ...] = ()
    hidden: bytes = b""
    """Put between the pieces of items in the mdat."""
    large_mdat: bool = False
    groups: tuple[bytes, ...] = field(default=())

    def written(self) -> bytes:
        area, idat, places = self._data()
        start = len(self._file(area, idat, places, 0)) - len(b"".join(self.after)) - len(area)
        return self._file(area, idat, places, start)

    def _data(self):
        """Content of mdat and idat, and each item's pieces in them; the pieces interleaved."""
        area, idat = b"", b""
        places: dict[int, list[tuple[int, int]]] = {item.id: [] for item in self.items}
        for turn in range(max(item.pieces for item in self.items)):
            for item in self.items:
                cut = len(item.data) // max(item.pieces, 1)
                last = turn == item.pieces - 1
                piece = item.data[turn * cut : None if last else (turn + 1) * cut]
                if turn >= item.pieces:
                    continue
                places[item.id].append((len(idat if item.method else area), len(piece)))
                if item.method:
                    idat += piece
                else:
                    area += piece + self.hidden
        return area, idat, places

    def _file(self, area, idat, places, start):
        mdat = struct.pack(">I4sQ", 1, b"mdat", 16 + len(area)) if self.large_mdat else None
        return b"".join(
            (
                box(b"ftyp", b"avif", bytes(4), b"avif", b"mif1", b"miaf"),
                *self.before,
                full(b"meta", 0, 0, *self._meta(idat, places, start)),
                mdat + area if mdat else box(b"mdat", area),
                *self.after,
            )
        )

    def _meta(self, idat, places, start):
        wide = self.infe_version == 3
        yield full(b"hdlr", 0, 0, bytes(4), b"pict", bytes(12), b"\0")
        yield full(b"pitm", int(wide), 0, self.primary.to_bytes(4 if wide else 2, "big"))
        yield self._iloc(places, start)
        yield full(
            b"iinf", int(wide), 0, len(self.items).to_bytes(4 if wide else 2, "big"), *self._infes()
        )
        size = 4 if wide else 2
        refs = [
            box(
                name,
                source.to_bytes(size, "big"),
                struct.pack(">H", len(targets)),
                *(target.to_bytes(size, "big") for target in targets),
            )
            for name, source, targets in self.references
        ]
        if refs:
            yield full(b"iref", int(wide), 0, *refs)
        yield box(b"iprp", box(b"ipco", *self.properties), self._ipma())
        if idat:
            yield box(b"idat", idat)
        if self.groups:
            yield box(b"grpl", *self.groups)
        yield from self.in_meta

    def _iloc(self, places, start):
        offset, length, base = self.widths
        wide = self.iloc_version == 2
        head = struct.pack(">BB", offset << 4 | length, base << 4)
        out = [head, len(self.items).to_bytes(4 if wide else 2, "big")]
        for item in self.items:
            out.append(item.id.to_bytes(4 if wide else 2, "big"))
            if self.iloc_version:
                out.append(struct.pack(">H", item.method))
            origin = 0 if item.method else start
            out += [bytes(2), (origin if base else 0).to_bytes(base, "big")]
            out.append(struct.pack(">H", item.pieces))
            for at, size in places[item.id]:
                out.append((at + (0 if base else origin)).to_bytes(offset, "big"))
                out.append(size.to_bytes(length, "big"))
        return full(b"iloc", self.iloc_version, 0, *out)

    def _infes(self):
        wide = self.infe_version == 3
        for item in self.items:
            content = item.id.to_bytes(4 if wide else 2, "big") + bytes(2) + item.type + item.name
            content += b"\0" + (item.content_type + b"\0" if item.content_type else b"")
            yield full(b"infe", self.infe_version, 0, content)

    def _ipma(self):
        size = 2 if self.wide_ipma else 1
        wide = self.infe_version == 3
        out = []
        for item in sorted(self.items, key=lambda item: item.id):
            out.append(item.id.to_bytes(4 if wide else 2, "big") + bytes([len(item.properties)]))
            out += [number.to_bytes(size, "big") for number in item.properties]
        held = struct.pack(">I", len(self.items))
        return full(b"ipma", int(wide), int(self.wide_ipma), held, *out)

    def plus(self, *items: Item, references=()):
        return replace(
            self, items=self.items + items, references=self.references + tuple(references)
        )


@cache
def coded(size: tuple[int, int] = (40, 24), seed: int = 1) -> tuple[bytes, tuple[bytes, ...]]:
    """An AV1 picture and its properties, by Pillow."""
    file = samples.encoded(samples.picture("RGB", size, seed), "AVIF", quality=60)
    body, end = find(file, b"mdat")
    start, stop = find(file, b"meta", b"iprp", b"ipco")
    return file[body:end], tuple(file[s:e] for _, s, _, e in walk(file, start, stop))


@cache
def still() -> Heif:
    """One picture as item 1."""
    data, properties = coded()
    numbers = tuple(range(1, len(properties) + 1))
    return Heif((Item(1, b"av01", data, numbers),), properties)


@cache
def with_thumbnail() -> Heif:
    """A picture, and a thumbnail as item 2 with properties of its own."""
    data, properties = coded((20, 12), 2)
    plain = still()
    first = len(plain.properties) + 1
    numbers = tuple(range(first, first + len(properties)))
    heif = replace(plain, properties=plain.properties + properties)
    return heif.plus(Item(2, b"av01", data, numbers), references=[(b"thmb", 2, (1,))])


METADATA = {
    "Exif": (b"Exif", b"", bytes(4) + samples.exif(6) + b"SECRET"),
    "XMP": (b"mime", b"application/rdf+xml", samples.XMP_ORIENTED + b"SECRET"),
    "C2PA": (b"mime", b"application/x-c2pa-manifest-store", b"SECRET manifest"),
    "text": (b"mime", b"text/plain", b"SECRET text"),
    "IPTC": (b"iptc", b"", b"SECRET iptc"),
    "uri": (b"uri ", b"urn:x", b"SECRET uri"),
    "regions": (b"rgan", b"", b"SECRET regions"),
}
"""Item type, content type, content."""

BOXES = {
    "C2PA": uuid(C2PA, bytes(4) + b"manifest\0" + bytes(8) + b"SECRET"),
    "XMP": uuid(XMP, b"<x:xmpmeta SECRET>"),
    "vendor": uuid(bytes(range(16)), b"SECRET"),
    "free": box(b"free", b"SECRET"),
    "motion photo": box(b"mpvd", b"SECRET video"),
    "Samsung": box(b"sefd", b"SECRET"),
    "user data": box(b"udta", b"SECRET"),
}


@cache
def animation() -> bytes:
    """Three frames, by Pillow."""
    frames = [samples.picture("RGB", (40, 24), seed) for seed in (1, 2, 3)]
    return samples.encoded(frames[0], "AVIF", save_all=True, append_images=frames[1:], duration=90)


def inserted_in_movie(file: bytes, extra: bytes, *names: bytes) -> bytes:
    """An animation with a box at the end of another in ``moov``, its offsets put right."""
    out = bytearray(file)
    at, end = 0, len(file)
    for name in names:
        at, start, end = next((b, s, e) for n, s, b, e in walk(file, at, end) if n == name)
        struct.pack_into(">I", out, start, end - start + len(extra))
    _shift(out, len(extra), end)
    out[end:end] = extra
    return bytes(out)


def _shift(out: bytearray, by: int, behind: int) -> None:
    at = -1
    while (at := out.find(b"stco", at + 1)) >= 0:
        count = struct.unpack_from(">I", out, at + 8)[0]
        for place in range(at + 12, at + 12 + 4 * count, 4):
            struct.pack_into(">I", out, place, struct.unpack_from(">I", out, place)[0] + by)
    start, end = find(bytes(out), b"meta", b"iloc")
    assert out[start : start + 6] == bytes([0, 0, 0, 0, 0x44, 0])
    for place in range(start + 8 + 6, end, 14):
        struct.pack_into(">I", out, place, struct.unpack_from(">I", out, place)[0] + by)
