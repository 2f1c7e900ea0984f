"""The options of ``mask``: those of ``faces``, and how what was found is hidden."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any, ClassVar

from pydantic import (
    ConfigDict,
    Field,
    JsonValue,
    StrictBool,
    ValidationError,
    WrapValidator,
    field_validator,
    model_validator,
)
from pydantic_core import PydanticCustomError

from expunge.given import WHOLE
from expunge.imaging.faces.choices import (
    DEFAULT_STRENGTH,
    DESCRIPTOR,
    IRREVERSIBLE,
    Method,
    Shape,
)
from expunge.imaging.faces.plans import HIDING_CONFIDENCE, MOVING_CONFIDENCE, Plan
from expunge.imaging.provenance.choices import Scope
from expunge.imaging.targets.choices import Target
from expunge.operations.options.areas import SAID, Areas, clipped, corners
from expunge.operations.options.base import ImageOptions
from expunge.operations.options.described import BIOMETRIC, MOVING
from expunge.operations.options.faces import FacesOptions
from expunge.operations.options.moving import MovingOptions
from expunge.operations.options.reference import Reference

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Self

MAX_NAMED = 500
"""Most faces in `include` or `exclude`."""
MAX_COVER = 100_000
"""Most characters of base64: a job's options must fit into one record."""


MAX_REFERENCES = 20
"""Most people in `except`."""
MAX_REFERENCE_CHARACTERS = 200_000
"""Most characters of all of them: with a cover, a job's options must fit into one record."""


DEFAULT_EVERY = 3
"""Frames from one search to the next (docs/measurements/moving-faces.md)."""
MOST_EVERY = 15


class OutputFormat(StrEnum):
    """Formats of a result."""

    JPEG = "jpeg"
    PNG = "png"
    WEBP = "webp"


def _face(given: object, checked: Callable[[object], Any]) -> Any:  # noqa: ANN401
    """Validate an index or a box; a box may also be an object, as in reports."""
    if isinstance(given, dict) and set(given) == {"x1", "y1", "x2", "y2"}:
        given = tuple(given[name] for name in ("x1", "y1", "x2", "y2"))
    try:
        return checked(given)
    except ValidationError:
        raise PydanticCustomError(
            "face", "name a face by its index, from 0, or by its box: x1, y1, x2, y2"
        ) from None


Index = Annotated[int, Field(strict=True, ge=0), WHOLE]
Coordinate = Annotated[float, Field(ge=-1e6, le=1e6)]
Box = tuple[Coordinate, Coordinate, Coordinate, Coordinate]
Named = Annotated[Index | Box, WrapValidator(_face)]


_REVERSIBLE = [method for method in Method if method not in {*IRREVERSIBLE, Method.COVER}]
_BASE64 = r"^([A-Za-z0-9+/]{4})+([A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$"
_METHODS: list[JsonValue] = [
    {"properties": {"method": {"enum": [*sorted(IRREVERSIBLE)]}, "cover": {"type": "null"}}},
    {
        "required": ["method"],
        "properties": {
            "method": {"enum": [*_REVERSIBLE]},
            "cover": {"type": "null"},
            "irreversible": {"const": False},
        },
    },
    {
        "required": ["method", "cover"],
        "properties": {
            "method": {"const": Method.COVER},
            "cover": {"type": "string", "pattern": _BASE64},
            "irreversible": {"const": False},
        },
    },
]
"""What the options of a mask say of one another, for its schema; see `MaskOptions._fitting`."""


class MaskOptions(MovingOptions, FacesOptions, ImageOptions):
    """The options of `mask`."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"method": "solid", "shape": "box", "irreversible": True, "exclude": [0]}],
            "allOf": [{"anyOf": _METHODS}],
        }
    )

    confidence: float | None = Field(
        default=None,
        ge=0.05,
        le=1,
        description=f"Minimum confidence. Default: {HIDING_CONFIDENCE[Plan.BALANCED]}, with `fast` "
        f"{HIDING_CONFIDENCE[Plan.FAST]}: lower than for `faces`, since a missed face is worse "
        "than a stray mask.",
    )
    method: Method = Field(
        default=Method.RINGFILL,
        description="How a face is hidden. `ringfill` uses colours from around the face alone; "
        "`elliptical` is `gaussian` in an ellipse. Text, plates and codes are always hidden "
        "irreversibly: by `solid` if you choose it, else by `ringfill`.",
    )
    shape: Shape = Field(
        default=Shape.ELLIPSE, description="Outline of the hidden area; its edge fades outwards."
    )
    strength: int = Field(
        default=DEFAULT_STRENGTH,
        ge=1,
        le=999,
        description="Scales blurs and blocks, whose size follows the face: 199 is normal, 1 half.",
    )
    padding: float = Field(
        default=0.3, ge=0, le=1, description="Margin around a face, as a fraction of its size."
    )
    colour: str = Field(
        default="#000000",
        pattern=r"^#[0-9a-fA-F]{6}$",
        description="Colour of the method `solid`, as #rrggbb.",
    )
    cover: str | None = Field(
        default=None,
        max_length=MAX_COVER,
        description="Image that the method `cover` lays over faces: a whole image file in base64.",
        json_schema_extra={"contentEncoding": "base64"},
    )
    irreversible: StrictBool = Field(
        default=False,
        description="Require that nothing of a face remains: allow only `solid` and `ringfill`.",
    )
    include: tuple[Named, ...] | None = Field(
        default=None,
        max_length=MAX_NAMED,
        description="Hide only these: boxes of what was found, or indices of faces. A box in which "
        "nothing was found is hidden too. In a moving picture the index is a track's.",
    )
    exclude: tuple[Named, ...] = Field(
        default=(),
        max_length=MAX_NAMED,
        description="Do not hide these: boxes of what was found, or indices of faces.",
    )
    regions: Areas | None = Field(
        default=None,
        description=f"Hide these regions, too, {SAID}. Without `targets`, hide nothing else.",
    )
    except_: tuple[Reference, ...] = Field(
        default=(),
        alias="except",
        max_length=MAX_REFERENCES,
        description="Leave these people visible: a picture of one face in base64, or a descriptor "
        "from `expunge describe-face`. A face stays hidden when it is not surely the same.",
        json_schema_extra={BIOMETRIC: True},
    )
    search_every: int = Field(
        default=DEFAULT_EVERY,
        strict=True,
        ge=1,
        le=MOST_EVERY,
        description="Search each frame of this many for faces, in a moving picture; between them "
        "faces are followed. 1 is the most thorough.",
        json_schema_extra={MOVING: True},
    )
    strip_metadata: StrictBool = Field(
        default=True,
        description="Remove all metadata. Otherwise copyright and location stay, but previews of "
        "hidden faces do not.",
    )
    format: OutputFormat | None = Field(
        default=None, description="Format of the result. Default: the input's format."
    )
    quality: int | None = Field(
        default=None,
        ge=1,
        le=100,
        description="Quality of a lossy result. Default: like the input's.",
    )

    biometric: ClassVar[frozenset[str]] = frozenset(("except",))

    @property
    def identifies(self) -> bool:
        return bool(self.except_)

    @property
    def models(self) -> frozenset[str]:
        return super().models | (frozenset((DESCRIPTOR,)) if self.except_ else frozenset())

    @property
    def sought(self) -> frozenset[Target]:
        return frozenset() if self.regions and not self.targets else super().sought

    @property
    def threshold(self) -> float:
        return self.confidence or HIDING_CONFIDENCE[self.plan]

    @property
    def moving_threshold(self) -> float:
        """The minimum confidence in effect for a moving picture."""
        return self.confidence or MOVING_CONFIDENCE[self.plan]

    @property
    def metadata_scope(self) -> Scope | None:
        return Scope.ALL if self.strip_metadata else None

    def covers(self, size: tuple[int, int]) -> int:
        """Pixels of the rectangles around all given regions and boxes, in an image of ``size``."""
        boxes = [one for one in self.include or () if not isinstance(one, int)]
        return sum(clipped(corners(area), size) for area in self.regions or ()) + sum(
            clipped([(x1, y1), (x2, y2)], size) for x1, y1, x2, y2 in boxes
        )

    @field_validator("include", "exclude")
    @classmethod
    def _proper(cls, given: tuple[int | Box, ...] | None) -> tuple[int | Box, ...] | None:
        for one in given or ():
            if not isinstance(one, int) and (one[2] <= one[0] or one[3] <= one[1]):
                raise ValueError("a box is x1, y1, x2, y2 with x1 < x2 and y1 < y2")
        return given

    @field_validator("except_")
    @classmethod
    def _few(cls, given: tuple[str, ...]) -> tuple[str, ...]:
        if sum(map(len, given)) > MAX_REFERENCE_CHARACTERS:
            raise ValueError(
                f"together have more than {MAX_REFERENCE_CHARACTERS:,} characters; send smaller "
                "pictures of the faces, or descriptors"
            )
        return given

    @model_validator(mode="after")
    def _fitting(self) -> Self:
        if self.irreversible and self.method not in IRREVERSIBLE:
            raise ValueError(
                f"irreversible needs the method solid or ringfill; {self.method} can be reversed, "
                "or matched to a photograph of the same person"
            )
        if (self.method is Method.COVER) != (self.cover is not None):
            raise ValueError("the method cover and the option cover need each other")
        return self
