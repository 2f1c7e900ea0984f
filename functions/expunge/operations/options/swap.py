"""The options of ``swap``."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, ClassVar

from pydantic import BaseModel, ConfigDict, Field, StrictBool, field_validator, model_validator

from expunge.given import WHOLE, Word
from expunge.imaging.faces.choices import FACE_MESH
from expunge.imaging.provenance.choices import Scope
from expunge.operations.options.base import ImageOptions
from expunge.operations.options.described import COMPANIONS, MOVING
from expunge.operations.options.mask import OutputFormat
from expunge.operations.options.moving import MovingOptions

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Self

SOURCE = "source"
"""The companion with the face that is put in."""
MAX_SWAPS = 20
"""Most faces in `face_swaps`."""
MAX_SECONDS = 86_400


class Consent(StrEnum):
    """Why the person may use the face."""

    OWN_FACE = "own_face"
    PERMISSION = "permission"


Index = Annotated[int, Field(strict=True, ge=0), WHOLE]
Seconds = Annotated[float, Field(ge=0, le=MAX_SECONDS)]


class FaceSwap(BaseModel):
    """One face of the image, and the face that replaces it."""

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True, allow_inf_nan=False)

    face_index: Index = Field(description="The face, as `faces` numbers them.")
    source: Annotated[Word, Field(min_length=1, max_length=64)] = Field(
        description="The name of the companion that shows the new face."
    )
    frame_time_seconds: Seconds | None = Field(
        default=None, description="When `face_index` holds, in a moving picture."
    )
    enable_face_enhancer: StrictBool | None = Field(
        default=None, description="Default: as for the whole job."
    )


FaceSwaps = Annotated[tuple[FaceSwap, ...], Field(min_length=1, max_length=MAX_SWAPS)]


@dataclass(frozen=True, slots=True)
class Wanted:
    """One face that is to be replaced."""

    index: int | None
    """``None`` for the largest face."""
    source: str
    """The name of the companion."""
    enhance: bool
    time: float
    """Seconds from the start of a moving picture at which ``index`` holds."""
    pointer: str
    """JSON pointer of the option that names the face."""
    source_pointer: str
    """JSON pointer of the companion, or of the option that names it."""

    @property
    def time_pointer(self) -> str:
        """JSON pointer of the option that gives the time."""
        if self.pointer.endswith("/face_index"):
            return self.pointer.removesuffix("face_index") + "frame_time_seconds"
        return "/options/reference_frame_time_seconds"


class SwapOptions(MovingOptions, ImageOptions):
    """The options of `swap`."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"target_face_index": 0, "consent": "own_face"}]}
    )

    strips_all: ClassVar[bool] = True

    target_face_index: Index | None = Field(
        default=None,
        description="The face to replace, as `faces` numbers them. Default: the largest face.",
    )
    face_swaps: FaceSwaps | None = Field(
        default=None,
        description="Several faces to replace: for each its index, and the name of the picture "
        "that shows the new face (`source-0`, `source-1` and so on).",
        json_schema_extra={COMPANIONS: True},
    )
    enable_face_enhancer: StrictBool = Field(
        default=False,
        description="Sharpen the new face to match the picture around it, or restore it with the "
        "operator's model, where there is one.",
    )
    reference_frame_time_seconds: Seconds = Field(
        default=0,
        description="The time at which the face is named, in a moving picture.",
        json_schema_extra={MOVING: True},
    )
    consent: Consent | None = Field(
        default=None,
        description="Why you may use the face: it is your own (`own_face`), or its owner and the "
        "person whose face is replaced permit it (`permission`).",
    )
    visible_label: StrictBool = Field(
        default=False, description="Also write into the picture that a face was swapped."
    )
    format: OutputFormat | None = Field(
        default=None, description="Format of a resulting image. Default: the input's format."
    )
    quality: int | None = Field(
        default=None,
        ge=1,
        le=100,
        description="Quality of a lossy result. Default: like the input's.",
    )

    @property
    def companions(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(one.source for one in self.wanted))

    @property
    def models(self) -> frozenset[str]:
        return frozenset((FACE_MESH,))

    @property
    def metadata_scope(self) -> Scope:
        return Scope.ALL

    @property
    def media_type(self) -> str | None:
        """The type of a still result; ``None`` for the input's."""
        return f"image/{self.format}" if self.format else None

    @property
    def wanted(self) -> tuple[Wanted, ...]:
        """The faces to replace, in the order of the options."""
        return tuple(self._wanted())

    def _wanted(self) -> Iterator[Wanted]:
        if self.face_swaps is None:
            yield Wanted(
                self.target_face_index,
                SOURCE,
                self.enable_face_enhancer,
                self.reference_frame_time_seconds,
                "/options/target_face_index",
                f"/{SOURCE}",
            )
        for number, one in enumerate(self.face_swaps or ()):
            enhance, time = one.enable_face_enhancer, one.frame_time_seconds
            pointer = f"/options/face_swaps/{number}"
            yield Wanted(
                one.face_index,
                one.source,
                self.enable_face_enhancer if enhance is None else enhance,
                self.reference_frame_time_seconds if time is None else time,
                f"{pointer}/face_index",
                f"{pointer}/source",
            )

    @field_validator("face_swaps")
    @classmethod
    def _once(cls, given: tuple[FaceSwap, ...] | None) -> tuple[FaceSwap, ...] | None:
        named = [(one.face_index, one.frame_time_seconds) for one in given or ()]
        if len(set(named)) < len(named):
            raise ValueError("names a face twice; name each face once")
        return given

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        if self.face_swaps is not None and self.target_face_index is not None:
            raise ValueError("target_face_index and face_swaps exclude each other; give one")
        return self
