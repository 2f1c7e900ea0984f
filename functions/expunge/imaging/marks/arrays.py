"""Array types of this package. OpenCV's stubs do not give the sample type of their results."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from expunge.imaging.codecs.partial import Lower

Floats = NDArray[Any]
"""float32 unless stated otherwise; each use states the shape."""
Seen = NDArray[np.uint8] | Lower
"""A whole image, ``(h, w, 3)``, or the lower rows of it that a search needs."""
Pixels = NDArray[np.uint8]
"""``(h, w, 3)``, an image or a part of one."""
Flags = NDArray[np.bool_]
"""``(h, w)``."""
