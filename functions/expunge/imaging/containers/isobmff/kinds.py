"""Classify items, properties and boxes.

Item types: ISO/IEC 23008-12, AV1 Image File Format, ISO/IEC 23001-17 (unci).
Properties: ISO/IEC 23008-12, 6.5, and the same sources.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from expunge.imaging import icc
from expunge.imaging.containers.block import Kind
from expunge.imaging.containers.isobmff.boxes import Fields, codes
from expunge.imaging.containers.isobmff.free_text import PROFILES, is_stereo_fact
from expunge.imaging.containers.isobmff.uuids import C2PA_UUID, kind_of_uuid

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from expunge.imaging.containers.isobmff.boxes import Box
    from expunge.imaging.containers.isobmff.items import Item, Meta

IMAGES = codes(
    "av01 avc1 evc1 hev1 hvc1 lhv1 lhe1 vvc1 j2k1 jpeg jxl1 unci grid iden iovl tili tmap sato"
)
"""Coded and derived images."""

_MIME = {
    "application/rdf+xml": Kind.XMP,
    "application/c2pa": Kind.C2PA,
    "application/x-c2pa-manifest-store": Kind.C2PA,
}

_COLOUR = codes("colr pixi mdcv clli cclv amve ndwt reve")
_TEXT = codes("udes altt")
_CODED = codes(
    "ispe hvcC av1C avcC evcC vvcC lhvC jpgC j2kH jxlC uncC cmpd cmpC icef cpat splz disi "
    "cloc auxC clap irot imir iscl pasp rloc rref lsel tols oinf a1op a1lx prdi subs tilC "
    "cmin cmex"
)


def kind_of_box(box: Box) -> Kind:
    """Return the kind of a box that no image needs."""
    if box.type == "uuid":
        return kind_of_uuid(box.usertype)[0]
    return {"xml ": Kind.XMP, "bxml": Kind.XMP, "jumb": Kind.C2PA}.get(box.type, Kind.VENDOR)


def kind_of_property(data: memoryview, box: Box, *, essential: bool, stereo: bool) -> Kind:
    """Return the kind of an item property. An invalid ICC profile is a vendor block.

    ``stereo`` means that an image of a stereo pair has the property. An unknown essential
    property decides whether a reader shows the item at all, so it counts as coded.
    """
    if box.type == "colr" and bytes(data[box.body : box.body + 4]) in PROFILES:
        return Kind.COLOUR if icc.length(data[box.body + 4 : box.end]) else Kind.VENDOR
    if box.type in _COLOUR:
        return Kind.COLOUR
    if box.type in _TEXT:
        return Kind.TEXT
    if box.type == "uuid" and stereo and is_stereo_fact(data, box):
        return Kind.CODED
    if box.type == "uuid":
        return kind_of_uuid(box.usertype)[0]
    return Kind.CODED if box.type in _CODED or essential else Kind.VENDOR


def kind_of_item(meta: Meta, item: Item, special: Mapping[int, Kind], *, pictured: bool) -> Kind:
    """Return the kind of an item.

    ``special`` holds kinds that follow from references to the item. ``pictured`` means that the
    item has a size or belongs to a derived image. If its type is unknown, it may be an image, so
    it counts as coded.
    """
    if item.id in special:
        return special[item.id]
    if item.type in IMAGES or item.id == meta.primary:
        return Kind.CODED
    if item.type == "mime":
        return _kind_of_mime(item.content_type.split(";")[0].strip().lower(), pictured=pictured)
    known = {"Exif": Kind.EXIF, "iptc": Kind.IPTC, "jumb": Kind.C2PA, "c2pa": Kind.C2PA}
    return known.get(item.type, Kind.CODED if pictured else Kind.VENDOR)


def _kind_of_mime(content_type: str, *, pictured: bool) -> Kind:
    if content_type.startswith("image/") and pictured:
        return Kind.CODED
    if content_type.startswith("text/"):
        return Kind.TEXT
    return _MIME.get(content_type, Kind.VENDOR)


def thumbnails_of(meta: Meta) -> set[int]:
    """Return the thumbnail items (source of a ``thmb`` reference), and items that only they use."""
    users, _ = _uses(meta)
    found = {ref.source for ref in meta.references if ref.type == "thmb"}
    return with_dependants(meta, {item for item in found if not users.get(item)})


def with_dependants(meta: Meta, first: Iterable[int]) -> set[int]:
    """Add to some items all items that only they use, except the primary item.

    An item uses the tiles of its derived image (``dimg``) and its auxiliary images (``auxl``
    refers from those to it).
    """
    users, uses = _uses(meta)
    found = {item for item in first if item in meta.items and item != meta.primary}
    waiting = list(found)
    while waiting:
        for used in uses.get(waiting.pop(), ()):
            users[used] -= 1
            if not users[used] and used not in found and used != meta.primary:
                found.add(used)
                waiting.append(used)
    return found


def _uses(meta: Meta) -> tuple[dict[int, int], dict[int, list[int]]]:
    """Return the number of users of each item, and the items that each item uses."""
    users: dict[int, int] = {}
    uses: dict[int, list[int]] = {}
    for ref in meta.references:
        for target in ref.targets if ref.type in {"dimg", "auxl"} else ():
            user, used = (ref.source, target) if ref.type == "dimg" else (target, ref.source)
            users[used] = users.get(used, 0) + 1
            uses.setdefault(user, []).append(used)
    return users, uses


def payload_start(data: memoryview, box: Box) -> int:
    """Return the offset of the metadata in a box.

    A C2PA box starts with version, flags and a purpose. A manifest store follows the offset of
    the Merkle box (C2PA 2.1, A.5.3). A JUMBF superbox is a manifest store itself.
    """
    if box.type == "jumb":
        return box.start
    if box.usertype != C2PA_UUID or box.end - box.body < 4:
        return box.body
    fields = Fields(data, box.body, box.end, "uuid[c2pa]")
    fields.full_box()
    if fields.string() in {"manifest", "original", "update"} and box.end - fields.at >= 8:
        fields.skip(8)
    return fields.at


EXIF_HEADER = bytes(4)
"""Start of an Exif item: the offset of the TIFF header after it (ISO/IEC 23008-12, A.2.1)."""


def tiff_in(content: memoryview) -> memoryview:
    """Return the TIFF structure in an Exif item, or in a JPEG XL ``Exif`` box of the same form."""
    return content[4 + int.from_bytes(content[:4], "big") :]
