"""New colours in a PNG's samples, in the coding that they have if that can be."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from expunge.imaging.codecs.png.chunks import PALETTE, RGB, RGBA
from expunge.imaging.codecs.png.samples import NO_PALETTE, Coded

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from expunge.imaging.codecs.picture import Samples


def with_edits(coded: Coded, after: Samples, changed: NDArray[np.bool_]) -> Coded:
    """The samples with new colours where something changed, in the same coding if it can."""
    header = coded.header
    if header.colour == PALETTE:
        return _palette_edits(coded, after, changed)
    samples = coded.samples.copy()
    if coded.key is not None:
        # No edit changes what is transparent, and another colour would show.
        changed = changed & (samples != np.array(coded.key, samples.dtype)).any(axis=-1)
    values = after[changed]
    if header.depth < 8:
        step = 255 // ((1 << header.depth) - 1)
        if (values % step).any():
            return _eight_bit_grey(coded, after, changed)
        values = values // step
    if coded.key is not None:
        # What becomes visible in the one transparent colour would vanish.
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
    samples = coded.samples.copy()
    opacity = coded.palette[np.minimum(samples[changed][:, 0], len(coded.palette) - 1), 3]
    wanted = np.column_stack((after[changed], opacity))
    colours, which = np.unique(wanted, axis=0, return_inverse=True)
    known = {tuple(entry): at for at, entry in reversed([*enumerate(coded.palette.tolist())])}
    added = [colour for colour in map(tuple, colours.tolist()) if colour not in known]
    if len(coded.palette) + len(added) > 256:
        return _true_colour(coded, after)
    fits = len(coded.palette) + len(added) <= 1 << coded.header.depth
    header = coded.header if fits else replace(coded.header, depth=8)
    known |= {colour: len(coded.palette) + number for number, colour in enumerate(added)}
    palette = np.concatenate((coded.palette, np.array(added, np.uint8).reshape(-1, 4)))
    indices = np.array([known[tuple(colour)] for colour in colours.tolist()], np.uint8)
    samples[changed, 0] = indices[which.reshape(-1)]
    return replace(coded, header=header, samples=samples, palette=palette)


def _true_colour(coded: Coded, after: Samples) -> Coded:
    opacity = coded.palette[np.minimum(coded.samples, len(coded.palette) - 1)[..., 0], 3]
    opaque = bool((coded.palette[:, 3] == 255).all())
    samples = after if opaque else np.dstack((after, opacity))
    header = replace(coded.header, depth=8, colour=RGB if opaque else RGBA)
    return Coded(header, np.ascontiguousarray(samples), NO_PALETTE, None)
