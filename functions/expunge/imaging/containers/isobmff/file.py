"""The structure of a HEIF or AVIF file: boxes, items, tracks and data areas."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from expunge.errors import MalformedImage
from expunge.imaging.containers.block import Kind, Role
from expunge.imaging.containers.isobmff.areas import Area, blank, complement, merge
from expunge.imaging.containers.isobmff.boxes import Box, Fields
from expunge.imaging.containers.isobmff.items import ITEM, Meta, read_meta
from expunge.imaging.containers.isobmff.kinds import (
    kind_of_item,
    kind_of_property,
    thumbnails_of,
    with_dependants,
)
from expunge.imaging.containers.isobmff.roles import (
    described,
    images_to_remove,
    roles_of,
    stereo_pairs,
)
from expunge.imaging.containers.isobmff.tracks import Track, read_tracks
from expunge.imaging.containers.isobmff.tree import TOP, Node, Tree

if TYPE_CHECKING:
    from collections.abc import Iterator

    from expunge.imaging.containers.isobmff.areas import Span
    from expunge.imaging.containers.isobmff.items import Item


@dataclass(slots=True)
class File:
    """The parsed structure of a file."""

    data: memoryview
    brands: tuple[str, ...]
    nodes: list[Node]
    rest: Box | None
    """Bytes after the last valid box."""
    broken: str
    """Why the file is incomplete; empty for a whole file."""
    meta: Meta | None
    moov: Node | None
    tracks: list[Track]
    areas: list[Area]
    kinds: dict[int, Kind]
    """Kind by item."""
    roles: dict[int, Role]
    """Purpose of an auxiliary image, by item."""
    subjects: dict[int, Role]
    """Role of the auxiliary image that metadata describes, by metadata item."""
    _by_path: dict[str, Track] = field(init=False)

    def __post_init__(self) -> None:
        self._by_path = {track.node.path: track for track in self.tracks}

    def item_spans(self, item: Item) -> list[Span]:
        """Return the spans of an item's bytes, cut at the end of the file."""
        if item.location.method == ITEM or item.location.reference:
            return []
        end = len(self.data)
        return [(min(e.offset, end), min(e.offset + e.length, end)) for e in item.location.extents]

    def chunk_spans(self, track: Track) -> list[Span]:
        """Return the spans of a track's chunks."""
        return [(offset, offset + length) for offset, length in track.chunks]

    def track_of(self, node: Node) -> Track:
        """Return the track of a ``trak`` box, or of a box inside one."""
        return self._by_path["/".join(node.path.split("/")[:2])]

    def gaps(self) -> Iterator[tuple[str, Span]]:
        """Yield the nonzero parts of data areas that no item and no track uses."""
        items = self.meta.items.values() if self.meta else ()
        used = merge(
            [span for item in items for span in self.item_spans(item)]
            + [span for track in self.tracks for span in self.chunk_spans(track)]
        )
        for area in self.areas:
            for number, (start, end) in enumerate(complement(used, area)):
                if not blank(self.data[start:end]):
                    yield f"{area.path}/unused[{number}]", (start, end)


def read(data: bytes) -> File:
    """Read the structure of a file, up to its end if it is truncated.

    Raises
    ------
    MalformedImage, ImageTooLarge
        See `expunge.imaging.containers.block.Container.parse`.
    """
    view = memoryview(data)
    tree = Tree(view)
    nodes, rest = tree.top()
    if not nodes or nodes[0].box.type != "ftyp":
        raise MalformedImage("the file does not begin with a file type box (ftyp)")
    _refuse_unsupported(nodes)
    broken = ""
    if rest is not None and _is_cut_short(view, rest):
        broken = f"the box at byte {rest.start:,} runs past the end of the file"
        if node := tree.cut(rest):
            nodes, rest = [*nodes, node], None
    moov = _only(nodes, "moov")
    meta = _picture_meta(view, _only(nodes, "meta"))
    if not meta and not moov:
        broken = broken or "the file has neither image items (meta) nor a sequence (moov)"
    pictures = roles_of(view, meta) if meta else {}
    return File(
        data=view,
        brands=_brands(view, nodes[0].box),
        nodes=nodes,
        rest=rest,
        broken=broken,
        meta=meta,
        moov=moov,
        tracks=read_tracks(view, moov) if moov else [],
        areas=_areas(nodes, meta),
        kinds=_kinds(meta, pictures) if meta else {},
        roles=pictures,
        subjects=described(meta, pictures) if meta else {},
    )


def _areas(nodes: list[Node], meta: Meta | None) -> list[Area]:
    areas = [Area(n.path, n.box.body, n.box.end) for n in nodes if n.box.type == "mdat"]
    if meta and meta.idat:
        areas.append(Area("meta/idat", meta.idat.body, meta.idat.end))
    return areas


def _refuse_unsupported(nodes: list[Node]) -> None:
    for node in nodes:
        if node.box.type == "mini":
            raise MalformedImage("files with a minimised image box (mini) are not supported")
        if node.box.type == "moof":
            raise MalformedImage("sequences in movie fragments (moof) are not supported")


def _is_cut_short(data: memoryview, rest: Box) -> bool:
    """Whether the unreadable rest is a known box that exceeds the file."""
    size = int.from_bytes(data[rest.start : rest.start + 4], "big")
    name = str(data[rest.start + 4 : rest.start + 8], "latin-1")
    return name in TOP and size not in range(2, 8)


def _only(nodes: list[Node], name: str) -> Node | None:
    found = [node for node in nodes if node.box.type == name]
    if len(found) > 1:
        raise MalformedImage(f"the file has {len(found)} {name} boxes")
    return found[0] if found else None


def _picture_meta(data: memoryview, node: Node | None) -> Meta | None:
    """The items of a ``meta`` box with an image handler."""
    handler = node.child("hdlr") if node else None
    if node is None or handler is None:
        return None
    fields = Fields(data, handler.box.body + 8, handler.box.end, handler.path)
    return read_meta(data, node) if fields.text(4) == "pict" else None


def _brands(data: memoryview, ftyp: Box) -> tuple[str, ...]:
    """The major brand, then the compatible brands."""
    raw = str(data[ftyp.body : ftyp.end], "latin-1")
    return (raw[:4], *(raw[at : at + 4] for at in range(8, len(raw) - 3, 4)))


def _kinds(meta: Meta, roles: dict[int, Role]) -> dict[int, Kind]:
    special = dict.fromkeys(with_dependants(meta, images_to_remove(meta, roles)), Kind.VENDOR)
    special |= dict.fromkeys(thumbnails_of(meta), Kind.THUMBNAIL)
    derived = {
        item for ref in meta.references if ref.type == "dimg" for item in (ref.source, *ref.targets)
    }
    return {
        item.id: kind_of_item(
            meta,
            item,
            special,
            pictured=item.id in derived or any(meta.properties_of(item.id, "ispe")),
        )
        for item in meta.items.values()
    }


def property_kinds(data: memoryview, meta: Meta) -> list[Kind]:
    """Return the kind of each property, in the order of ``ipco``."""
    essential = {
        number for pairs in meta.associations.values() for number, needed in pairs if needed
    }
    stereo = {
        number for item in stereo_pairs(data, meta) for number, _ in meta.associations.get(item, ())
    }
    return [
        kind_of_property(data, box, essential=number in essential, stereo=number in stereo)
        for number, box in enumerate(meta.properties, 1)
    ]
