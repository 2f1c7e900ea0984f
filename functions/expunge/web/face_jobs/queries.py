"""What may be asked of a face job, as query parameters."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

PlanName = Literal["fast", "balanced", "thorough"]
ModelName = Literal[
    "centerface", "centerface_fp32", "scrfd_10g", "scrfd_2.5g", "scrfd_500m", "yunet"
]
MethodName = Literal["gaussian", "pixelate", "solid", "elliptical", "ringfill"]
FormatName = Literal["jpeg", "png", "webp"]

MIN_CONFIDENCE = 0.05
"""What the detectors are asked for at least; below it they answer with noise."""


class DetectQuery(BaseModel):
    """What may be asked of a detection."""

    model_config = ConfigDict(extra="forbid")

    confidence: float = Field(
        0.5,
        ge=0,
        le=1,
        description=f"Least confidence; less than {MIN_CONFIDENCE} counts as that.",
    )
    nms_threshold: float = Field(
        0.4, ge=0, le=1, description="Overlap above which two boxes are one face."
    )
    max_faces: int = Field(
        0, ge=0, le=1_000_000, description="At most so many, the surest; 0: all."
    )
    plan: PlanName = Field(
        "balanced", description="How thoroughly to look; see docs/explanation/faces.md."
    )
    model: ModelName = Field(
        "centerface",
        description="Which detector looks. CenterFace comes with the service; weights of the "
        "others are the operator's to supply.",
    )

    def options(self) -> dict[str, Any]:
        """As options of the mode."""
        given = self.model_dump()
        return given | {"confidence": max(self.confidence, MIN_CONFIDENCE)}


class MaskQuery(DetectQuery):
    """What may be asked of a masking."""

    method: MethodName = Field("gaussian", description="What stands in a face's place.")
    strength: int = Field(
        199, ge=1, le=999, description="Scales blurs and blocks, which follow the face's size."
    )
    padding: float = Field(0.15, ge=0, le=1, description="Added around a face, in its sizes.")
    format: FormatName = Field("jpeg", description="The result's format.")
    quality: int = Field(
        95,
        ge=1,
        le=100,
        description="Of JPEG and WebP. A picture that is a JPEG already keeps its coding outside "
        "the masks, unless this is given: then all of it is coded anew.",
    )

    def options(self) -> dict[str, Any]:
        """As options of the mode."""
        given = super().options()
        if self.format == "jpeg" and "quality" not in self.model_fields_set:
            given["quality"] = None  # 95 for what is converted to JPEG
        return given
