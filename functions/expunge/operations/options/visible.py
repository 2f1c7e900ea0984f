"""The options of ``visible``."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from pydantic import ConfigDict, Field

from expunge.imaging.marks.names import MarkName
from expunge.operations.options.base import ModeOptions

Pixel = Annotated[int, Field(ge=0, le=1_000_000)]


class VisibleFormat(StrEnum):
    """What a result may be converted to."""

    PNG = "png"
    JPEG = "jpeg"
    WEBP = "webp"
    AVIF = "avif"
    HEIC = "heic"
    JXL = "jxl"


class VisibleOptions(ModeOptions):
    """What a caller may ask of `visible`."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"marks": ["gemini-sparkle"]}]})

    marks: tuple[MarkName, ...] | None = Field(
        default=None, description="The marks to look for. Default: all that are known."
    )
    region: tuple[Pixel, Pixel, Pixel, Pixel] | None = Field(
        default=None,
        description="Inpaint [x, y, width, height] as displayed, at most a quarter of the picture, "
        "instead of looking for marks.",
    )
    format: VisibleFormat | None = Field(
        default=None, description="Another format for the result. Default: the input's own."
    )
    quality: int | None = Field(
        default=None, ge=1, le=100, description="Of a lossy format that is coded anew."
    )
