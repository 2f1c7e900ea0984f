"""Find generation parameters hidden in the lowest bits of pixels («stealth pnginfo»).

Front ends of image generators (ashen-sensored/sd_webui_stealth_pnginfo, NovelAI) write a
signature of 15 bytes, a 32-bit length in bits, and the text, plain or gzipped. They use one bit
per pixel in alpha, or three in red, green and blue, column by column from the top. A lossless
strip cannot remove them, so they are only reported.

The first column of a PNG can be read without the others: there the Sub filter adds nothing, and
the Paeth filter equals Up. Rows are inflated one by one up to the first bit that differs from the
signature. In nearly every image this is within the first rows.
"""

from __future__ import annotations

import struct
import zlib
from typing import TYPE_CHECKING

from expunge.imaging.containers.block import Block, Kind, Layout
from expunge.imaging.provenance.fact import MAX_VALUE, Fact, decoded

if TYPE_CHECKING:
    from collections.abc import Iterator

    from PIL.Image import Image

ALPHA, COLOURS = (b"stealth_pnginfo", b"stealth_pngcomp"), (b"stealth_rgbinfo", b"stealth_rgbcomp")
HEAD_BITS = 8 * 15 + 32
"""Bits of signature and length."""
MAX_STRIDE = 1 << 18
"""Bytes of a row. Wider images are not searched."""
MAX_COLUMNS = 8
DEEP_PIXELS = 16_000_000
"""Up to this size the hidden text is decoded. Above it, only its presence is reported."""
_PIECE = 4096
_TRUECOLOUR = {2: 3, 6: 4}
"""Channels by PNG colour type, for truecolour images."""


def read(layout: Layout) -> Iterator[tuple[Block, Fact]]:
    """Find the signature in a PNG's pixels, and inflate as few rows as possible."""
    image_data = next((b for b in layout.blocks if b.name == "IDAT"), None)
    channels = _channels(layout)
    stride = 1 + layout.width * channels
    if image_data is None or not channels or stride > MAX_STRIDE:
        return
    signature = _signature(image_data, layout, channels, stride)
    if signature is not None:
        name = signature[:15].decode("ascii")
        (bits,) = struct.unpack(">I", signature[15:19])
        value = f"{name}, {bits // 8} bytes"
        yield image_data, Fact("stealth", name, "pixels", value, 0, image_data.length)


def deep(data: bytes, layout: Layout) -> Iterator[tuple[Block, Fact]]:
    """Read the hidden text from decoded pixels. Pillow is imported here."""
    block = next((b for b in layout.blocks if b.name in ("IDAT", "VP8L", "VP8 ")), None)
    if block is None or layout.width * layout.height > DEEP_PIXELS:
        return
    from io import BytesIO  # noqa: PLC0415

    from PIL import Image, UnidentifiedImageError  # noqa: PLC0415

    try:
        with Image.open(BytesIO(data)) as picture:
            picture.load()
            found = _hidden_text(picture)
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError):
        return
    if found is not None:
        name, text = found
        yield block, Fact("stealth", name, "pixels", text, 0, block.length)


def _channels(layout: Layout) -> int:
    """Number of channels (3 or 4) of an 8-bit truecolour PNG without interlacing, else 0."""
    header = next((b for b in layout.blocks if b.name == "IHDR"), None)
    if header is None:
        return 0
    # `Block.data` of a coded block is the whole chunk or only its content.
    depth, colour, _, _, interlace = struct.unpack(">8x5B", bytes(_content(header))[:13])
    return _TRUECOLOUR.get(colour, 0) if depth == 8 and interlace == 0 else 0


def _signature(block: Block, layout: Layout, channels: int, stride: int) -> bytes | None:
    """Signature and length, 19 bytes, or ``None`` if a bit differs."""
    height = layout.height
    for per_pixel, names in ((1, ALPHA), (3, COLOURS)):
        if per_pixel == 1 and channels == 3:
            continue
        pixels = -(-HEAD_BITS // per_pixel)
        columns = -(-pixels // height)
        if columns > min(MAX_COLUMNS, layout.width):
            continue
        rows = _rows(block, stride, channels, columns, min(height, pixels))
        head = _head(rows, channels, per_pixel, columns, names[0])
        if head is not None and head[:15] in names:
            return head
    return None


def _head(
    rows: Iterator[bytes], channels: int, per_pixel: int, columns: int, name: bytes
) -> bytes | None:
    """The first 152 bits by column, or ``None`` if the first column differs from the signature."""
    expected = _bits(name[:11])
    taken: list[list[int]] = [[] for _ in range(columns)]
    for row in rows:
        for column, bits in enumerate(taken):
            at = column * channels
            pixel = row[at + 3 : at + 4] if per_pixel == 1 else row[at : at + 3]
            bits.extend(byte & 1 for byte in pixel)
        first = taken[0]
        start = len(first) - per_pixel
        if first[start : len(expected)] != expected[start : len(first)]:
            return None
    bits = [bit for column in taken for bit in column]
    return _bytes(bits[:HEAD_BITS]) if len(bits) >= HEAD_BITS else None


def _rows(block: Block, stride: int, channels: int, columns: int, count: int) -> Iterator[bytes]:
    """The first pixels of the first rows, unfiltered (PNG specification, 9.2)."""
    width = columns * channels
    above = bytes(width)
    inflating = _inflated_rows(block, stride)
    for _ in range(count):
        raw = next(inflating, None)
        if raw is None:
            return
        row = bytearray(raw[1 : 1 + width])
        for i in range(width):
            left = row[i - channels] if i >= channels else 0
            corner = above[i - channels] if i >= channels else 0
            row[i] = row[i] + _predicted(raw[0], left, above[i], corner) & 0xFF
        above = bytes(row)
        yield above


def _predicted(kind: int, left: int, up: int, corner: int) -> int:
    if kind == 4:
        p = left + up - corner
        distances = abs(p - left), abs(p - up), abs(p - corner)
        return (left, up, corner)[distances.index(min(distances))]
    return (0, left, up, left + up >> 1)[kind] if kind < 4 else 0


def _inflated_rows(block: Block, stride: int) -> Iterator[bytes]:
    inflater = zlib.decompressobj()
    waiting = bytearray()
    try:
        for piece in _pieces(block):
            pending: bytes | memoryview = piece
            while len(pending):
                waiting += inflater.decompress(pending, stride)
                pending = inflater.unconsumed_tail
                while len(waiting) >= stride:
                    yield bytes(waiting[:stride])
                    del waiting[:stride]
    except zlib.error:
        return


def _pieces(block: Block) -> Iterator[memoryview]:
    """Yield the content of a run of IDAT chunks in small pieces."""
    data, at = block.data, 0
    while at + 8 <= len(data) and bytes(data[at + 4 : at + 8]) == b"IDAT":
        (length,) = struct.unpack_from(">I", data, at)
        content = data[at + 8 : at + 8 + length]
        for start in range(0, len(content), _PIECE):
            yield content[start : start + _PIECE]
        at += 12 + length


def _content(chunk: Block) -> memoryview:
    data = chunk.data
    return data[8:-4] if len(data) == chunk.length and chunk.kind is Kind.CODED else data


def _hidden_text(picture: Image) -> tuple[str, str] | None:
    from PIL import Image  # noqa: PLC0415

    if picture.mode not in ("RGB", "RGBA"):
        return None
    transposed = picture.transpose(Image.Transpose.TRANSPOSE)
    sources = [(transposed.getchannel("A").tobytes(), ALPHA)] if transposed.mode == "RGBA" else []
    for samples, names in [*sources, (transposed.convert("RGB").tobytes(), COLOURS)]:
        head = _bytes([sample & 1 for sample in samples[:HEAD_BITS]])
        if head[:15] not in names or len(head) < 19:
            continue
        (length,) = struct.unpack(">I", head[15:19])
        hidden = samples[HEAD_BITS : HEAD_BITS + min(length, 8 * (1 << 20))]
        text = _bytes([sample & 1 for sample in hidden])
        return head[:15].decode("ascii"), _text(text, compressed=head[11:15] == b"comp")
    return None


def _text(data: bytes, *, compressed: bool) -> str:
    if compressed:
        try:
            data = zlib.decompressobj(wbits=31).decompress(data, MAX_VALUE * 4)
        except zlib.error:
            return "a broken gzip stream"
    return decoded(data)


def _bits(data: bytes) -> list[int]:
    return [byte >> (7 - n) & 1 for byte in data for n in range(8)]


def _bytes(bits: list[int]) -> bytes:
    whole = len(bits) // 8
    return int("0" + "".join(map(str, bits[: 8 * whole])), 2).to_bytes(whole, "big")
