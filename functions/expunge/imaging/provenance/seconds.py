"""Second pictures of a file: which stay, and what has to be said of those that do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from expunge.imaging.auxiliary import directory
from expunge.imaging.auxiliary.packet import essentials, listed_in
from expunge.imaging.containers.block import Block, Kind, Layout, Role

if TYPE_CHECKING:
    from collections.abc import Mapping


class Stripped(Protocol):
    """A second picture after its own strip."""

    @property
    def data(self) -> bytes: ...

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

    def lengths(self, packet: memoryview) -> dict[int, int | None]:
        """By place in a packet's directory: the length of a picture, ``None`` where it goes.

        Pictures in a HEIF file lie within it, and its directory places none.
        """
        listed = listed_in(packet)
        if self.sizes:
            return directory.lengths(listed, self.sizes)
        return {at: e.length for at, e in enumerate(listed) if e.role in self.roles}


_SHOWN = (Kind.CODED, Kind.PICTURE)
_NOT_SHOWN = (Role.ORIGINAL, Role.CONFIDENCE, Role.OTHER)
"""Purposes of second pictures that no viewer shows, or that nobody knows."""


def _lacks_facts(role: Role | None, picture: Stripped) -> bool:
    """Whether a second picture cannot be kept whole: it is not shown, or has lost its numbers.

    A depth map is Apple's, with its numbers in its own XMP, or Google's, with its numbers in a
    structure of the first picture's that does not stay.
    """
    has_facts = any(block.kind is Kind.XMP for block in picture.kept)
    return role in _NOT_SHOWN or (role is Role.DEPTH and not has_facts)


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
        told_of = {} if own else seconds.lengths(block.data)
        lengths = {place: size for place, size in told_of.items() if size is not None}
        left = essentials(block.data, roles, first=not own, lengths=lengths)
        leaving[index] = left
        told |= not own and left is not None
