"""The common data model of all containers: a `Layout` with a sequence of `Block` objects.

Blocks are JPEG marker segments, PNG and RIFF chunks, ISO-BMFF boxes and items, or GIF blocks.
Together they cover every byte of the file. Nothing is decoded or copied: a block holds a view
into the file.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple, Protocol

from expunge.imaging import exif, xmp

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from expunge.imaging.data import Data


class Kind(StrEnum):
    """The purpose of a block, as the container states it."""

    CODED = "coded"
    """Coded pixels and the data that a decoder needs to read them. No rewrite changes a bit."""
    STRUCTURE = "structure"
    """Container structure (sizes, flags, tables of contents). A rewrite updates it."""
    COLOUR = "colour"
    """Meaning of the coded values: ICC, nclx, gAMA, sRGB, cICP, pHYs, HDR metadata."""
    EXIF = "exif"
    XMP = "xmp"
    IPTC = "iptc"
    """IPTC-IIM, and the Photoshop image resources that contain it."""
    C2PA = "c2pa"
    """A C2PA manifest store, or a part of one (JUMBF superboxes)."""
    COMMENT = "comment"
    TEXT = "text"
    """Keyed text: PNG tEXt, zTXt and iTXt."""
    THUMBNAIL = "thumbnail"
    TRAILER = "trailer"
    """Bytes after the end of the image."""
    VENDOR = "vendor"
    """Other application data, and all unknown data."""
    PICTURE = "picture"
    """A complete auxiliary image (gain map, depth map, other view) with its own metadata."""


class Role(StrEnum):
    """The purpose of an auxiliary image."""

    GAIN_MAP = "gain_map"
    """Brightness gain of each pixel on an HDR display."""
    DEPTH = "depth"
    """Depth or disparity."""
    CONFIDENCE = "confidence"
    """Confidence of each depth value."""
    MATTE = "matte"
    """Mask of a person, hair or the sky."""
    STEREO = "stereo"
    """The view of the other eye."""
    ORIGINAL = "original"
    """The primary image before an effect. No viewer shows it."""
    VIEW = "view"
    """Another shot or view of a series."""
    OTHER = "other"
    """Unknown purpose."""


class Block(NamedTuple):
    """One piece of a file.

    ``data`` is the content without the container's own header (length, marker, four-character
    code, identifier string). ``offset`` and ``length`` span the whole piece in the file, with
    its header. For a coded block, ``data`` is the whole piece as a rewrite keeps it; it differs
    from the span only if a surplus follows.
    """

    kind: Kind
    name: str
    """The container's own name for it: ``APP1``, ``iTXt``, ``EXIF``, ``uuid``."""
    path: str
    """Unique path in the file: ``APP1[2]``, ``meta/item[3]``."""
    offset: int
    length: int
    data: memoryview
    role: Role | None = None
    """Purpose of an auxiliary image. For metadata, purpose of the auxiliary image it describes."""


_SURPLUS = "surplus"


def surplus(of: Block, offset: int, length: int, data: memoryview) -> Block:
    """Return a block for the extra bytes of ``of`` that no decoder uses. It follows that block.

    ``offset`` and ``length`` span the rest of the piece, so both spans together cover it. A
    rewrite that drops a surplus writes the preceding block again from that block's ``data``.
    """
    return Block(Kind.VENDOR, _SURPLUS, f"{of.path}/{_SURPLUS}", offset, length, data)


def is_surplus(block: Block) -> bool:
    return block.name == _SURPLUS and block.kind is Kind.VENDOR


@dataclass(frozen=True, slots=True)
class Layout:
    """The header facts of a file, and its blocks in file order.

    Width and height are in coded pixels, before orientation.
    """

    media_type: str
    width: int
    height: int
    frames: int
    orientation: int
    """EXIF orientation (1–8) that a viewer applies; 1 if the file states none."""
    blocks: tuple[Block, ...]
    broken: str = field(default="", kw_only=True)
    """Why the file can be inspected but neither displayed nor rewritten; empty for a whole file.
    Unknown width and height are 0."""
    canvas: tuple[int, int] | None = field(default=None, kw_only=True)
    """Width and height that a decoder may allocate, if they exceed the image."""
    _places: dict[Kind, list[int]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        places: dict[Kind, list[int]] = {}
        for index, block in enumerate(self.blocks):
            places.setdefault(block.kind, []).append(index)
        object.__setattr__(self, "_places", places)

    def of(self, kind: Kind) -> Sequence[int]:
        """Return the indices of the blocks of a kind, in order."""
        return self._places.get(kind, ())

    @property
    def unexamined(self) -> tuple[str, ...]:
        """Descriptions of the data in this file that was not separated from coded pixels."""
        return ()

    @property
    def unread(self) -> tuple[str, ...]:
        """Descriptions of data that may contain findings but was not read."""
        return (self.broken,) if self.broken else ()

    @property
    def fingerprint(self) -> object:
        """What a rewrite must not change beside size, frames, orientation and coded bytes."""
        return None

    @property
    def coded_spans(self) -> tuple[tuple[int, int], ...] | None:
        """Start and end of the coded bytes in the file, if they are not those of coded blocks."""
        return None

    @property
    def fragile(self) -> frozenset[int]:
        """Indices of blocks that no rewrite keeps: bytes that nothing in the file refers to."""
        return frozenset()

    def canonical(self, index: int, content: bytes) -> bytes:  # noqa: ARG002 - a default
        """Return new content for a block as `Container.parse` will read it back."""
        return content

    @property
    def displayed(self) -> tuple[int, int]:
        """Width and height as viewers show it."""
        size = self.width, self.height
        return size if self.orientation <= 4 else size[::-1]


def orientation_in(blocks: Sequence[Block]) -> int:
    """Return the orientation from EXIF, else from XMP, else 1."""
    for read, kind in ((exif.orientation, Kind.EXIF), (xmp.orientation, Kind.XMP)):
        for content in [block.data for block in blocks if block.kind is kind]:
            if value := read(content):
                return value
    return 1


class Container(Protocol):
    """Interface of each container module, as module-level functions."""

    def parse(self, data: bytes, *, like: Layout | None = None) -> Layout:
        """Read the structure of a file.

        ``like`` is the layout of the file that this one was rewritten from. It saves time: a
        container may expect coded data of the same length instead of searching for its end. The
        layout is only right if the coded bytes are the same, which `prove` checks.

        Raises
        ------
        expunge.errors.MalformedImage
            Lengths, order or checks are inconsistent; the message says where. A truncated file is
            read up to its end instead, see `Layout.broken`.
        expunge.errors.ImageTooLarge
            A limit of pixels, frames or blocks is exceeded.
        """
        ...

    def rewrite(self, data: bytes, layout: Layout, edits: Mapping[int, bytes | None]) -> bytes:
        """Return the file with some blocks changed or dropped.

        ``edits`` maps an index into ``layout.blocks`` to new content in place of ``Block.data``,
        or to ``None`` to drop the block. Every other byte is copied.
        """
        ...


class StreamingContainer(Container, Protocol):
    """A container module for files that are too large to hold in memory."""

    def parse(self, data: Data, *, like: Layout | None = None) -> Layout: ...

    def pieces(
        self, data: Data, layout: Layout, edits: Mapping[int, bytes | None]
    ) -> Iterator[bytes]:
        """Yield the rewritten file piece by piece; see `Container.rewrite`."""
        ...
