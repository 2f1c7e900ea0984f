"""Write new colours into a PNG's samples, with the same colour type and depth if possible."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from expunge.imaging.codecs.png.chunks import PALETTE, RGB, RGBA
from expunge.imaging.codecs.png.samples import NO_PALETTE, Coded

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from expunge.imaging.codecs.picture import Samples


_AT_ONCE = 1 << 20
"""Pixels whose colours are looked up at a time."""


def with_edits(coded: Coded, after: Samples, changed: NDArray[np.bool_]) -> Coded:
    """Set new colours where something changed; keep colour type and depth if possible."""
    header = coded.header
    if header.colour == PALETTE:
        return _palette_edits(coded, after, changed)
    if coded.key is None and header.depth >= 8:
        alpha = coded.samples[..., after.shape[-1] :]
        return replace(coded, samples=np.dstack((after, alpha)) if alpha.size else after)
    samples = coded.samples.copy()
    if coded.key is not None:
        # Edits do not change transparent pixels; with another colour they would become visible.
        changed = changed & (samples != np.array(coded.key, samples.dtype)).any(axis=-1)
    values = after[changed]
    if header.depth < 8:
        step = 255 // ((1 << header.depth) - 1)
        if (values % step).any():
            return _eight_bit_grey(coded, after, changed)
        values = values // step
    if coded.key is not None:
        # A visible pixel that got the transparent colour would disappear.
        hit = (values == np.array(coded.key, values.dtype)).all(axis=-1)
        values = values.copy()
        values[hit, -1] ^= 1
    samples[changed, : values.shape[-1]] = values
    return replace(coded, samples=samples)


def _eight_bit_grey(coded: Coded, after: Samples, changed: NDArray[np.bool_]) -> Coded:
    step = 255 // ((1 << coded.header.depth) - 1)
    key = None if coded.key is None else tuple(value * step for value in coded.key)
    header = replace(coded.header, depth=8)
    return with_edits(Coded(header, coded.samples * step, coded.palette, key), after, changed)


def _palette_edits(coded: Coded, after: Samples, changed: NDArray[np.bool_]) -> Coded:
    """Edit a palette image in bands, since 100 megapixels may all have different colours."""
    height, width = changed.shape
    step = max(1, _AT_ONCE // width)
    bands = [slice(top, top + step) for top in range(0, height, step)]
    entries = _codes(coded.palette[:, :3], coded.palette[:, 3]).tolist()
    known = {entry: at for at, entry in reversed([*enumerate(entries)])}
    wanted: set[int] = set()
    for band in bands:
        wanted.update(np.unique(_wanted(coded, after, changed, band)).tolist())
        if len(entries) + len(wanted - known.keys()) > 256:
            return _true_colour(coded, after)
    added = sorted(wanted - known.keys())
    known |= {code: len(entries) + number for number, code in enumerate(added)}
    colours = np.array(sorted(wanted), np.uint32)
    indices = np.array([known[code] for code in colours.tolist()], np.uint8)
    samples = coded.samples.copy()
    for band in bands:
        which = np.searchsorted(colours, _wanted(coded, after, changed, band))
        samples[band][changed[band], 0] = indices[which]
    palette = np.concatenate((coded.palette, np.array(added, ">u4").view(np.uint8).reshape(-1, 4)))
    fits = len(palette) <= 1 << coded.header.depth
    header = coded.header if fits else replace(coded.header, depth=8)
    return replace(coded, header=header, samples=samples, palette=palette)


def _wanted(
    coded: Coded, after: Samples, changed: NDArray[np.bool_], band: slice
) -> NDArray[np.uint32]:
    """Return the codes of the new colours of a band's changed pixels."""
    where = changed[band]
    index = np.minimum(coded.samples[band][where][:, 0], len(coded.palette) - 1)
    return _codes(after[band][where], coded.palette[index, 3])


def _codes(colours: Samples, opacity: Samples) -> NDArray[np.uint32]:
    """Pack (n, 3) colours and (n,) opacities into (n,) numbers, red first."""
    together = np.column_stack((colours, opacity)).astype(np.uint8)
    return together.view(">u4")[:, 0].astype(np.uint32)


def _true_colour(coded: Coded, after: Samples) -> Coded:
    opacity = coded.palette[np.minimum(coded.samples, len(coded.palette) - 1)[..., 0], 3]
    opaque = bool((coded.palette[:, 3] == 255).all())
    samples = after if opaque else np.dstack((after, opacity))
    header = replace(coded.header, depth=8, colour=RGB if opaque else RGBA)
    return Coded(header, np.ascontiguousarray(samples), NO_PALETTE, None)
