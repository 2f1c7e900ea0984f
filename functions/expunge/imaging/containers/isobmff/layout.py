"""From a file's structure to the `Layout` that every container answers with."""

from __future__ import annotations

from typing import TYPE_CHECKING

from expunge.errors import MalformedImage
from expunge.imaging.containers.block import Block, Kind, Layout
from expunge.imaging.containers.isobmff.boxes import Box, Fields, codes
from expunge.imaging.containers.isobmff.file import File, property_kinds, read
from expunge.imaging.containers.isobmff.items import ITEM, Item, Meta
from expunge.imaging.containers.isobmff.kinds import (
    kind_of_box,
    payload_start,
    tiff_in,
)
from expunge.imaging.containers.isobmff.tree import Node, printable
from expunge.imaging.limits import LIMITS

if TYPE_CHECKING:
    from collections.abc import Iterator

AVIF_BRANDS = codes("avif avis avio")
HEIF_BRANDS = codes(
    "mif1 mif2 mif3 msf1 miaf 1pic pred heic heix heim heis hevc hevx hevm hevs "
    "j2ki j2is jpeg jpgs avci avcs vvic vvis"
)
"""All of them pictures in HEIF, which goes by the name of its commonest kind, HEIC."""

PICTURE_HANDLERS = codes("pict vide auxv")


def parse(data: bytes) -> Layout:
    """Read a HEIC, HEIF or AVIF file; see `expunge.imaging.containers.block.Container`."""
    LIMITS.check_bytes(len(data))
    file = read(data)
    width, height, frames = _measure(file)
    blocks = sorted(blocks_of(file), key=lambda block: block.offset)
    LIMITS.check_blocks(len(blocks))
    return Layout(
        media_type=_media_type(file.brands),
        width=width,
        height=height,
        frames=frames,
        orientation=_orientation(file),
        blocks=tuple(blocks),
    )


def _media_type(brands: tuple[str, ...]) -> str:
    present = set(brands)
    if present & AVIF_BRANDS:
        return "image/avif"
    if present & HEIF_BRANDS:
        return "image/heic"
    raise MalformedImage(f"the file's brand, {printable(brands[0])}, is none of a picture")


def _measure(file: File) -> tuple[int, int, int]:
    """Width, height and frames, held against the limits."""
    frames = 1
    size = None
    for box in file.meta.properties if file.meta else ():
        if box.type == "ispe":
            LIMITS.check_picture(*_ispe(file, box))
    if file.meta:
        boxes = list(file.meta.properties_of(file.meta.primary, "ispe"))
        size = _ispe(file, boxes[0]) if boxes else None
    track = next((t for t in file.tracks if t.handler in {"pict", "vide"}), None)
    if track:
        frames = max(1, track.samples)
        LIMITS.check_picture(track.width, track.height, frames)
        size = size or (track.width, track.height)
    if size is None:
        raise MalformedImage("the primary item has no size (ispe)")
    return *size, frames


def _ispe(file: File, box: Box) -> tuple[int, int]:
    fields = Fields(file.data, box.body + 4, box.end, "ispe")
    return fields.unsigned(4), fields.unsigned(4)


# EXIF orientation after a quarter turn anti-clockwise, and after a mirror, by EXIF orientation.
_TURNED = {1: 8, 2: 7, 3: 6, 4: 5, 5: 2, 6: 1, 7: 4, 8: 3}
_UPSIDE_DOWN = {1: 4, 2: 3, 3: 2, 4: 1, 5: 8, 6: 7, 7: 6, 8: 5}
_LEFT_RIGHT = {1: 2, 2: 1, 3: 4, 4: 3, 5: 6, 6: 5, 7: 8, 8: 7}


def _orientation(file: File) -> int:
    """What ``irot`` and ``imir`` of the primary item amount to (ISO/IEC 23008-12, 6.5.10, 6.5.12).

    They are what viewers apply; an Exif item's orientation only informs.
    """
    found = 1
    meta = file.meta
    for number, _ in meta.associations.get(meta.primary, ()) if meta else ():
        box = meta.properties[number - 1] if meta else None
        if box is None or box.type not in {"irot", "imir"} or box.body == box.end:
            continue
        value = file.data[box.body]
        if box.type == "irot":
            for _ in range(value & 3):
                found = _TURNED[found]
        else:
            found = (_LEFT_RIGHT if value & 1 else _UPSIDE_DOWN)[found]
    return found


def blocks_of(file: File) -> Iterator[Block]:
    """Everything in the file that can be named, and so be dropped, on its own."""
    for node in file.nodes:
        if node.box.type == "ftyp":
            yield _block(file, Kind.CODED, node.path, node.box)
        elif node.box.type not in {"mdat", "meta", "moov"}:
            yield from _foreign(file, node)
        elif node.box.type == "meta" and file.meta is None:
            yield _block(file, Kind.VENDOR, node.path, node.box)
        elif node.children is not None:
            yield from _inside(file, node)
    if file.rest:
        yield _block(file, Kind.TRAILER, "trailer", file.rest)
    if file.meta:
        yield from _items(file, file.meta)
        yield from _properties(file, file.meta)
    for path, (start, end) in file.gaps():
        yield Block(Kind.VENDOR, "mdat", path, start, end - start, file.data[start:end])


def _block(file: File, kind: Kind, path: str, box: Box) -> Block:
    data = file.data[payload_start(file.data, box) : box.end]
    return Block(kind, printable(box.type).strip(), path, box.start, box.end - box.start, data)


def _foreign(file: File, node: Node) -> Iterator[Block]:
    """A box that no picture needs; padding that holds nothing is left alone."""
    box = node.box
    if box.type in {"free", "skip", "wide"} and not any(file.data[box.body : box.end]):
        return
    yield _block(file, kind_of_box(box), node.path, box)


def _inside(file: File, node: Node) -> Iterator[Block]:
    """What stands in ``meta`` or ``moov``, level by level, and need not."""
    for child in node.children or ():
        if not child.needed:
            yield from _foreign(file, child)
        elif child.box.type == "trak":
            yield from _track(file, child)
            yield from _inside(file, child)
        elif child.children is not None:
            yield from _inside(file, child)
        elif child.box.type in {"mvhd", "tkhd", "mdhd"}:
            yield from _times(file, child)


def _track(file: File, node: Node) -> Iterator[Block]:
    """A track, and its chunks of samples where they are pictures."""
    track = file.track_of(node)
    kind = Kind.STRUCTURE if track.handler in PICTURE_HANDLERS else Kind.VENDOR
    if "thmb" in track.references:
        kind = Kind.THUMBNAIL
    yield _block(file, kind, node.path, node.box)
    for number, (start, end) in enumerate(file.chunk_spans(track)):
        if kind is Kind.STRUCTURE:
            path = f"{node.path}/chunk[{number}]"
            yield Block(Kind.CODED, "chunk", path, start, end - start, file.data[start:end])


def times_in(data: memoryview, box: Box) -> tuple[int, int]:
    """Where creation and modification time stand in a ``mvhd``, ``tkhd`` or ``mdhd`` box."""
    start = box.body + 4
    return start, min(box.end, start + (16 if bytes(data[box.body : box.body + 1]) == b"\1" else 8))


def _times(file: File, node: Node) -> Iterator[Block]:
    start, end = times_in(file.data, node.box)
    if any(file.data[start:end]):
        yield Block(
            Kind.VENDOR, "times", f"{node.path}/times", start, end - start, file.data[start:end]
        )


def _items(file: File, meta: Meta) -> Iterator[Block]:
    budget = 4 * len(file.data)
    for item in meta.items.values():
        kind = file.kinds[item.id]
        data = _content(file, meta, item)
        budget -= len(data)
        if budget < 0 and len(item.location.extents) > 1:
            raise MalformedImage("the items share far more bytes than the file has")
        if item.type == "jpeg" and kind is Kind.CODED and bytes(data[:3]) == b"\xff\xd8\xff":
            kind = Kind.PICTURE
        spans = file.item_spans(item) or [(item.entry.start, item.entry.end)]
        yield Block(
            kind,
            printable(item.type).strip(),
            item_path(item),
            spans[0][0],
            spans[0][1] - spans[0][0],
            tiff_in(data) if item.type == "Exif" else data,
        )


def item_path(item: Item) -> str:
    return f"meta/iinf/{printable(item.type).strip()}[{item.id}]"


def _content(file: File, meta: Meta, item: Item) -> memoryview:
    """An item's bytes: a view where they lie in one piece."""
    if item.location.method == ITEM:
        return _from_item(file, meta, item)
    spans = file.item_spans(item)
    if len(spans) == 1:
        return file.data[spans[0][0] : spans[0][1]]
    if sum(end - start for start, end in spans) > len(file.data):
        raise MalformedImage(f"item {item.id} has more bytes than the file")
    return memoryview(b"".join(file.data[start:end] for start, end in spans))


def _from_item(file: File, meta: Meta, item: Item) -> memoryview:
    """The bytes of an item that are a part of another's, found by an ``iloc`` reference."""
    ref = next((r for r in meta.references if r.type == "iloc" and r.source == item.id), None)
    source = meta.items.get(ref.targets[0]) if ref and ref.targets else None
    if source is None or source.location.method == ITEM or len(item.location.extents) != 1:
        return memoryview(b"")
    extent = item.location.extents[0]
    return _content(file, meta, source)[extent.offset : extent.offset + extent.length]


def _properties(file: File, meta: Meta) -> Iterator[Block]:
    used = {number for pairs in meta.associations.values() for number, _ in pairs}
    for number, (box, kind) in enumerate(
        zip(meta.properties, property_kinds(meta), strict=True), 1
    ):
        path = property_path(number, box)
        content = file.data[box.body : box.end]
        if number not in used:
            yield Block(Kind.VENDOR, printable(box.type), path, box.start, len(content), content)
        else:
            yield Block(kind, printable(box.type), path, box.start, box.end - box.start, content)


def property_path(number: int, box: Box) -> str:
    """``number`` counts from 1, as ``ipma`` does."""
    return f"meta/iprp/ipco/{printable(box.type).strip()}[{number}]"
