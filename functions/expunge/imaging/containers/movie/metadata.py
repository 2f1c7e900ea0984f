"""Name the blocks of metadata in a movie header: one for each item of ``udta`` and ``ilst``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from expunge.imaging.containers.block import Block, Kind
from expunge.imaging.containers.isobmff.areas import blank
from expunge.imaging.containers.isobmff.boxes import Box
from expunge.imaging.containers.isobmff.kinds import kind_of_box, payload_start
from expunge.imaging.containers.isobmff.tree import printable
from expunge.imaging.containers.movie.grammar import METADATA, PADDING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from expunge.imaging.containers.movie.parts import Part

_IMAGES = ("covr", "thmb", "THMB", "PRVW", "CNTH", "tnai")
"""Items with an image: cover art, and thumbnails of cameras."""
_ITEM_KINDS = dict.fromkeys(_IMAGES, Kind.THUMBNAIL) | {"XMP_": Kind.XMP}
_WITH = frozenset(("hdlr", "keys"))
"""Boxes of ``meta`` that stay as long as one of its items does."""
_MAX_KEYS = 1_000


def is_metadata(part: Part) -> bool:
    """Whether a box was opened so that its items can be dropped one by one."""
    return not part.needed and part.type in METADATA and part.children is not None


def stays_with_items(part: Part) -> bool:
    return part.type in _WITH


def items(part: Part) -> Iterator[tuple[Part, Block]]:
    """Yield each item of a box of metadata, and its block. Padding of zeros is not a block."""
    keys: list[str] = []
    for child in part.children or ():
        if part.type == "meta" and child.type == "keys":
            keys = _keys(child)
        elif part.type == "meta" and child.type == "hdlr":
            continue
        elif is_metadata(child) and child.type == "ilst":
            yield from _listed(child, keys)
        elif is_metadata(child):
            yield from items(child)
        elif part.type == "udta" and kind_of_box(_box(child)) is Kind.VENDOR:
            kind = _ITEM_KINDS.get(child.type, Kind.TEXT)
            if child.type not in PADDING or not blank(child.body):
                yield child, _named(child, kind, "udta", _labelled(child))
        else:
            yield from foreign(child)


def foreign(part: Part) -> Iterator[tuple[Part, Block]]:
    """Yield the block of a box that no player needs."""
    if part.type in PADDING and blank(part.body):
        return
    box = _box(part)
    data = part.body[payload_start(part.body, box) :]
    kind = kind_of_box(box)
    name = printable(part.type).strip()
    yield part, Block(kind, name, part.path, part.start, part.length, data)


def _box(part: Part) -> Box:
    """The part as a box whose content is ``part.body``."""
    return Box(part.type, 0, 0, len(part.body), part.usertype)


def _named(part: Part, kind: Kind, name: str, path: str) -> Block:
    return Block(kind, name, path, part.start, part.length, part.body)


def _labelled(part: Part) -> str:
    """The path of an item whose type may begin with ©, which is not ASCII."""
    label = "".join(c if c.isprintable() and c not in "/[]" else "?" for c in part.type)
    parent, _, own = part.path.rpartition("/")
    return f"{parent}/{label.strip()}{own[own.find('[') :] if '[' in own else ''}"


def _keys(part: Part) -> list[str]:
    """The names that ``keys`` lists for the items of ``ilst``, in order."""
    found: list[str] = []
    at, view = 8, part.body
    while at + 8 <= len(view) and len(found) < _MAX_KEYS:
        size = int.from_bytes(view[at : at + 4], "big")
        if not 8 <= size <= len(view) - at:
            break
        found.append(bytes(view[at + 8 : at + size]).decode("utf-8", "replace"))
        at += size
    return found


def _listed(part: Part, keys: list[str]) -> Iterator[tuple[Part, Block]]:
    for child in part.children or ():
        number = int.from_bytes(child.type.encode("latin-1"), "big")
        name = keys[number - 1] if 0 < number <= len(keys) else child.type
        kind = _ITEM_KINDS.get(child.type, Kind.TEXT)
        if child.type not in PADDING or not blank(child.body):
            shown = "".join(c if c.isprintable() and c != "/" else "?" for c in name[:100])
            yield child, _named(child, kind, "ilst", f"{part.path}/{shown}")
