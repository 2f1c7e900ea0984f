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
BLANK = (0, 0, 0, 255)
"""In place of a palette's entry that no pixel uses any more."""


def with_edits(
    coded: Coded, after: Samples, changed: NDArray[np.bool_], *, opaque: bool = False
) -> Coded:
    """Set new colours where something changed; keep colour type and depth if possible.

    ``opaque`` says that the changed pixels of a palette become opaque, and that their old
    colours leave it.
    """
    header = coded.header
    if header.colour == PALETTE:
        return _palette_edits(coded, after, changed, opaque=opaque)
    if header.depth < 8:
        coded, after = _grey(coded, after, changed)
    if coded.key is not None:
        after = _keyed(coded, after)
    return replace(coded, samples=after)


def _grey(coded: Coded, after: Samples, changed: NDArray[np.bool_]) -> tuple[Coded, Samples]:
    """Choose few bits if all new shades fit, else eight; and the shades in them."""
    step = 255 // ((1 << coded.header.depth) - 1)
    if not (after[changed] % step).any():
        return coded, after // step
    key = None if coded.key is None else tuple(value * step for value in coded.key)
    return replace(coded, header=replace(coded.header, depth=8), key=key), after


def _keyed(coded: Coded, after: Samples) -> Samples:
    """Give transparent pixels, and no others, the transparent colour; no edit moves them."""
    assert coded.alpha is not None
    samples = np.array(after)
    key = np.array(coded.key, samples.dtype)
    step = max(1, _AT_ONCE // samples.shape[1])
    for top in range(0, len(samples), step):
        band, hidden = samples[top : top + step], coded.alpha[top : top + step] == 0
        band[(band == key).all(axis=-1) & ~hidden, -1] ^= 1
        band[hidden] = key
    return samples


def _palette_edits(
    coded: Coded, after: Samples, changed: NDArray[np.bool_], *, opaque: bool
) -> Coded:
    """Edit a palette image in bands, since 100 megapixels may all have different colours."""
    height, width = changed.shape
    step = max(1, _AT_ONCE // width)
    bands = [slice(top, top + step) for top in range(0, height, step)]
    entries = _codes(coded.palette[:, :3], coded.palette[:, 3]).tolist()
    known = {entry: at for at, entry in reversed([*enumerate(entries)])}
    wanted: set[int] = set()
    for band in bands:
        wanted.update(np.unique(_wanted(coded, after, changed, band, opaque=opaque)).tolist())
        if len(entries) + len(wanted - known.keys()) > 256:
            return _true_colour(coded, after, changed if opaque else None)
    added = sorted(wanted - known.keys())
    known |= {code: len(entries) + number for number, code in enumerate(added)}
    colours = np.array(sorted(wanted), np.uint32)
    indices = np.array([known[code] for code in colours.tolist()], np.uint8)
    samples = coded.samples.copy()
    for band in bands:
        which = np.searchsorted(colours, _wanted(coded, after, changed, band, opaque=opaque))
        samples[band][changed[band], 0] = indices[which]
    palette = np.concatenate((coded.palette, np.array(added, ">u4").view(np.uint8).reshape(-1, 4)))
    if opaque:
        palette[_left(coded.samples, samples)] = BLANK
    fits = len(palette) <= 1 << coded.header.depth
    header = coded.header if fits else replace(coded.header, depth=8)
    return replace(coded, header=header, samples=samples, palette=palette)


def _left(before: Samples, after: Samples) -> NDArray[np.intp]:
    """The entries of a palette that no pixel uses any more: they would tell what was hidden."""
    used = [np.bincount(indices.reshape(-1), minlength=256) > 0 for indices in (before, after)]
    return np.flatnonzero(used[0] & ~used[1])


def _wanted(
    coded: Coded, after: Samples, changed: NDArray[np.bool_], band: slice, *, opaque: bool
) -> NDArray[np.uint32]:
    """Return the codes of the new colours of a band's changed pixels."""
    where = changed[band]
    index = np.minimum(coded.samples[band][where][:, 0], len(coded.palette) - 1)
    opacity = np.full_like(index, 255) if opaque else coded.palette[index, 3]
    return _codes(after[band][where], opacity)


def _codes(colours: Samples, opacity: Samples) -> NDArray[np.uint32]:
    """Pack (n, 3) colours and (n,) opacities into (n,) numbers, red first."""
    together = np.column_stack((colours, opacity)).astype(np.uint8)
    return together.view(">u4")[:, 0].astype(np.uint32)


def _true_colour(coded: Coded, after: Samples, opaque: NDArray[np.bool_] | None) -> Coded:
    if (coded.palette[:, 3] == 255).all():
        return Coded(replace(coded.header, depth=8, colour=RGB), after, NO_PALETTE, None)
    opacity = coded.palette[np.minimum(coded.samples[..., 0], len(coded.palette) - 1), 3]
    if opaque is not None:
        opacity[opaque] = 255
    return Coded(replace(coded.header, depth=8, colour=RGBA), after, NO_PALETTE, None, opacity)
