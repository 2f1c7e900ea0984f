"""The report of ``swap``."""

from __future__ import annotations

from enum import StrEnum

from pydantic import Field

from expunge.operations.reports.base import ImageReport, Part, Region
from expunge.operations.reports.faces import FaceBox


class Warned(StrEnum):
    """What may look wrong in a result."""

    GLASSES = "glasses"
    BEARD = "beard"
    SMALL_FACE = "small_face"
    MOUTH = "mouth"
    OCCLUDED = "occluded"
    SEVERAL_FACES = "several_faces"


class NumberedFace(Part):
    """A face that was found."""

    index: int
    box: FaceBox


class SwappedFace(Part):
    """A face that was replaced."""

    face_index: int = Field(description="Its index, as `faces` numbers them.")
    box: FaceBox
    source: str = Field(description="The name of the companion that shows the new face.")
    enhanced: str | None = Field(
        description="`sharpened` to match the picture around it, or the name of the operator's "
        "model; `null` if it was not asked for."
    )
    warnings: list[Warned] = Field(
        description="What may look wrong: `glasses`, `beard` or a `mouth` that is open in one "
        "picture alone, a `small_face` below 70 pixels, a face that is partly `occluded`, or "
        "`several_faces` in the picture of the new one."
    )
    source_faces: int = Field(
        1, description="Faces in the picture of the new face; the largest was used."
    )
    frames: int | None = Field(None, description="Frames of a moving picture in which it was.")


class SwapReport(ImageReport):
    """The faces that were replaced."""

    count: int = Field(description="Faces in the image; `faces` lists at most 500.")
    faces: list[NumberedFace] = Field(
        default=[], description="Where they are, by the indexes that `faces` and options have."
    )
    swapped: list[SwappedFace]
    regions: list[Region] = Field(description="The rectangles in which pixels may differ.")
    notes: list[str] = Field(
        default=[], description="What else was done to a moving picture, such as conversions."
    )
    consent: str | None = Field(description="The statement that came with the request.")
    visible_label: bool = Field(description="Whether the picture itself says that it was changed.")
    exact: bool = Field(description="Whether pixels outside the regions are unchanged.")
    changed: bool = Field(description="Whether the result differs from the input.")
