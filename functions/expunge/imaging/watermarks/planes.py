"""The colour plane that DWT-DCT marks are in, as each kind of writer computes it.

A tool may pass its pixels to the package in B, G, R or in R, G, B, as 8-bit integers or as real
numbers. OpenCV adds 128 to U for integers and 0.5 for real numbers, so a bit is another height.
"""

from __future__ import annotations

from enum import StrEnum
from itertools import product
from typing import TYPE_CHECKING, Any, NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from typing import TypeAlias

Pixels: TypeAlias = NDArray[np.uint8]
"""(H, W, 3), RGB."""
Plane: TypeAlias = NDArray[Any]
"""(H, W)."""


class Order(StrEnum):
    """The order of the channels that a tool passed to the package, which expects BGR."""

    BGR = "bgr"
    RGB = "rgb"


class Writer(NamedTuple):
    """How a tool passes pixels to the package."""

    order: Order
    real: bool
    """Whether as real numbers, as ``diffusers`` and Flux do; else as 8-bit integers."""

    def plane(self, pixels: Pixels) -> Plane:
        """U of (H, W, 3) RGB as the package computes it: uint8, or float32 if ``real``."""
        given = pixels[..., ::-1] if self.order is Order.BGR else pixels
        given = np.ascontiguousarray(given, np.float32 if self.real else np.uint8)
        return np.ascontiguousarray(cv2.cvtColor(given, cv2.COLOR_BGR2YUV)[..., 1])


WRITERS = tuple(Writer(order, real) for order, real in product(Order, (True, False)))
