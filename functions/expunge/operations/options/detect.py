"""The options of ``detect``."""

from __future__ import annotations

from pydantic import ConfigDict, Field, StrictBool

from expunge.operations.options.base import ModeOptions


class DetectOptions(ModeOptions):
    """What a caller may ask of `detect`."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"deep": True}]})

    deep: StrictBool = Field(
        default=False,
        description="Decode PNG and WebP pixels too, to read parameters hidden in their low bits.",
    )
    verify: StrictBool = Field(
        default=True,
        description="Check C2PA signatures and hashes; without it their validity is unverified.",
    )
    visible: StrictBool = Field(
        default=True, description="Decode the picture and look for visible marks of AI tools."
    )
