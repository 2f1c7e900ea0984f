"""The options of ``faces``."""

from __future__ import annotations

from typing import Annotated

from pydantic import ConfigDict, Field, StrictBool

from expunge.imaging.faces.choices import DetectorName
from expunge.imaging.faces.plans import DEFAULT_CONFIDENCE, Plan
from expunge.imaging.targets.choices import READ_BY_NETWORK, Target
from expunge.models.entries import TEXT
from expunge.operations.options.areas import SAID, Areas
from expunge.operations.options.base import ModeOptions

Targets = Annotated[tuple[Target, ...], Field(min_length=1, max_length=len(Target))]


class FacesOptions(ModeOptions):
    """The options of `faces`."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"plan": "thorough"}]})

    targets: Targets | None = Field(
        default=None,
        description="What to look for. `plates` is text that looks like a number plate. "
        "Default: faces.",
    )
    model: DetectorName = Field(
        default=DetectorName.CENTERFACE,
        description="Face detector. CenterFace comes with the service; the operator must supply "
        "weights of the others.",
    )
    plan: Plan = Field(
        default=Plan.BALANCED,
        description="`fast` searches the image twice, at up to 1,280 pixels; `balanced` looks "
        "closer at small faces, and at images on their side, too; `thorough` searches at full "
        "resolution.",
    )
    confidence: float | None = Field(
        default=None,
        ge=0.05,
        le=1,
        description=f"Minimum confidence. Default: {DEFAULT_CONFIDENCE}.",
    )
    nms_threshold: float = Field(
        default=0.3,
        ge=0,
        le=1,
        description="Overlap (intersection over union) above which two boxes count as one face.",
    )
    max_faces: int = Field(
        default=0,
        ge=0,
        le=1_000_000,
        description="Maximum number of faces; the most confident are kept. 0: all.",
    )
    min_size: float = Field(
        default=0, ge=0, description="Minimum shorter side of a face's box, in pixels."
    )

    min_text_height: float = Field(
        default=0, ge=0, description="Minimum height of a line of text, in pixels."
    )
    within: Areas | None = Field(
        default=None,
        description=f"Look only in these regions, {SAID}. What has its centre there counts.",
    )
    read: StrictBool = Field(
        default=False,
        description="Report what codes say. Text is never read.",
    )

    @property
    def sought(self) -> frozenset[Target]:
        """What is looked for."""
        return frozenset(self.targets or (Target.FACES,))

    @property
    def models(self) -> frozenset[str]:
        return frozenset((TEXT,)) if self.sought & READ_BY_NETWORK else frozenset()

    @property
    def threshold(self) -> float:
        """The minimum confidence in effect."""
        return self.confidence or DEFAULT_CONFIDENCE
