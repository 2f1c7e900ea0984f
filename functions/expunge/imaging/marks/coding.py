"""Estimate the quantisation noise of a file's pixels, which an inversion amplifies."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from expunge.imaging.source import Source

USUAL = 8.0
"""Quantisation step in grey levels that is assumed for a lossy format without tables."""


def coarseness(source: Source) -> float:
    """Return the mean quantisation step of luma in grey levels; 0 for a lossless file.

    JPEG has it in its tables: quality 90 is 11.5, 70 is 34. WebP states whether it is lossless.
    AVIF and HEIC count as lossy; PNG, GIF and JPEG XL count as lossless.
    """
    if source.media_type == "image/jpeg":
        return _jpeg(source.data)
    if source.media_type == "image/webp":
        lossless = any(block.name.startswith("VP8L") for block in source.layout.blocks)
        return 0.0 if lossless else USUAL
    return USUAL if source.media_type in ("image/avif", "image/heic") else 0.0


def _jpeg(data: bytes) -> float:
    from PIL import Image  # noqa: PLC0415 (only JPEG has tables to read)

    with Image.open(io.BytesIO(data)) as image:
        tables: dict[int, list[int]] = getattr(image, "quantization", {})
    return float(np.mean(tables[min(tables)])) if tables else USUAL
