"""The options of ``mask``: what ``faces`` takes, and what stands in a face's place."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import (
    ConfigDict,
    Field,
    StrictBool,
    ValidationError,
    WrapValidator,
    field_validator,
    model_validator,
)
from pydantic_core import PydanticCustomError

from expunge.imaging.faces.choices import DEFAULT_STRENGTH, IRREVERSIBLE, Method, Shape
from expunge.operations.options.faces import FacesOptions

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Self

MAX_NAMED = 500
"""Faces that one request may name."""
MAX_COVER = 100_000
"""Characters of base64, so that a job's options fit into one record."""


class OutputFormat(StrEnum):
    """What a result may be converted to."""

    JPEG = "jpeg"
    PNG = "png"
    WEBP = "webp"


def _face(given: object, checked: Callable[[object], Any]) -> Any:  # noqa: ANN401
    """An index or a box; a box also as reports write it, with names."""
    if isinstance(given, dict) and set(given) == {"x1", "y1", "x2", "y2"}:
        given = tuple(given[name] for name in ("x1", "y1", "x2", "y2"))
    try:
        return checked(given)
    except ValidationError:
        raise PydanticCustomError(
            "face", "a face is named by its index, from 0, or by its box: x1, y1, x2, y2"
        ) from None


Index = Annotated[int, Field(strict=True, ge=0)]
Coordinate = Annotated[float, Field(ge=-1e6, le=1e6)]
Box = tuple[Coordinate, Coordinate, Coordinate, Coordinate]
Named = Annotated[Index | Box, WrapValidator(_face)]


class MaskOptions(FacesOptions):
    """What a caller may ask of `mask`."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"method": "solid", "shape": "box", "irreversible": True, "exclude": [0]}]
        }
    )

    method: Method = Field(default=Method.GAUSSIAN, description="What stands in a face's place.")
    shape: Shape = Field(
        default=Shape.ELLIPSE, description="The outline of what is covered; it fades outwards."
    )
    strength: int = Field(
        default=DEFAULT_STRENGTH,
        ge=1,
        le=999,
        description="Scales blurs and blocks, which follow the face's size; never below half.",
    )
    padding: float = Field(
        default=0.15, ge=0, le=1, description="Added around a face, as a fraction of its size."
    )
    colour: str = Field(
        default="#000000", pattern=r"^#[0-9a-fA-F]{6}$", description="Of `solid`, as #rrggbb."
    )
    cover: str | None = Field(
        default=None,
        max_length=MAX_COVER,
        description="The picture that the method `cover` lays over faces: a whole image file, "
        "as base64.",
        json_schema_extra={"contentEncoding": "base64"},
    )
    irreversible: StrictBool = Field(
        default=False,
        description="Insist that nothing of a face remains: only `solid` and `ringfill` will do.",
    )
    include: tuple[Named, ...] | None = Field(
        default=None,
        max_length=MAX_NAMED,
        description="Hide only these faces: indices or boxes. A box without a face is hidden too.",
    )
    exclude: tuple[Named, ...] = Field(
        default=(), max_length=MAX_NAMED, description="Leave these faces: indices or boxes."
    )
    strip_metadata: StrictBool = Field(
        default=True,
        description="Take all metadata out. Without it copyright and place stay; previews never.",
    )
    format: OutputFormat | None = Field(
        default=None, description="Convert the result. Default: the input's own format."
    )
    quality: int | None = Field(
        default=None, ge=1, le=100, description="Of lossy formats. Default: the input's own."
    )

    @field_validator("include", "exclude")
    @classmethod
    def _proper(cls, given: tuple[int | Box, ...] | None) -> tuple[int | Box, ...] | None:
        for one in given or ():
            if not isinstance(one, int) and (one[2] <= one[0] or one[3] <= one[1]):
                raise ValueError("a box is x1, y1, x2, y2 with x1 < x2 and y1 < y2")
        return given

    @model_validator(mode="after")
    def _fitting(self) -> Self:
        if self.irreversible and self.method not in IRREVERSIBLE:
            raise ValueError(
                f"irreversible needs the method solid or ringfill; {self.method} can be undone, "
                "or matched to a photograph of the same person"
            )
        if (self.method is Method.COVER) != (self.cover is not None):
            raise ValueError("the method cover and the option cover go together")
        return self
