"""The options of ``faces``."""

from __future__ import annotations

from pydantic import ConfigDict, Field

from expunge.imaging.faces.choices import DetectorName
from expunge.imaging.faces.plans import Plan
from expunge.operations.options.base import ModeOptions


class FacesOptions(ModeOptions):
    """What a caller may ask of `faces`."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"plan": "thorough"}]})

    model: DetectorName = Field(
        default=DetectorName.CENTERFACE,
        description="Which detector looks. CenterFace comes with the service; weights of the "
        "others are the operator's to supply.",
    )
    plan: Plan = Field(
        default=Plan.BALANCED,
        description="`fast` looks once, `balanced` at two scales, `thorough` at every detail.",
    )
    confidence: float | None = Field(
        default=None, ge=0.05, le=1, description="Least confidence. Default: the plan's own."
    )
    nms_threshold: float = Field(
        default=0.3,
        ge=0,
        le=1,
        description="Overlap (intersection over union) above which two boxes are one face.",
    )
    max_faces: int = Field(
        default=0, ge=0, le=1_000_000, description="At most so many, the surest; 0: all."
    )
    min_size: float = Field(
        default=0, ge=0, description="Least shorter side of a face's box, in pixels."
    )
