"""Auxiliary images of a file: select those that stay, and the XMP that they need."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from expunge.imaging import xmp
from expunge.imaging.auxiliary import directory
from expunge.imaging.auxiliary.packet import essentials, listed_in, role_in
from expunge.imaging.containers.block import Block, Kind, Layout, Role

if TYPE_CHECKING:
    from collections.abc import Mapping


class Stripped(Protocol):
    """An auxiliary image after its own strip."""

    @property
    def data(self) -> bytes: ...

    @property
    def removed(self) -> tuple[Block, ...]: ...

    @property
    def kept(self) -> tuple[Block, ...]: ...


@dataclass(frozen=True, slots=True)
class AuxiliaryImages:
    """The auxiliary images of a file, before any removal."""

    dropped: frozenset[int]
    """Block indices of the images to remove."""
    roles: frozenset[Role]
    """Purposes of the images that stay."""
    within: Role | None
    """Purpose of this image, if it is itself an auxiliary image."""
    sizes: tuple[tuple[Role | None, int | None], ...]
    """Role and new length of each image that is a separate file; length ``None`` if removed."""

    @classmethod
    def of(
        cls,
        layout: Layout,
        pictures: Mapping[int, Stripped],
        within: Role | None,
        *,
        leave_all: bool,
    ) -> AuxiliaryImages:
        """``pictures`` are the stripped images that are separate files; ``leave_all`` keeps all."""
        roles = {i: b.role for i, b in enumerate(layout.blocks) if b.role and b.kind in _SHOWN}
        dropped = frozenset(
            index
            for index, picture in pictures.items()
            if not leave_all and _must_be_dropped(roles.get(index), picture)
        )
        sizes = (
            (roles.get(index), None if index in dropped else len(picture.data))
            for index, picture in pictures.items()
        )
        staying = {role for index, role in roles.items() if index not in dropped}
        return cls(dropped, frozenset(staying), within, tuple(sizes))

    def items(self, packet: memoryview) -> list[directory.Entry]:
        """Return the items for a packet's new directory, after the primary image.

        In HEIF, the images are items of the file, and the directory gives no locations.
        """
        if self.sizes:
            return directory.of_pictures(self.sizes)
        return [entry for entry in listed_in(packet) if entry.role in self.roles]


_SHOWN = (Kind.CODED, Kind.PICTURE)
_NOT_SHOWN = (Role.ORIGINAL, Role.CONFIDENCE, Role.OTHER)
"""Purposes of images that no viewer shows, and the unknown purpose."""


def _must_be_dropped(role: Role | None, picture: Stripped) -> bool:
    """Whether an image must go, because no viewer shows it or its parameters were removed.

    Apple's depth map has its parameters in its own XMP, and can stay. Google's has them in the
    primary image's XMP, in a structure that is removed.
    """
    kept = any(block.kind is Kind.XMP for block in picture.kept)
    described = any(block.kind is Kind.XMP and role_in(block.data) for block in picture.removed)
    return role in _NOT_SHOWN or (not kept and (described or role is Role.DEPTH))


def keep_needed_xmp(
    layout: Layout, removals: dict[int, bytes | None], auxiliary: AuxiliaryImages
) -> None:
    """Keep the XMP properties that the remaining auxiliary images need, beside others that stay."""
    written = False
    for index in layout.of(Kind.XMP):
        if index not in removals:
            continue
        block = layout.blocks[index]
        own = block.role or auxiliary.within
        roles = {own} if own else auxiliary.roles
        if not roles or (written and not own):
            continue
        items = [] if own else auxiliary.items(block.data)
        left = essentials(block.data, roles, first=not own, items=items)
        removals[index] = xmp.merged(removals[index], left)
        written |= not own and left is not None
