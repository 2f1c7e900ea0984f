"""A table that turns HDR and wide colours into BT.709, as ordinary screens show them.

Light is relative to reference white, 203 cd/m² (ITU-R BT.2408, 2.1). Highlights are compressed by
the EETF of ITU-R BT.2390 (5.4.1) on the largest of the three values, so that hues stay. What lies
outside BT.709 then moves towards grey of its own luminance, or is dimmed, until it fits.
"""

from __future__ import annotations

import tempfile
from contextlib import contextmanager
from functools import cache
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from collections.abc import Iterator

Floats = NDArray[np.float64]

PQ, HLG = 16, 18
"""Codes of transfer functions (ITU-T H.273, table 3): BT.2100 PQ and HLG."""
BT709, BT2020, DISPLAY_P3 = 1, 9, 12
"""Codes of primaries (H.273, table 2)."""
SIZE = 33
"""Entries by channel. FFmpeg interpolates between them. For 20,000 random colours the result is
off by 0.3 of 255 levels in the mean for HLG, and by 0.4 for PQ; the darkest channel of a saturated
colour by up to 36, and 48."""
_WHITE, _PEAK = 203.0, 1000.0
"""cd/m²: reference white, and the brightest that is told apart (BT.2408; usual for phones)."""
_SDR_GAMMA = 2.4
"""BT.1886."""
_LUMA_2020 = np.array([0.2627, 0.6780, 0.0593])
_LUMA_709 = np.array([0.2126, 0.7152, 0.0722])
_TO_709 = {
    BT2020: np.array(
        [
            [1.660491, -0.587641, -0.072850],
            [-0.124551, 1.132900, -0.008349],
            [-0.018151, -0.100579, 1.118730],
        ]
    ),
    DISPLAY_P3: np.array(
        [[1.224940, -0.224940, 0.0], [-0.042057, 1.042057, 0.0], [-0.019638, -0.078636, 1.098274]]
    ),
}
"""Linear RGB to linear BT.709 (BT.2087, annex 2; P3 by the same method)."""


def needed(transfer: int, primaries: int) -> bool:
    """Whether colours of these codes look wrong as BT.709."""
    return transfer in (PQ, HLG) or primaries in _TO_709


def bt709(signal: Floats, transfer: int, primaries: int) -> Floats:
    """Return (…, 3) coded RGB from 0 to 1 as coded BT.709 from 0 to 1."""
    light = _light(signal, transfer)
    if transfer in (PQ, HLG):
        light = light * _compression(light.max(axis=-1, keepdims=True))
    matrix = _TO_709.get(primaries, _TO_709[BT2020] if transfer in (PQ, HLG) else np.eye(3))
    coded: Floats = _fitted(light @ matrix.T) ** (1 / _SDR_GAMMA)
    return coded


@contextmanager
def cube(transfer: int, primaries: int) -> Iterator[str]:
    """The path of a ``.cube`` file (Adobe, 1.0) of `bt709`, for FFmpeg's ``lut3d``.

    FFmpeg reads it when a filter is made; then it is deleted.
    """
    with tempfile.NamedTemporaryFile("w", suffix=".cube") as file:
        file.write(_table(transfer, primaries))
        file.flush()
        yield file.name


@cache
def _table(transfer: int, primaries: int) -> str:
    axis = np.linspace(0, 1, SIZE)
    blue, green, red = np.meshgrid(axis, axis, axis, indexing="ij")
    table = bt709(np.stack((red, green, blue), axis=-1), transfer, primaries).reshape(-1, 3)
    lines = "\n".join(f"{r:.6f} {g:.6f} {b:.6f}" for r, g, b in table)
    return f"LUT_3D_SIZE {SIZE}\n{lines}\n"


def _light(signal: Floats, transfer: int) -> Floats:
    """Light of the display, relative to reference white."""
    if transfer == PQ:
        return _from_pq(signal) / _WHITE
    if transfer == HLG:
        scene = np.where(signal <= 0.5, signal**2 / 3, (np.exp((signal - _C) / _A) + _B) / 12)
        luminance = (scene @ _LUMA_2020)[..., None]
        light: Floats = scene * luminance**0.2 * (_PEAK / _WHITE)  # system gamma 1.2 (table 5)
        return light
    return np.power(signal, _SDR_GAMMA)


_A, _B, _C = 0.17883277, 0.28466892, 0.55991073
"""Of HLG (BT.2100, table 5)."""
_M1, _M2 = 2610 / 16384, 2523 / 4096 * 128
_C1, _C2, _C3 = 3424 / 4096, 2413 / 4096 * 32, 2392 / 4096 * 32
"""Of PQ (BT.2100, table 4)."""


def _from_pq(signal: Floats) -> Floats:
    """cd/m²"""
    root = signal ** (1 / _M2)
    linear: Floats = np.maximum(root - _C1, 0) / (_C2 - _C3 * root)
    return 10_000 * linear ** (1 / _M1)


def _to_pq(light: Floats) -> Floats:
    power = (np.asarray(light) / 10_000) ** _M1
    signal: Floats = ((_C1 + _C2 * power) / (1 + _C3 * power)) ** _M2
    return signal


def _compression(brightest: Floats) -> Floats:
    """The factor for light whose largest value is given (BT.2390, 5.4.1)."""
    top = _to_pq(np.array(_PEAK))
    value = np.minimum(_to_pq(brightest * _WHITE) / top, 1)
    most = float(_to_pq(np.array(_WHITE)) / top)
    knee = 1.5 * most - 0.5
    t = np.clip((value - knee) / (1 - knee), 0, 1)
    curve = (
        (2 * t**3 - 3 * t**2 + 1) * knee
        + (t**3 - 2 * t**2 + t) * (1 - knee)
        + (-2 * t**3 + 3 * t**2) * most
    )
    target = _from_pq(np.where(value < knee, value, curve) * top) / _WHITE
    factor: Floats = np.where(brightest > 1e-6, target / np.maximum(brightest, 1e-6), 1)
    return factor


def _fitted(light: Floats) -> Floats:
    """Move colours with a negative value towards their grey, and dim those that are too bright."""
    grey = np.maximum(light @ _LUMA_709, 0)[..., None]
    away = light - grey
    lowest = away.min(axis=-1, keepdims=True)
    kept = np.where(grey + lowest < 0, grey / np.maximum(-lowest, 1e-9), 1)
    inside = np.maximum(grey + away * kept, 0)
    fitted: Floats = inside / np.maximum(inside.max(axis=-1, keepdims=True), 1)
    return fitted
