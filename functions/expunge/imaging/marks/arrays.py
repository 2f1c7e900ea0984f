"""Array types of this package. OpenCV's stubs do not give the sample type of their results."""

from __future__ import annotations

from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[Any]
"""float32 unless stated otherwise; each use states the shape."""


class Seen(Protocol):
    """An image, ``(h, w, 3)``, or the rows of it that a search needs: read by two slices."""

    @property
    def shape(self) -> tuple[int, ...]: ...

    def __getitem__(self, area: tuple[slice, slice], /) -> NDArray[np.uint8]: ...


Pixels = NDArray[np.uint8]
"""``(h, w, 3)``, an image or a part of one."""
Flags = NDArray[np.bool_]
"""``(h, w)``."""
