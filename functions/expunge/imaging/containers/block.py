"""What every container module reads a file into: a row of blocks, and the header's facts.

A container is a sequence of *blocks* (JPEG marker segments, PNG and RIFF
chunks, ISO-BMFF boxes and items, GIF blocks) that together cover every byte
of the file. Nothing is decoded and nothing copied: a block holds a view into
the file.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol

from expunge.imaging import exif, xmp

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


class Kind(StrEnum):
    """What a block is for, as far as the container itself says."""

    CODED = "coded"
    """Coded pixels and what a decoder needs to read them; no rewrite changes a bit of it."""
    STRUCTURE = "structure"
    """What holds the container together (sizes, flags, tables of contents); rewritten to fit."""
    COLOUR = "colour"
    """How coded values become colours and sizes: ICC, nclx, gAMA, sRGB, cICP, pHYs, HDR facts."""
    EXIF = "exif"
    XMP = "xmp"
    IPTC = "iptc"
    """IPTC-IIM, and the Photoshop image resources that carry it."""
    C2PA = "c2pa"
    """A C2PA manifest store, or a piece of one (JUMBF superboxes)."""
    COMMENT = "comment"
    TEXT = "text"
    """Keyed text: PNG tEXt, zTXt and iTXt."""
    THUMBNAIL = "thumbnail"
    TRAILER = "trailer"
    """Bytes behind the end of the picture."""
    VENDOR = "vendor"
    """Application data of any other kind, and whatever this project does not know."""
    PICTURE = "picture"
    """A whole second picture (gain map, depth map, other view) with metadata of its own."""


class Role(StrEnum):
    """What a picture beside the first one is for."""

    GAIN_MAP = "gain_map"
    """How much brighter each pixel gets on an HDR display."""
    DEPTH = "depth"
    """Depth or disparity."""
    CONFIDENCE = "confidence"
    """How sure each depth is."""
    MATTE = "matte"
    """Which pixels are of a person, of hair, of the sky."""
    STEREO = "stereo"
    """The other eye's view."""
    ORIGINAL = "original"
    """The first picture as it was before an effect; no viewer shows it."""
    VIEW = "view"
    """Another shot or view of a series."""
    OTHER = "other"
    """Of a purpose that is not known here."""


@dataclass(frozen=True, slots=True)
class Block:
    """One piece of a file.

    ``data`` is the content without the container's own header (length,
    marker, four-character code, identifier string); ``offset`` and ``length``
    span the whole piece in the file, header included. A coded block's ``data``
    is the whole piece as a rewrite leaves it: apart from its span only where a
    surplus follows.
    """

    kind: Kind
    name: str
    """The container's own term: ``APP1``, ``iTXt``, ``EXIF``, ``uuid``."""
    path: str
    """Where it stands, unique in the file: ``APP1[2]``, ``meta/item[3]``."""
    offset: int
    length: int
    data: memoryview
    role: Role | None = None
    """Of a second picture, what it is for; of metadata, which of those it describes, if one."""


_SURPLUS = "surplus"


def surplus(of: Block, offset: int, length: int, data: memoryview) -> Block:
    """What a block has in it beside the fields that a decoder makes use of; it follows that block.

    ``offset`` and ``length`` span the rest of the piece, so that the two spans are all of it. A
    rewrite that drops a surplus writes the block before it anew, around that block's ``data``.
    """
    return Block(Kind.VENDOR, _SURPLUS, f"{of.path}/{_SURPLUS}", offset, length, data)


def is_surplus(block: Block) -> bool:
    return block.name == _SURPLUS and block.kind is Kind.VENDOR


@dataclass(frozen=True, slots=True)
class Layout:
    """What a file's header says, and its blocks in file order.

    Width and height are coded pixels, before orientation.
    """

    media_type: str
    width: int
    height: int
    frames: int
    orientation: int
    """EXIF orientation 1–8 that a viewer applies; 1 where nothing says otherwise."""
    blocks: tuple[Block, ...]
    broken: str = field(default="", kw_only=True)
    """Why the file can be looked at, as far as it goes, but not shown or rewritten; or nothing.
    Its width and height are 0 where they are not known."""
    canvas: tuple[int, int] | None = field(default=None, kw_only=True)
    """Width and height that a decoder may make room for, where the picture is smaller."""

    @property
    def unexamined(self) -> tuple[str, ...]:
        """What of this very file was not told from coded pixels, in words."""
        return ()

    @property
    def untold(self) -> tuple[str, ...]:
        """What of it there may be to find that was not read, in words."""
        return (self.broken,) if self.broken else ()

    @property
    def displayed(self) -> tuple[int, int]:
        """Width and height as viewers show it."""
        size = self.width, self.height
        return size if self.orientation <= 4 else size[::-1]


def orientation_in(blocks: Sequence[Block]) -> int:
    """The orientation that EXIF states, or else XMP, or else 1."""
    for read, kind in ((exif.orientation, Kind.EXIF), (xmp.orientation, Kind.XMP)):
        for block in blocks:
            if block.kind is kind and (value := read(block.data)):
                return value
    return 1


class Container(Protocol):
    """What each module of this package offers, as module-level functions."""

    def parse(self, data: bytes, *, like: Layout | None = None) -> Layout:
        """Read the structure.

        ``like`` is the layout of the file that this one was rewritten from: a
        container that has to search coded bytes for their end may compare them
        with that file's instead. The answer is the same.

        Raises
        ------
        expunge.errors.MalformedImage
            Where lengths, order or checks do not hold together; says where. A file that ends too
            early is read as far as it goes, see `Layout.broken`.
        expunge.errors.ImageTooLarge
            Past the limits of pixels, frames or blocks.
        """
        ...

    def rewrite(self, data: bytes, layout: Layout, edits: Mapping[int, bytes | None]) -> bytes:
        """The file without some blocks.

        ``edits`` maps an index into ``layout.blocks`` to new content
        (``Block.data``'s part of the block) or ``None`` to drop the block.
        Every other byte is copied.
        """
        ...
