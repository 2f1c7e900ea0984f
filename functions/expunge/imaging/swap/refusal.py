"""Faces that cannot be put in or replaced, and why."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

import numpy as np

from expunge.errors import FieldError, ValidationFailed
from expunge.imaging.swap.mouth_cover import HIDDEN
from expunge.imaging.swap.pose import yaw

if TYPE_CHECKING:
    from expunge.imaging.faces.faces import Floats
    from expunge.imaging.faces.mesh.mesh import Mesh
    from expunge.imaging.swap.looking import Look

SURE = 0.5
"""Least confidence of a mesh; a profile has none."""
TURNED = 0.35
"""Most that `pose.yaw` of two faces may differ: beyond, half of a face has no pixels."""
COVERED = 0.3
"""Most of a source's skin that something may cover."""


CUT_OFF = 0.15
"""Most of a source's mesh that may lie beyond the picture's edge."""


class Reason(StrEnum):
    """Why a face cannot be used."""

    NO_FACE = "no_face"
    NOT_SEEN = "not_seen"
    """The mesh does not fit: a profile, or no face."""
    TURNED = "turned"
    COVERED = "covered"
    CUT_OFF = "cut_off"


class FaceUnusable(ValidationFailed):
    """A face that cannot be put in or replaced; ``reason`` is a word for programs."""

    def __init__(self, reason: Reason, detail: str, pointer: str = "/source") -> None:
        super().__init__(FieldError(pointer, detail))
        self.reason = reason
        self.sentence = detail

    def at(self, pointer: str) -> FaceUnusable:
        """The same for another member of the request."""
        return FaceUnusable(self.reason, self.sentence, pointer)


def check_seen(mesh: Mesh) -> None:
    """Reject a mesh that does not fit a face."""
    if mesh.confidence < SURE:
        raise FaceUnusable(
            Reason.NOT_SEEN,
            "the face is in profile, hidden or too blurred; use one that is turned to the camera",
        )


def check_whole(mesh: Mesh, size: tuple[int, int]) -> None:
    """Reject a source of which too much lies beyond the edge of its picture of (width, height)."""
    beyond = (mesh.points[:, :2] < 0) | (mesh.points[:, :2] > np.array(size))
    share = float(beyond.any(axis=1).mean())
    if share > CUT_OFF:
        raise FaceUnusable(
            Reason.CUT_OFF,
            f"the picture's edge cuts off {share:.0%} of the face; at most {CUT_OFF:.0%} may be "
            "missing",
        )


def check_covered(look: Look) -> None:
    """Reject a source of which too little can be seen."""
    if look.mouth_cover > HIDDEN:
        raise FaceUnusable(
            Reason.COVERED,
            "a mask or something else hides mouth and nose; use a picture that shows them",
        )
    cover = look.covered
    if cover.share > COVERED:
        raise FaceUnusable(
            Reason.COVERED,
            f"hair, a hand or something else covers {cover.share:.0%} of the face; at most "
            f"{COVERED:.0%} may be covered",
        )


def check_turned(source: Floats, target: Floats) -> None:
    """Reject two meshes that are turned too differently."""
    difference = abs(yaw(source) - yaw(target))
    if difference > TURNED:
        raise FaceUnusable(
            Reason.TURNED,
            f"the two faces are turned too differently ({difference:.2f}, at most {TURNED}); "
            "use a picture in which the face is turned like the one to replace",
        )
