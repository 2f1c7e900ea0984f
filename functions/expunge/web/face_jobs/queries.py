"""What may be asked of a face job, as query parameters.

Names, choices and ranges are those of the modes' options; defaults are those that clients of this
surface expect. Which options it takes is said here, and why not the others.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, is_dataclass
from enum import StrEnum
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, WithJsonSchema
from pydantic_core import PydanticCustomError

from expunge.imaging.faces.choices import DetectorName, Method
from expunge.imaging.faces.plans import Plan
from expunge.operations.options.base import ModeOptions
from expunge.operations.options.faces import FacesOptions
from expunge.operations.options.mask import MaskOptions, OutputFormat

METHODS = tuple(method for method in Method if method is not Method.COVER)
"""What a query can ask for: a cover is a picture, and none fits into one."""
MIN_CONFIDENCE = 0.05
"""What the detectors are asked for at least; below it they answer with noise."""


def taken(options: type[ModeOptions], name: str, **own: Any) -> Any:  # noqa: ANN401
    """The parameter for a mode's option, with its description and its range.

    Parameters
    ----------
    own
        What this surface has its own way: a ``default``, or what `DIFFERENT` gives a reason for.
    """
    field = options.model_fields[name]
    facts: dict[str, Any] = {"default": field.default, "description": field.description}
    for constraint in field.metadata:
        if is_dataclass(constraint) and not isinstance(constraint, type):
            facts |= asdict(constraint)
    return Field(**facts | own)


def _possible(method: Method) -> Method:
    if method not in METHODS:
        raise PydanticCustomError("method", "needs a picture; use POST /api/v1/jobs")
    return method


def _words(choices: Iterable[StrEnum]) -> WithJsonSchema:
    """The choices where the parameter stands, rather than by reference."""
    return WithJsonSchema({"type": "string", "enum": [choice.value for choice in choices]})


MaskMethod = Annotated[Method, AfterValidator(_possible), _words(METHODS)]


class DetectQuery(BaseModel):
    """What may be asked of a detection."""

    model_config = ConfigDict(extra="forbid")

    confidence: float = taken(
        FacesOptions,
        "confidence",
        default=0.5,
        ge=0,
        description=f"Least confidence; less than {MIN_CONFIDENCE} counts as that.",
    )
    nms_threshold: float = taken(FacesOptions, "nms_threshold", default=0.4)
    max_faces: int = taken(FacesOptions, "max_faces")
    plan: Annotated[Plan, _words(Plan)] = taken(FacesOptions, "plan")
    model: Annotated[DetectorName, _words(DetectorName)] = taken(FacesOptions, "model")

    def options(self) -> dict[str, Any]:
        """As options of the mode."""
        given = self.model_dump(mode="json")
        return given | {"confidence": max(self.confidence, MIN_CONFIDENCE)}


class MaskQuery(DetectQuery):
    """What may be asked of a masking."""

    method: MaskMethod = taken(MaskOptions, "method")
    strength: int = taken(MaskOptions, "strength")
    padding: float = taken(MaskOptions, "padding")
    format: Annotated[OutputFormat, _words(OutputFormat)] = taken(
        MaskOptions, "format", default=OutputFormat.JPEG, description="The result's format."
    )
    quality: int = taken(
        MaskOptions,
        "quality",
        default=95,
        description="Of JPEG and WebP. A picture that is a JPEG already keeps its coding outside "
        "the masks, unless this is given: then all of it is coded anew.",
    )

    def options(self) -> dict[str, Any]:
        """As options of the mode."""
        given = super().options()
        if self.format is OutputFormat.JPEG and "quality" not in self.model_fields_set:
            given["quality"] = None  # 95 for what is converted to JPEG
        return given


QUERIES: dict[str, type[DetectQuery]] = {"faces": DetectQuery, "mask": MaskQuery}
"""What this surface asks of a mode, by the mode's name."""
_LEFT_TO_THE_CALLER = "an answer of `/api/v1/detect` has the size of every face to choose by"
LEFT_OUT: dict[str, dict[str, str]] = {
    "faces": {"min_size": _LEFT_TO_THE_CALLER},
    "mask": {
        "min_size": _LEFT_TO_THE_CALLER,
        "shape": "the method `elliptical` is this surface's word for it",
        "colour": "`solid` is black here",
        "cover": "a picture does not fit into a query",
        "irreversible": "the method says it: `solid` and `ringfill` are, the others are not",
        "include": "lists of boxes do not fit into a query",
        "exclude": "lists of boxes do not fit into a query",
        "strip_metadata": "all metadata goes here, always",
    },
}
"""Options of a mode that this surface does not take, and why."""
DIFFERENT = {
    ("confidence", "minimum"): "clients of this surface may send 0; it counts as 0.05",
    ("method", "enum"): "`cover` needs a picture, which does not fit into a query",
}
"""What a parameter has other than its option, defaults apart, and why."""
