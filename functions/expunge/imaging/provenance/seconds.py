"""Second pictures of a file: which stay, and what has to be said of those that do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from expunge.imaging.auxiliary import directory
from expunge.imaging.auxiliary.packet import essentials, listed_in, role_in
from expunge.imaging.containers.block import Block, Kind, Layout, Role

if TYPE_CHECKING:
    from collections.abc import Mapping


class Stripped(Protocol):
    """A second picture after its own strip."""

    @property
    def data(self) -> bytes: ...

    @property
    def removed(self) -> tuple[Block, ...]: ...

    @property
    def kept(self) -> tuple[Block, ...]: ...


@dataclass(frozen=True, slots=True)
class Seconds:
    """What is known of a file's second pictures before anything goes."""

    going: frozenset[int]
    """Those that cannot be kept whole, by index of their blocks."""
    roles: frozenset[Role]
    """What those are for that stay."""
    within: Role | None
    """What this picture itself is for, where it is a second one."""
    sizes: tuple[tuple[Role | None, int | None], ...]
    """Role and new length of each that is a file of its own; ``None`` of one that goes."""

    @classmethod
    def of(
        cls,
        layout: Layout,
        pictures: Mapping[int, Stripped],
        within: Role | None,
        *,
        leave_all: bool,
    ) -> Seconds:
        """``pictures`` are those that are files of their own, stripped; ``leave_all`` keeps all."""
        roles = {i: b.role for i, b in enumerate(layout.blocks) if b.kind in _SHOWN and b.role}
        going = frozenset(
            index
            for index, picture in pictures.items()
            if not leave_all and _lacks_facts(roles.get(index), picture)
        )
        sizes = (
            (roles.get(index), None if index in going else len(picture.data))
            for index, picture in pictures.items()
        )
        staying = {role for index, role in roles.items() if index not in going}
        return cls(going, frozenset(staying), within, tuple(sizes))

    def items(self, packet: memoryview) -> list[directory.Entry]:
        """What a packet's directory, written anew, has to list behind the first picture.

        Pictures in a HEIF file lie within it, and its directory places none.
        """
        if self.sizes:
            return directory.of_pictures(self.sizes)
        return [entry for entry in listed_in(packet) if entry.role in self.roles]


_SHOWN = (Kind.CODED, Kind.PICTURE)
_NOT_SHOWN = (Role.ORIGINAL, Role.CONFIDENCE, Role.OTHER)
"""Purposes of second pictures that no viewer shows, or that nobody knows."""


def _lacks_facts(role: Role | None, picture: Stripped) -> bool:
    """Whether a second picture cannot be kept whole: it is not shown, or has lost its numbers.

    A depth map is Apple's, with its numbers in its own XMP, or Google's, with its numbers in a
    structure of the first picture's that does not stay.
    """
    kept = any(block.kind is Kind.XMP for block in picture.kept)
    told = any(block.kind is Kind.XMP and role_in(block.data) for block in picture.removed)
    return role in _NOT_SHOWN or (not kept and (told or role is Role.DEPTH))


def keep_facts(layout: Layout, leaving: dict[int, bytes | None], seconds: Seconds) -> None:
    """Leave of XMP what second pictures need to be shown as they were."""
    told = False
    for index, block in enumerate(layout.blocks):
        if block.kind is not Kind.XMP or index not in leaving:
            continue
        own = block.role or seconds.within
        roles = {own} if own else seconds.roles
        if not roles or (told and not own):
            continue
        items = [] if own else seconds.items(block.data)
        left = essentials(block.data, roles, first=not own, items=items)
        leaving[index] = left
        told |= not own and left is not None
