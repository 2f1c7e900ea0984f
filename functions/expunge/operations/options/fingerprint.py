"""The options of the hashes by which a file is compared with earlier results."""

from __future__ import annotations

from expunge.operations.options.base import ModeOptions


class FingerprintOptions(ModeOptions):
    """Which parts are hashed, beside the whole picture."""

    boxes: tuple[tuple[float, float, float, float], ...] = ()
    """x1, y1, x2, y2 as fractions of the width and the height, as displayed."""
