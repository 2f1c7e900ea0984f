"""What a caller chooses between when faces are found or hidden. No library is needed to read it."""

from __future__ import annotations

from enum import StrEnum


class DetectorName(StrEnum):
    """Which detector looks for faces."""

    CENTERFACE = "centerface"
    """In 8 bits; comes with the set-up, as does the next."""
    CENTERFACE_FP32 = "centerface_fp32"
    SCRFD_10G = "scrfd_10g"
    """Weights of this and the following are the operator's to supply."""
    SCRFD_2_5G = "scrfd_2.5g"
    SCRFD_500M = "scrfd_500m"
    YUNET = "yunet"


class Shape(StrEnum):
    """What is drawn around a padded box."""

    ELLIPSE = "ellipse"
    BOX = "box"


class Method(StrEnum):
    """What stands in a face's place."""

    GAUSSIAN = "gaussian"
    PIXELATE = "pixelate"
    SOLID = "solid"
    ELLIPTICAL = "elliptical"
    """`GAUSSIAN`, in an ellipse whatever shape is asked for."""
    RINGFILL = "ringfill"
    """Colours from around the face."""
    COVER = "cover"
    """An image of the caller's."""


IRREVERSIBLE = frozenset((Method.SOLID, Method.RINGFILL))
"""What depends on no pixel of the face."""
DEFAULT_STRENGTH = 199
