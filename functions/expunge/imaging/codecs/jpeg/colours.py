"""Convert pixels to a JPEG's components (ITU-T T.871 for YCbCr; Adobe technical note 5116)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from expunge.imaging.codecs.jpeg.frame import Frame

_TO_YCC = np.array(
    [[0.299, 0.587, 0.114, 0],
     [-0.168735892, -0.331264108, 0.5, 128],
     [0.5, -0.418687589, -0.081312411, 128]], np.float32
)  # fmt: skip


def components_of(frame: Frame, pixels: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Convert (H, W, C) grey, RGB or CMYK pixels (255 is full ink) to (H, W, components)."""
    values = pixels.astype(np.float32)
    if pixels.shape[-1] == 4:
        return _inks(frame, values)
    if pixels.shape[-1] == 1 or _is_rgb(frame):
        return values
    return _ycc(values)


def _inks(frame: Frame, values: NDArray[np.float32]) -> NDArray[np.float32]:
    """Convert CMYK: Adobe stores ink inverted, and with transform 2 stores CMY as YCbCr."""
    if frame.adobe_transform == 2:
        return np.concatenate((_ycc(values[..., :3]), 255 - values[..., 3:]), axis=-1)
    return 255 - values


def _ycc(values: NDArray[np.float32]) -> NDArray[np.float32]:
    rows = values.reshape(-1, 1, 3)
    return np.asarray(cv2.transform(rows, _TO_YCC), np.float32).reshape(values.shape)


def _is_rgb(frame: Frame) -> bool:
    """Whether three components are RGB, by libjpeg's rules: JFIF, Adobe, then component ids."""
    if frame.jfif:
        return False
    if frame.adobe_transform is not None:
        return frame.adobe_transform == 0
    return [component.id for component in frame.components] == [*b"RGB"]
