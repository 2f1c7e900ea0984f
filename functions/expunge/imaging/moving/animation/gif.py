"""Write animated GIFs. Pixels that an operation did not change keep their exact colour.

A frame holds only the pixels that differ from the one before, in at most 255 colours of its own.
The colours of unchanged pixels come first; changed pixels get what is left, and are dithered if
that is too little. So still areas do not flicker, as they would with a palette for each frame.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from expunge.imaging.codecs.raster import saved
from expunge.imaging.containers import gif as container
from expunge.imaging.moving.animation.areas import Area, bounds, whole
from expunge.imaging.moving.animation.facts import durations
from expunge.imaging.moving.animation.reading import canvases

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from expunge.imaging.moving.frame import Frame
    from expunge.imaging.source import Source

Pixels = NDArray[np.uint8]
Mask = NDArray[np.bool_]

_HIDDEN = 255
"""The index that is transparent in every frame."""
_KEEP, _CLEAR = 1, 2
"""Disposal methods (GIF89a, section 23): leave the frame, or make its area transparent."""
_LOOPS = (b"NETSCAPE2.0", b"ANIMEXTS1.0")


def written(
    source: Source, frames: Iterable[Frame], quality: int | None
) -> tuple[bytes, tuple[str, ...]]:
    """Return the file, and notes. A GIF has no quality."""
    del quality
    pieces = [*_head(source)]
    canvas = _Canvas(source.layout.height, source.layout.width)
    delays = [round(seconds * 100) for seconds in durations(source)]
    for delay, (now, following) in zip(delays, _paired(_drawings(source, frames)), strict=True):
        clears = following is not None and bool((now.opaque & ~following.opaque).any())
        pieces += canvas.draw(now, delay, clears=clears)
    note = "some changed areas have fewer colours, for a GIF frame holds 256"
    return b"".join((*pieces, b";")), () if canvas.exact else (note,)


@dataclass(frozen=True, slots=True)
class _Drawing:
    """What a frame shows."""

    pixels: Pixels
    """(H, W, 3)"""
    opaque: Mask
    """(H, W)"""
    changed: Mask
    """(H, W): where it differs from the source."""


def _drawings(source: Source, frames: Iterable[Frame]) -> Iterator[_Drawing]:
    for frame, before in zip(frames, canvases(source), strict=False):
        alpha = before[..., 3] if frame.alpha is None else frame.alpha
        changed = (frame.pixels != before[..., :3]).any(axis=-1)
        yield _Drawing(frame.pixels, alpha >= 128, changed)


def _paired(drawings: Iterable[_Drawing]) -> Iterator[tuple[_Drawing, _Drawing | None]]:
    """Each drawing with the next one."""
    rest = iter(drawings)
    now = next(rest, None)
    while now is not None:
        following = next(rest, None)
        yield now, following
        now = following


def _head(source: Source) -> Iterator[bytes]:
    size = [side.to_bytes(2, "little") for side in (source.layout.width, source.layout.height)]
    yield b"".join((b"GIF89a", *size, b"\x70\0", source.data[12:13]))
    for block in source.layout.blocks:
        if block.name == "application" and bytes(block.data[3:14]) in _LOOPS:
            yield bytes(block.data)


class _Canvas:
    """What a viewer shows after the frames so far."""

    def __init__(self, height: int, width: int) -> None:
        self.exact = True
        """Whether every colour so far is the one that was asked for."""
        self._wanted: Pixels = np.zeros((height, width, 3), np.uint8)
        self._opaque: Mask = np.zeros((height, width), bool)
        self._true: Mask = np.ones((height, width), bool)
        """Where the colour is the one that was asked for."""

    def draw(self, drawing: _Drawing, delay: int, *, clears: bool) -> Iterator[bytes]:
        """Yield the blocks of a frame. If it clears, the canvas is transparent after it."""
        stale = ~self._opaque | (self._wanted != drawing.pixels).any(axis=-1)
        new = drawing.opaque & (stale | (~self._true & ~drawing.changed))
        area = whole(new) if clears else bounds(new)
        table, indices, true = _coded(drawing.pixels[area], new[area], drawing.changed[area])
        yield _control(delay, _CLEAR if clears else _KEEP)
        yield from _image(area, table, indices)
        self._true[area] = np.where(new[area], true, self._true[area])
        self.exact &= bool(true.all())
        self._wanted = np.where(drawing.opaque[..., None], drawing.pixels, self._wanted)
        self._opaque |= drawing.opaque
        if clears:
            self._opaque[:] = False
            self._true[:] = True


def _coded(pixels: Pixels, new: Mask, changed: Mask) -> tuple[Pixels, Pixels, Mask]:
    """Return a table (n, 3) of at most 255 colours, indices (H, W), and where they are exact."""
    kept = _distinct(pixels[new & ~changed])
    added = _distinct(pixels[new & changed])
    table = _distinct(np.concatenate((kept, added)))
    if len(table) > _HIDDEN:
        room = _HIDDEN - len(kept)
        if room < 0:
            kept, room = np.zeros((0, 3), np.uint8), _HIDDEN
            changed = np.ones_like(changed)
        table = np.concatenate((kept, _reduced(pixels[new & changed], room)))
    return table, *_looked_up(pixels, new, changed, table)


def _distinct(colours: Pixels) -> Pixels:
    packed = np.unique(_packed(colours))
    return np.stack((packed >> 16, packed >> 8 & 255, packed & 255), axis=-1).astype(np.uint8)


def _packed(colours: Pixels) -> NDArray[np.int32]:
    red, green, blue = (colours[..., channel].astype(np.int32) for channel in range(3))
    return red << 16 | green << 8 | blue


def _reduced(colours: Pixels, most: int) -> Pixels:
    """The colours that stand for some pixels best (median cut)."""
    if not most or not len(colours):
        return np.zeros((0, 3), np.uint8)
    image = Image.fromarray(colours[None]).quantize(most, Image.Quantize.MEDIANCUT)
    return np.array(image.getpalette(), np.uint8).reshape(-1, 3)[:most]


def _looked_up(pixels: Pixels, new: Mask, changed: Mask, table: Pixels) -> tuple[Pixels, Mask]:
    """Indices into a table, dithered where pixels changed and their colour is not in it."""
    order = np.argsort(_packed(table), kind="stable")
    places = np.searchsorted(_packed(table), _packed(pixels), sorter=order)
    indices = order[np.minimum(places, len(order) - 1)] if len(order) else places
    true: Mask = (table[indices] == pixels).all(axis=-1) if len(order) else ~new
    found = indices.astype(np.uint8)
    if not true[new].all():
        palette = Image.new("P", (1, 1))
        palette.putpalette(table.tobytes())
        dithered = Image.fromarray(np.ascontiguousarray(pixels)).quantize(
            palette=palette, dither=Image.Dither.FLOYDSTEINBERG
        )
        found = np.where(changed & ~true, np.asarray(dithered), found).astype(np.uint8)
    found[~new] = _HIDDEN
    return found, true | ~new


def _control(delay: int, disposal: int) -> bytes:
    """A graphic control extension; ``delay`` in hundredths of a second."""
    flags = disposal << 2 | 1
    return b"!\xf9\x04" + bytes((flags,)) + delay.to_bytes(2, "little") + bytes((_HIDDEN, 0))


def _image(area: Area, table: Pixels, indices: Pixels) -> Iterator[bytes]:
    """An image descriptor, a table of 256 colours, and the codes, which Pillow makes."""
    place = (area[1].start, area[0].start, indices.shape[1], indices.shape[0])
    yield b"," + b"".join(side.to_bytes(2, "little") for side in place) + b"\x87"
    yield table.tobytes().ljust(768, b"\0")
    frame = saved(indices, "GIF", optimize=False, interlace=0)
    block = next(block for block in container.parse(frame).blocks if block.name == "image")
    codes = 10 + (3 * (2 << (frame[block.offset + 9] & 7)) if frame[block.offset + 9] & 0x80 else 0)
    yield frame[block.offset + codes : block.offset + block.length]
