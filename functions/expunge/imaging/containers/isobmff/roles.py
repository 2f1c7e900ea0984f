"""The purposes of a file's auxiliary images, and the metadata that describes them.

Auxiliary types: ISO/IEC 23008-12, 6.5.8 and annex D, ISO/IEC 23001-17, and the vendors' own.
Stereo pairs: ISO/IEC 23008-12, 6.8.5 (entity group ``ster``).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from expunge.imaging.containers.block import Role
from expunge.imaging.containers.isobmff.boxes import Fields, boxes
from expunge.imaging.limits import LIMITS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from expunge.imaging.containers.isobmff.items import Item, Meta

_ENDINGS = {
    "hdrgainmap": Role.GAIN_MAP,
    "auxid:2": Role.DEPTH,
    "auxiliary:depth": Role.DEPTH,
    "matte": Role.MATTE,
    "linearthumbnail": Role.ORIGINAL,
}
_ALPHA = ("auxid:1", "auxiliary:alpha")
"""Alpha is a part of its image, not a separate image."""


def roles_of(data: memoryview, meta: Meta) -> dict[int, Role]:
    """Return the purpose of each auxiliary image, by item. Tiles and alpha planes have none."""
    found = {item: Role.STEREO for item in stereo_pairs(data, meta) if item != meta.primary}
    for ref in meta.references:
        if ref.type == "auxl" and (role := _auxiliary_role(data, meta, ref.source)):
            found[ref.source] = role
        elif ref.type == "dimg" and _type_of(meta, ref.source) == "tmap":
            found |= dict.fromkeys(ref.targets[1:], Role.GAIN_MAP)
    return found


def described(meta: Meta, roles: dict[int, Role]) -> dict[int, Role]:
    """Return the role of the auxiliary image that each metadata item describes (``cdsc``)."""
    return {
        ref.source: roles[target]
        for ref in meta.references
        if ref.type == "cdsc"
        for target in ref.targets
        if target in roles
    }


def images_to_remove(meta: Meta, roles: dict[int, Role]) -> set[int]:
    """Return the auxiliary images to remove.

    These are originals from before an effect, and images of unknown purpose with metadata, since
    it is unknown which metadata they need. Sources of derived images stay.
    """
    derived_from = {t for ref in meta.references if ref.type == "dimg" for t in ref.targets}
    told = {target for ref in meta.references if ref.type == "cdsc" for target in ref.targets}
    return {
        item
        for item, role in roles.items()
        if (role is Role.ORIGINAL or (role is Role.OTHER and item in told))
        and item not in derived_from
    }


def stereo_pairs(data: memoryview, meta: Meta) -> set[int]:
    """Return the items of stereo pairs."""
    node = meta.node.child("grpl")
    return set(_members(data, node.box.body, node.box.end)) if node else set()


def _members(data: memoryview, start: int, end: int) -> Iterator[int]:
    for group in boxes(data, start, end, "meta/grpl"):
        if group.type == "ster":
            fields = Fields(data, group.body + 8, group.end, "meta/grpl/ster")
            count = fields.unsigned(4)
            LIMITS.check_blocks(count)
            yield from (fields.unsigned(4) for _ in range(count))


def auxiliary_type(data: memoryview, meta: Meta, item: int) -> str:
    """Return the type of an auxiliary image from ``auxC``; empty without one."""
    box = next(meta.properties_of(item, "auxC"), None)
    return Fields(data, box.body + 4, box.end, "auxC").string() if box else ""


def _auxiliary_role(data: memoryview, meta: Meta, item: int) -> Role | None:
    name = auxiliary_type(data, meta, item)
    if name.endswith(_ALPHA):
        return None
    return next((role for ending, role in _ENDINGS.items() if name.endswith(ending)), Role.OTHER)


def _type_of(meta: Meta, item: int) -> str:
    found: Item | None = meta.items.get(item)
    return found.type if found else ""
