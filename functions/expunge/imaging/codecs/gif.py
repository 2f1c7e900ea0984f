"""Still GIFs with Pillow: untouched pixels keep their index, and the colour table may grow.

A frame has one table of at most 256 colours. New colours take free entries. When no entry is
free, a pixel gets the nearest colour in the table.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from expunge.imaging.codecs.conversion import eight_bits
from expunge.imaging.codecs.picture import Encoded
from expunge.imaging.codecs.raster import colours, from_image, joined, opened, saved
from expunge.imaging.containers import gif as container

if TYPE_CHECKING:
    from collections.abc import Iterator

    from expunge.imaging.codecs.picture import Edits, Picture, Samples
    from expunge.imaging.codecs.raster import Raster
    from expunge.imaging.containers.block import Layout
    from expunge.imaging.source import Source

_TABLE = 0x80
"""The flag of a colour table; its size is 2 to the power of (low three bits + 1)."""
_DESCRIPTOR = 10
"""Bytes of an image descriptor, including the separator before it."""


def read(source: Source) -> Raster:
    """Decode on the logical screen; pixels outside the frame are transparent."""
    return from_image(opened(source.data, "GIF"))


def strips(source: Source) -> Iterator[Samples]:
    """Strips of the colours in 8 bits; see `expunge.imaging.codecs.partial`."""
    return colours(opened(source.data, "GIF"))


def write(picture: Picture, edits: Edits, quality: int | None) -> Encoded:  # noqa: ARG001
    """Re-encode the file's one frame, on the whole screen and not interlaced."""
    source = picture.source
    image = opened(source.data, "GIF")
    hidden = image.info.get("transparency")
    indices = np.array(image)
    changed = edits.changed
    if not edits.hiding:
        changed = changed & (indices != (-1 if hidden is None else hidden))
    table = _Table.of(source, hidden)
    exact = table.put(indices, changed, edits.pixels)
    if edits.hiding:
        table.blank(indices)
    frame = saved(indices, "GIF", optimize=False, interlace=0)
    return Encoded(_assembled(source, table, frame, hiding=edits.hiding), source.media_type, exact)


def convert(picture: Picture, edited: Samples, quality: int | None) -> bytes:  # noqa: ARG001
    """Encode a new GIF with the best-fitting colours."""
    alpha = None if picture.alpha is None else eight_bits(picture.alpha, picture.depth)
    return saved(joined(eight_bits(edited, picture.depth), alpha), "GIF")


@dataclass(slots=True)
class _Table:
    """A frame's colours, and the index of the transparent one."""

    colours: NDArray[np.uint8]
    """(n, 3)"""
    hidden: int | None

    @classmethod
    def of(cls, source: Source, hidden: int | None) -> _Table:
        data, at = source.data, _image(source.layout) + _DESCRIPTOR
        flags = data[at - 1]
        if not flags & _TABLE:
            flags, at = data[10], 13
        size = 2 << (flags & 7) if flags & _TABLE else 0
        raw = np.frombuffer(data[at : at + 3 * size].ljust(3 * size, b"\0"), np.uint8)
        return cls(raw.reshape(-1, 3), hidden)

    def put(self, indices: NDArray[np.uint8], changed: NDArray[np.bool_], edited: Samples) -> bool:
        """Set changed pixels to their new colours; return whether every colour fitted exactly."""
        wanted = edited[changed]
        if wanted.shape[-1] == 1:
            wanted = np.repeat(wanted, 3, axis=-1)
        new, which = np.unique(wanted, axis=0, return_inverse=True)
        taken = set(np.unique(indices[~changed]).tolist()) | {self.hidden}
        places = {
            tuple(colour): at
            for at, colour in enumerate(self.colours.tolist())
            if at != self.hidden
        }
        missing = [colour for colour in map(tuple, new.tolist()) if colour not in places]
        kept = taken | {places[colour] for colour in map(tuple, new.tolist()) if colour in places}
        free = [at for at in range(256) if at not in kept]
        self.colours = np.resize(self.colours, (256, 3)) if missing else self.colours.copy()
        for colour, at in zip(missing, free, strict=False):
            self.colours[at] = colour
            places[colour] = at
        found = [places.get(colour, -1) for colour in map(tuple, new.tolist())]
        nearest = [at if at >= 0 else self._nearest(new[n]) for n, at in enumerate(found)]
        indices[changed] = np.array(nearest, np.uint8)[which.reshape(-1)]
        return -1 not in found

    def blank(self, indices: NDArray[np.uint8]) -> None:
        """Blank the colours that no pixel has: they would tell what was hidden."""
        self.colours[np.setdiff1d(np.arange(len(self.colours)), indices)] = 0

    def _nearest(self, colour: NDArray[np.uint8]) -> int:
        distance = np.square(self.colours.astype(np.int32) - colour).sum(axis=1)
        if self.hidden is not None and self.hidden < len(distance):
            distance[self.hidden] = np.iinfo(np.int32).max
        return int(distance.argmin())


def _image(layout: Layout) -> int:
    return next(block.offset for block in layout.blocks if block.name == "image")


def _assembled(source: Source, table: _Table, frame: bytes, *, hiding: bool) -> bytes:
    """Put the old blocks around a new frame with its own colour table.

    The table of the whole file, which has the old colours, goes where something is hidden.
    """
    at = _image(container.parse(frame))
    flags = frame[at + _DESCRIPTOR - 1]
    codes = at + _DESCRIPTOR + (3 * (2 << (flags & 7)) if flags & _TABLE else 0)
    end = next(b.offset + b.length for b in container.parse(frame).blocks if b.name == "image")
    size = len(table.colours).bit_length() - 2
    descriptor = frame[at : at + _DESCRIPTOR - 1] + bytes((_TABLE | size,))
    image = descriptor + table.colours.tobytes() + frame[codes:end]
    pieces: list[bytes | memoryview] = []
    for block in source.layout.blocks:
        old = memoryview(source.data)[block.offset : block.offset + block.length]
        if block.name == "header" and hiding:
            old = memoryview(bytes((*old[:10], old[10] & ~_TABLE & 0xFF, *old[11:13])))
        pieces.append(image if block.name == "image" else old)
    return b"".join(pieces)
