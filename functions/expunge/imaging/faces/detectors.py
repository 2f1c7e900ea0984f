"""Load detectors by name; a process loads each of them once."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from expunge.errors import Unavailable
from expunge.imaging.faces.centerface import CenterFace, in_floats
from expunge.imaging.faces.choices import DetectorName
from expunge.imaging.faces.scrfd import Scrfd
from expunge.imaging.faces.yunet import YuNet
from expunge.imaging.networks.graph import Graph
from expunge.imaging.networks.session import NetworkInvalid

if TYPE_CHECKING:
    from pathlib import Path

    from expunge.imaging.faces.looking import Detector


@cache
def loaded(name: DetectorName, path: Path) -> Detector:
    """Load a detector, ready to run.

    Raises
    ------
    expunge.errors.Unavailable
        If the file is not a network that this detector can use.
    """
    try:
        return _of(name, path.read_bytes())
    except (OSError, ValueError, NetworkInvalid) as error:
        raise Unavailable(f"The weights of «{name}» cannot be used: {error}") from error


def _of(name: DetectorName, model: bytes) -> Detector:
    if name is DetectorName.CENTERFACE:
        return CenterFace(model)
    if name is DetectorName.CENTERFACE_FP32:
        return CenterFace(in_floats(model).serialised())
    model = Graph.parse(model).of_any_size().serialised()
    return YuNet(model) if name is DetectorName.YUNET else Scrfd(model)
