"""Whether the face detector that requests name is installed."""

from __future__ import annotations

from collections.abc import Collection

from expunge import models
from expunge.errors import ModelMissing

FACE_MODES = frozenset({"faces", "mask"})
"""Modes that need a face detector."""


def is_installed(detector: str) -> bool:
    """Whether the detector's weights are installed."""
    try:
        models.installed(models.DETECTORS[detector])
    except ModelMissing:
        return False
    return True


def is_needed(modes: Collection[str]) -> bool:
    """Whether one of the enabled modes finds faces."""
    return not FACE_MODES.isdisjoint(modes)
