"""The query parameters of a face job.

Names, choices and ranges come from the modes' options; defaults are those that clients of this
surface expect. This module lists the accepted options, and why the others are left out.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, is_dataclass
from enum import StrEnum
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, WithJsonSchema, model_validator
from pydantic_core import PydanticCustomError

from expunge.given import named
from expunge.imaging.faces.choices import DetectorName, Method
from expunge.imaging.faces.plans import Plan
from expunge.operations.options.base import ModeOptions
from expunge.operations.options.faces import FacesOptions
from expunge.operations.options.mask import MaskOptions, OutputFormat

METHODS = tuple(method for method in Method if method is not Method.COVER)
"""Methods that a query can choose. `cover` needs an image file, which no query can carry."""
MIN_CONFIDENCE = 0.05
"""Lower bound for the detectors' confidence; below it they return noise."""


def parameter(options: type[ModeOptions], name: str, **overrides: Any) -> Any:  # noqa: ANN401
    """The query parameter for a mode's option, with its description and its range.

    Parameters
    ----------
    overrides
        Differences from the option: a ``default``, or one that `DIFFERENT` gives a reason for.
    """
    field = options.model_fields[name]
    facts: dict[str, Any] = {"default": field.default, "description": field.description}
    for constraint in field.metadata:
        if is_dataclass(constraint) and not isinstance(constraint, type):
            facts |= asdict(constraint)
    return Field(**facts | overrides)


def _without_cover(method: Method) -> Method:
    if method not in METHODS:
        raise PydanticCustomError(
            "method", "needs an image to lay over faces; use POST /api/v1/jobs"
        )
    return method


def _inline_enum(choices: Iterable[StrEnum]) -> WithJsonSchema:
    """The schema of the choices, written out at the parameter instead of by reference."""
    return WithJsonSchema({"type": "string", "enum": [choice.value for choice in choices]})


MaskMethod = Annotated[Method, AfterValidator(_without_cover), _inline_enum(METHODS)]


class DetectQuery(BaseModel):
    """The query parameters of a detection."""

    model_config = ConfigDict(extra="forbid")

    @model_validator(mode="before")
    @classmethod
    def _present(cls, given: Any) -> Any:  # noqa: ANN401
        return named(given)

    confidence: float = parameter(
        FacesOptions,
        "confidence",
        default=0.5,
        ge=0,
        description=f"Minimum confidence; a lower value counts as {MIN_CONFIDENCE}.",
    )
    nms_threshold: float = parameter(FacesOptions, "nms_threshold", default=0.4)
    max_faces: int = parameter(FacesOptions, "max_faces")
    plan: Annotated[Plan, _inline_enum(Plan)] = parameter(FacesOptions, "plan")
    model: Annotated[DetectorName, _inline_enum(DetectorName)] = parameter(FacesOptions, "model")

    def options(self) -> dict[str, Any]:
        """The parameters as options of the mode."""
        given = self.model_dump(mode="json")
        return given | {"confidence": max(self.confidence, MIN_CONFIDENCE)}


class MaskQuery(DetectQuery):
    """The query parameters of a masking."""

    method: MaskMethod = parameter(MaskOptions, "method", default=Method.GAUSSIAN)
    strength: int = parameter(MaskOptions, "strength")
    padding: float = parameter(MaskOptions, "padding", default=0.15)
    format: Annotated[OutputFormat, _inline_enum(OutputFormat)] = parameter(
        MaskOptions, "format", default=OutputFormat.JPEG, description="The result's format."
    )
    quality: int = parameter(
        MaskOptions,
        "quality",
        default=95,
        description="Quality of JPEG and WebP results. By default a JPEG input keeps its coding "
        "outside the masks. With this parameter, the whole image is encoded again.",
    )

    def options(self) -> dict[str, Any]:
        """The parameters as options of the mode."""
        given = super().options()
        if self.format is OutputFormat.JPEG and "quality" not in self.model_fields_set:
            given["quality"] = None  # an image converted to JPEG gets 95
        return given


QUERIES: dict[str, type[DetectQuery]] = {"faces": DetectQuery, "mask": MaskQuery}
"""The query parameters of each mode that this surface runs, by the mode's name."""
_LEFT_TO_THE_CALLER = "`/api/v1/detect` returns the size of every face, so the caller can choose"
_OF_OTHER_TARGETS = dict.fromkeys(
    ("targets", "min_text_height", "within", "read"), "this surface's reference knows faces alone"
)
_OF_MOVING = "this surface takes still images alone"
LEFT_OUT: dict[str, dict[str, str]] = {
    "faces": {"min_size": _LEFT_TO_THE_CALLER} | _OF_OTHER_TARGETS,
    "mask": _OF_OTHER_TARGETS
    | {
        "min_size": _LEFT_TO_THE_CALLER,
        "regions": "lists of regions do not fit into a query",
        "shape": "the method `elliptical` sets it on this surface",
        "colour": "`solid` is always black on this surface",
        "cover": "an image does not fit into a query",
        "irreversible": "the method decides: only `solid` and `ringfill` are irreversible",
        "include": "lists of boxes do not fit into a query",
        "exclude": "lists of boxes do not fit into a query",
        "except": "pictures of people do not fit into a query, and URLs are logged",
        "strip_metadata": "this surface always removes all metadata",
        "receipt": "no field of this surface's reference can hold it",
        "search_every": _OF_MOVING,
        "codec": _OF_MOVING,
        "keep_audio": _OF_MOVING,
    },
}
"""Options of a mode that this surface does not accept, and why."""
DIFFERENT = {
    ("confidence", "minimum"): "clients of this surface may send 0; it counts as 0.05",
    ("method", "enum"): "`cover` needs an image, which does not fit into a query",
}
"""Where a parameter differs from its option, other than in its default, and why."""
