"""PP-OCRv6's text detector (PaddleOCR, Apache-2.0): how likely each pixel belongs to text."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import cv2
import numpy as np

from expunge.errors import Unavailable
from expunge.imaging.networks.session import Network, NetworkInvalid

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

STRIDE = 32
"""The input's sides must be multiples of this many pixels."""
MEAN = np.array((0.485, 0.456, 0.406), np.float32) * 255
DEVIATION = np.array((0.229, 0.224, 0.225), np.float32) * 255
"""ImageNet's, which PaddleOCR applies to blue, green and red in this order."""


class TextNetwork:
    """Ready to run."""

    def __init__(self, model: bytes) -> None:
        self._network = Network(model)

    def likely(self, pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """Return (H, W): the likelihood of text from 0 to 255.

        Parameters
        ----------
        pixels
            (H, W, 3) RGB; sides are multiples of `STRIDE`.
        """
        blob = (pixels[..., ::-1].astype(np.float32) - MEAN) / DEVIATION
        planes = np.ascontiguousarray(blob.transpose(2, 0, 1)[None])
        likely = self._network.run(planes)[0][0, 0]
        return np.asarray(cv2.convertScaleAbs(likely, alpha=255), np.uint8)

    def release(self) -> None:
        """Free the network's working memory."""
        self._network.run(np.zeros((1, 3, STRIDE, STRIDE), np.float32), release=True)


@cache
def loaded(path: Path) -> TextNetwork:
    """Load the network; a process does so once.

    Raises
    ------
    expunge.errors.Unavailable
        If the file is not this network.
    """
    try:
        return TextNetwork(path.read_bytes())
    except (OSError, NetworkInvalid) as error:
        raise Unavailable(f"The weights of the text detector cannot be used: {error}") from error
