"""A decoded image, and places in it that are to look otherwise."""

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
    """A decoded file, the right way up.

    Coordinates are those of the image as viewers show it, orientation applied.
    """

    source: Source
    pixels: Samples
    """(H, W, C), read-only and contiguous: C is 1 for grey and 3 for RGB. Values run from 0 to
    ``2 ** depth - 1``. CMYK is shown as RGB, palettes are looked up."""
    alpha: Samples | None
    """(H, W) in the same range, or ``None`` where every pixel is opaque by format. No edit
    changes it."""
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

    def rgb8(self) -> NDArray[np.uint8]:
        """(H, W, 3) in 8 bits, for whatever only looks; no copy where it is that already."""
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
        """Its rows and columns of the image."""
        height, width = self.pixels.shape[:2]
        return slice(self.y, self.y + height), slice(self.x, self.x + width)

    def stored(self, orientation: int, shape: tuple[int, int]) -> Patch:
        """The same in a displayed image of that (H, W) as the file holds it, as a view."""
        height, width = self.pixels.shape[:2]
        corners = [(self.y, self.x), (self.y + height - 1, self.x + width - 1)]
        y, x = np.min([stored_place(corner, orientation, shape) for corner in corners], axis=0)
        return Patch(int(x), int(y), stored(self.pixels, orientation))


@dataclass(frozen=True, slots=True)
class Edits:
    """All patches of an image together."""

    base: Samples
    """(H, W, C): what they are laid on."""
    patches: tuple[Patch, ...]
    """In the order in which they are laid on it."""
    changed: NDArray[np.bool_]
    """(H, W): where a pixel is not what it was."""

    @classmethod
    def of(cls, picture: Picture, patches: Sequence[Patch]) -> Edits:
        """Put patches on an image, in order.

        Raises
        ------
        ValueError
            Where a patch does not fit: channels, sample type, or over the edge.
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

    @property
    def pixels(self) -> Samples:
        """(H, W, C) with the patches on it; as much memory as the image."""
        if not self.patches:
            return self.base
        pixels = self.base.copy()
        for patch in self.patches:
            pixels[patch.area] = patch.pixels
        return pixels

    def lines(self, start: int, stop: int) -> Samples:
        """Some rows of the image with the patches on it, as a copy."""
        pixels = self.base[start:stop].copy()
        for patch in self.patches:
            top, bottom = max(patch.y, start), min(patch.y + len(patch.pixels), stop)
            if top < bottom:
                across = patch.area[1]
                pixels[top - start : bottom - start, across] = patch.pixels[
                    top - patch.y : bottom - patch.y
                ]
        return pixels

    def at(self, rows: NDArray[np.int64], columns: NDArray[np.int64]) -> Samples:
        """(n, h, w, C) pixels where n times h rows meet n times w columns."""
        found = self.base[rows[:, :, None], columns[:, None, :]]
        for patch in self.patches:
            height, width = patch.pixels.shape[:2]
            y, x = rows - patch.y, columns - patch.x
            down, across = (y >= 0) & (y < height), (x >= 0) & (x < width)
            some = np.flatnonzero(down.any(axis=1) & across.any(axis=1))
            where = down[some, :, None] & across[some, None, :]
            box, line, column = np.nonzero(where)
            box = some[box]
            found[box, line, column] = patch.pixels[y[box, line], x[box, column]]
        return found

    def stored(self, orientation: int) -> Edits:
        """The same as the file holds it, as views."""
        shape = self.changed.shape[0], self.changed.shape[1]
        return Edits(
            stored(self.base, orientation),
            tuple(patch.stored(orientation, shape) for patch in self.patches),
            stored(self.changed, orientation),
        )


@dataclass(frozen=True, slots=True)
class Encoded:
    """A file with its edits in it."""

    data: bytes
    media_type: str
    exact: bool
    """Whether what no patch changed is kept bit for bit: every pixel of a lossless format, every
    coefficient of a JPEG's other blocks. ``False`` for an image that had to be re-encoded."""
