"""The types of arrays here. OpenCV's stubs lose the sample type of what they give back."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from expunge.imaging.codecs.partial import Lower

Floats = NDArray[Any]
"""float32 unless said otherwise; the shape is told where it is used."""
Seen = NDArray[np.uint8] | Lower
"""A whole image, ``(h, w, 3)``, or as many of its lower rows as a search looks at."""
Pixels = NDArray[np.uint8]
"""``(h, w, 3)``, an image or a part of one."""
Flags = NDArray[np.bool_]
"""``(h, w)``."""
