"""The options for finding and hiding faces. This module imports no third-party library."""

from __future__ import annotations

from enum import StrEnum


class DetectorName(StrEnum):
    """The face detector."""

    CENTERFACE = "centerface"
    """8-bit network; installed by the set-up, like the next one."""
    CENTERFACE_FP32 = "centerface_fp32"
    SCRFD_10G = "scrfd_10g"
    """The operator must supply the weights of this and the following detectors."""
    SCRFD_2_5G = "scrfd_2.5g"
    SCRFD_500M = "scrfd_500m"
    YUNET = "yunet"


class Shape(StrEnum):
    """The shape of the mask around a padded box."""

    ELLIPSE = "ellipse"
    BOX = "box"


class Method(StrEnum):
    """The replacement for a face's pixels."""

    GAUSSIAN = "gaussian"
    PIXELATE = "pixelate"
    SOLID = "solid"
    ELLIPTICAL = "elliptical"
    """`GAUSSIAN`, always in an ellipse; the requested shape is ignored."""
    RINGFILL = "ringfill"
    """Colours interpolated from around the face."""
    COVER = "cover"
    """An image that the caller supplies."""


IRREVERSIBLE = frozenset((Method.SOLID, Method.RINGFILL))
"""Methods whose result depends on no pixel of the face."""
DEFAULT_STRENGTH = 199
DESCRIPTOR = "face-descriptor"
"""The catalogue's name of the network that tells people apart."""
FACE_MESH = "face-mesh"
"""The catalogue's name of the network that draws a face's 478 points."""
