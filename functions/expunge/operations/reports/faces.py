"""The reports of ``faces`` and ``mask``."""

from __future__ import annotations

from pydantic import Field

from expunge.imaging.targets.choices import Target
from expunge.operations.reports.base import ImageReport, Part


class FaceBox(Part):
    """Corners in pixels of the displayed image."""

    x1: float
    y1: float
    x2: float
    y2: float


class FacePoint(Part):
    """A point in pixels of the displayed image."""

    x: float
    y: float


class FaceLandmarks(Part):
    """Five points of a face; left and right as seen in the image."""

    left_eye: FacePoint
    right_eye: FacePoint
    nose: FacePoint
    left_mouth: FacePoint
    right_mouth: FacePoint


class Face(Part):
    """A face."""

    index: int
    box: FaceBox
    confidence: float = Field(ge=0, le=1)
    landmarks: FaceLandmarks


class Spot(Part):
    """Text, a plate or a code that was found."""

    kind: Target
    box: FaceBox
    corners: list[tuple[float, float]] = Field(description="x and y of each corner, in order.")
    confidence: float = Field(ge=0, le=1)
    symbology: str | None = Field(
        None, description="Of a code: `qr`, `ean_13` and so on; `linear` if it was not decoded."
    )
    decoded: bool | None = Field(None, description="Of a code: whether it can be decoded.")
    content: str | None = Field(None, description="What a code says, with the option `read`.")


class Candidates(Part):
    """Boxes that the detector proposed."""

    before_nms: int
    after_nms: int


class DetectorPass(Part):
    """One look of the detector at the image."""

    scale: float
    parts: int


class FacesReport(ImageReport):
    """The faces that were found."""

    channels: int
    model: str
    plan: str
    confidence: float
    nms_threshold: float
    count: int = Field(description="All faces; `faces` lists at most 500.")
    faces: list[Face]
    candidates: Candidates
    passes: list[DetectorPass]
    targets: list[Target] = Field(description="What was looked for.")
    found: list[Spot] = Field(description="Text, plates and codes, at most 500.")
    found_count: int


class MaskedRegion(Part):
    """A rectangle in pixels of the displayed image."""

    x: int
    y: int
    width: int
    height: int
    kind: str = Field(description="A target, or `regions` for one that the request gave.")


class KeptFace(Part):
    """A face that stays visible, since it is a person that the option `except` names."""

    index: int = Field(description="The index of the face.")
    reference: int = Field(description="The position of the person in `except`, from 0.")


class Track(Part):
    """What was followed through one shot of a moving picture."""

    index: int = Field(description="The index of the face, for `include` and `exclude`.")
    kind: Target
    first_seconds: float = Field(description="When it appears, from the start.")
    last_seconds: float = Field(description="When it is there for the last time.")
    best_seconds: float = Field(description="When it was found with the highest confidence.")
    frames: int = Field(description="Frames in which it has a place.")
    detected: int = Field(description="Frames of them in which it was found by a search.")
    hidden: bool


class Moving(Part):
    """What a moving picture has beside a still one."""

    frames: int
    seconds: float = Field(description="The time of the last frame.")
    shots: int = Field(description="Parts between cuts; no face is followed over a cut.")
    searched: int = Field(description="Frames in which faces were searched for.")
    tracks: list[Track] = Field(description="At most 500.")
    track_count: int
    notes: list[str] = Field(description="What differs from the input beside what is hidden.")


class MaskReport(FacesReport):
    """The faces that were found, and those that were hidden.

    Of a moving picture, `faces` and `found` list each track once, where it was surest.
    """

    moving: Moving | None = Field(None, description="Of a moving picture alone.")

    masked: list[int] = Field(description="Indices of the hidden faces, at most 500.")
    masked_count: int = Field(description="All regions that were hidden.")
    hidden: dict[str, int] = Field(description="Their number by kind.")
    kept: list[KeptFace] = Field(
        default=[], description="Faces that stay visible, of people that `except` names."
    )
    regions: list[MaskedRegion]
    method: str
    methods: dict[str, str] = Field(description="How each kind was hidden.")
    strength: int
    padding: float
    irreversible: bool = Field(description="Whether nothing remains of what was hidden.")
    metadata_stripped: bool
    exact: bool = Field(description="Whether pixels outside the regions are unchanged.")
    changed: bool = Field(description="Whether the result differs from the input.")
