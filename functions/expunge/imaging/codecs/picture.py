"""A decoded image, and the patches that change it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from expunge.imaging.codecs.orientation import stored, stored_place
from expunge.imaging.source import Source

if TYPE_CHECKING:
    from collections.abc import Sequence

Samples: TypeAlias = NDArray[Any]
"""uint8, or uint16 for more than 8 bits."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A decoded image, in the orientation in which viewers show it."""

    source: Source
    pixels: Samples
    """(H, W, C), read-only and contiguous: C is 1 for grey and 3 for RGB. Values run from 0 to
    ``2 ** depth - 1``. CMYK is shown as RGB, palettes are looked up."""
    alpha: Samples | None
    """(H, W) in the same range, or ``None`` where every pixel is opaque by format. Only what
    is hidden becomes opaque."""
    depth: int
    """Bits of a sample: 8 (uint8), or 10, 12 or 16 (uint16)."""
    icc: bytes | None = None
    """The ICC profile that the values are in, if the file has one."""

    @property
    def width(self) -> int:
        return int(self.pixels.shape[1])

    @property
    def height(self) -> int:
        return int(self.pixels.shape[0])

    def writable(self) -> Samples:
        """Return the pixels as an array to overwrite; this picture must not be used after that."""
        try:
            self.pixels.flags.writeable = True
        except ValueError:  # the decoder's own buffer
            return self.pixels.copy()
        return self.pixels

    def rgb8(self) -> NDArray[np.uint8]:
        """Return (H, W, 3) in 8 bits; not a copy if the pixels have that form already."""
        pixels = self.pixels
        if self.depth > 8:
            pixels = (pixels >> (self.depth - 8)).astype(np.uint8)
        if pixels.shape[2] == 1:
            pixels = np.repeat(pixels, 3, axis=2)
        return pixels.astype(np.uint8, copy=False)


@dataclass(frozen=True, slots=True)
class Patch:
    """New pixels for one rectangle of an image, in displayed coordinates."""

    x: int
    y: int
    pixels: Samples
    """(h, w, C) with the image's channels, sample type and range."""

    @property
    def area(self) -> tuple[slice, slice]:
        """Return the patch's rows and columns in the image."""
        height, width = self.pixels.shape[:2]
        return slice(self.y, self.y + height), slice(self.x, self.x + width)

    @property
    def place(self) -> tuple[int, int, int, int]:
        """Return x, y, width and height."""
        height, width = self.pixels.shape[:2]
        return self.x, self.y, width, height

    def stored(self, orientation: int, shape: tuple[int, int]) -> Patch:
        """Return the patch in stored coordinates, as a view.

        ``shape`` is the (H, W) of the displayed image.
        """
        height, width = self.pixels.shape[:2]
        corners = [(self.y, self.x), (self.y + height - 1, self.x + width - 1)]
        y, x = np.min([stored_place(corner, orientation, shape) for corner in corners], axis=0)
        return Patch(int(x), int(y), stored(self.pixels, orientation))


@dataclass(frozen=True, slots=True)
class Edits:
    """All patches of one image, and which pixels they change."""

    base: Samples
    """(H, W, C): the image before the patches."""
    patches: tuple[Patch, ...]
    """In the order of application."""
    changed: NDArray[np.bool_]
    """(H, W): true where a pixel changed, or is hidden: a lossy file knows more of a pixel than
    its value. A JPEG's white is 255, or anything above it."""
    remade: bool = False
    """Whether the image is new as a whole, so that no part has to stay as it was."""
    hiding: bool = False
    """Whether nothing of what is changed may stay."""

    @classmethod
    def of(cls, picture: Picture, patches: Sequence[Patch]) -> Edits:
        """Apply patches to an image, in order.

        Raises
        ------
        ValueError
            If a patch has other channels or another sample type, or crosses the image's edge.
        """
        before = picture.pixels
        changed = np.zeros(before.shape[:2], bool)
        for patch in patches:
            place = before[patch.area]
            if min(patch.x, patch.y) < 0 or place.shape != patch.pixels.shape:
                where = f"{patch.pixels.shape} at {patch.x}, {patch.y}"
                raise ValueError(f"a patch of {where} does not fit a picture of {before.shape}")
            if patch.pixels.dtype != before.dtype:
                raise ValueError(f"a patch of {patch.pixels.dtype} on a picture of {before.dtype}")
            changed[patch.area] = (patch.pixels != place).any(axis=-1)
        if len(patches) == 1 and patches[0].pixels.shape == before.shape:
            return cls(patches[0].pixels, (), changed)
        return cls(before, tuple(patches), changed)

    @classmethod
    def whole(cls, pixels: Samples) -> Edits:
        """New pixels of a whole image, all of which count as changed."""
        return cls(pixels, (), np.broadcast_to(np.True_, pixels.shape[:2]), remade=True)

    @property
    def pixels(self) -> Samples:
        """Return (H, W, C) with the patches applied; takes as much memory as the image."""
        if not self.patches:
            return self.base
        pixels = self.base.copy()
        for patch in self.patches:
            pixels[patch.area] = patch.pixels
        return pixels

    def lines(self, start: int, stop: int) -> Samples:
        """Return a copy of some rows, with the patches applied."""
        return self.area(slice(start, stop), slice(0, self.base.shape[1]))

    def area(self, rows: slice, columns: slice) -> Samples:
        """Return a copy of a rectangle, with the patches applied."""
        pixels = self.base[rows, columns].copy()
        y, x = rows.start, columns.start
        for patch in self.patches:
            high, wide = patch.pixels.shape[:2]
            top, bottom = max(patch.y, y), min(patch.y + high, y + pixels.shape[0])
            left, right = max(patch.x, x), min(patch.x + wide, x + pixels.shape[1])
            if top < bottom and left < right:
                pixels[top - y : bottom - y, left - x : right - x] = patch.pixels[
                    top - patch.y : bottom - patch.y, left - patch.x : right - patch.x
                ]
        return pixels

    def stored(self, orientation: int) -> Edits:
        """Return the edits in stored coordinates, as views."""
        shape = self.changed.shape[0], self.changed.shape[1]
        return Edits(
            stored(self.base, orientation),
            tuple(patch.stored(orientation, shape) for patch in self.patches),
            stored(self.changed, orientation),
            self.remade,
            self.hiding,
        )


@dataclass(frozen=True, slots=True)
class Encoded:
    """An encoded file with the edits applied."""

    data: bytes
    media_type: str
    exact: bool
    """Whether unchanged parts are preserved bit for bit: every pixel of a lossless format, every
    coefficient of a JPEG's other blocks. ``False`` for an image that had to be re-encoded."""
