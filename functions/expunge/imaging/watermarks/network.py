"""Decoders that are networks: RivaGAN's, and those whose weights an operator supplies."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import cv2
import numpy as np

from expunge.errors import PipelineError
from expunge.imaging.networks.session import Network, NetworkInvalid

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from expunge.imaging.watermarks.planes import Pixels

RIVAGAN_SIDE = 256
"""Side of the square in the middle that RivaGAN's network reads; its marks repeat everywhere."""
RIVAGAN_SCALES = (1.0, 1.5, 0.75)
RIVAGAN_ONE = 0.52
"""Output above which a bit is a one, as in the package."""


def rivagan(path: Path, pixels: Pixels, scale: float) -> NDArray[np.bool_]:
    """Read 32 bits from the middle of (H, W, 3) RGB, which is first resized by ``1 / scale``."""
    side = round(RIVAGAN_SIDE * scale)
    height, width = pixels.shape[:2]
    top, left = max(height - side, 0) // 2, max(width - side, 0) // 2
    part = pixels[top : top + side, left : left + side]
    if scale != 1:
        size = tuple(max(round(length / scale), 16) for length in part.shape[1::-1])
        how = cv2.INTER_AREA if scale > 1 else cv2.INTER_CUBIC
        part = np.asarray(cv2.resize(part, size, interpolation=how))
    frame = (part[..., ::-1].astype(np.float32) / 127.5 - 1).transpose(2, 0, 1)
    outputs = _run(path, np.ascontiguousarray(frame, np.float32)[None, :, None], 32)
    return outputs > RIVAGAN_ONE


@dataclass(frozen=True, slots=True)
class Square:
    """How a decoder with a fixed input takes an image."""

    side: int
    """Pixels: the image is reduced to a square of this side, whatever its shape."""
    low: float
    high: float
    """The network's values of black and white."""
    middle: float
    """Ratio of the image's sides from which only the square in its middle is read."""


def squared(
    path: Path, pixels: Pixels, form: Square, bits: int, threshold: float
) -> NDArray[np.bool_]:
    """Read ``bits`` outputs of a network that takes float32 [1, 3, side, side], RGB."""
    height, width = pixels.shape[:2]
    short = min(height, width)
    if max(height, width) > form.middle * short:
        top, left = (height - short) // 2, (width - short) // 2
        pixels = pixels[top : top + short, left : left + short]
    small = cv2.resize(pixels, (form.side, form.side), interpolation=cv2.INTER_AREA)
    given = small.astype(np.float32) / 255 * (form.high - form.low) + form.low
    outputs = _run(path, np.ascontiguousarray(given.transpose(2, 0, 1), np.float32)[None], bits)
    return outputs > threshold


def _run(path: Path, given: NDArray[np.float32], bits: int) -> NDArray[np.float32]:
    try:
        outputs = _network(path).run(given, release=True)
    except NetworkInvalid as error:
        raise PipelineError(f"The file of a watermark decoder is no use: {error}.") from None
    except Exception as error:
        raise PipelineError("A watermark decoder failed on the image.") from error
    first = np.asarray(outputs[0], np.float32).ravel()
    if first.size != bits or not np.isfinite(first).all():
        raise PipelineError(
            f"A watermark decoder gave {first.size} numbers; its entry in models.toml promises "
            f"{bits} finite ones."
        )
    return first


@cache
def _network(path: Path) -> Network:
    return Network(path.read_bytes())
