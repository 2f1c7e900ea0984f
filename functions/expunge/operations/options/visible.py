"""The options of ``visible``."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from pydantic import ConfigDict, Field

from expunge.operations.options.areas import SAID, Areas
from expunge.operations.options.base import ImageOptions
from expunge.operations.options.marks import MarkName

Pixel = Annotated[int, Field(ge=0, le=1_000_000)]


class VisibleFormat(StrEnum):
    """Formats of a result."""

    PNG = "png"
    JPEG = "jpeg"
    WEBP = "webp"
    AVIF = "avif"
    HEIC = "heic"
    JXL = "jxl"


class VisibleOptions(ImageOptions):
    """The options of `visible`."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"marks": ["gemini-sparkle"]}]})

    marks: tuple[MarkName, ...] | None = Field(
        default=None, description="The marks to search for. Default: all known marks."
    )
    region: tuple[Pixel, Pixel, Pixel, Pixel] | None = Field(
        default=None,
        description="The same as one of `regions`: [x, y, width, height] of the displayed image.",
    )
    regions: Areas | None = Field(
        default=None,
        description=f"Inpaint these regions instead of searching for marks, {SAID}; "
        "together at most a quarter of the image.",
    )
    format: VisibleFormat | None = Field(
        default=None, description="Format of the result. Default: the input's format."
    )
    quality: int | None = Field(
        default=None,
        ge=1,
        le=100,
        description="Quality of a lossy result that is re-encoded. Default: like the input's.",
    )

    @property
    def pointed_at(self) -> tuple[tuple[float, ...], ...]:
        """The given regions, by either name."""
        return (*((self.region,) if self.region else ()), *(self.regions or ()))
