"""The options of ``detect``."""

from __future__ import annotations

from pydantic import ConfigDict, Field, StrictBool

from expunge.operations.options.base import ModeOptions


class DetectOptions(ModeOptions):
    """The options of `detect`."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"deep": True}]})

    deep: StrictBool = Field(
        default=False,
        description="Also decode PNG and WebP pixels, to read parameters hidden in their low bits.",
    )
    verify: StrictBool = Field(
        default=True,
        description="Check C2PA signatures and hashes. Otherwise they are reported as unverified.",
    )
    visible: StrictBool = Field(
        default=True, description="Decode the image and search it for visible marks of AI tools."
    )
    invisible: StrictBool = Field(
        default=False,
        description="Decode the image and search it for invisible watermarks with the payloads "
        "that public tools write by default. Takes seconds.",
    )
