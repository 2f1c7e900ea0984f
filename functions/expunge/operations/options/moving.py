"""How a moving picture is written: the options of every mode that writes one."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from pydantic import Field, StrictBool

from expunge.operations.options.base import ModeOptions
from expunge.operations.options.described import MOVING


class Codec(StrEnum):
    """The codec of a resulting video."""

    VP9 = "vp9"
    H264 = "h264"
    AV1 = "av1"


class MovingOptions(ModeOptions):
    """The options of a result that moves."""

    keep_audio: StrictBool = Field(
        default=True, description="Keep the sound of a video.", json_schema_extra={MOVING: True}
    )
    codec: Codec = Field(
        default=Codec.VP9,
        description="Codec of a resulting video. `h264` plays on every device; the operator "
        "decides whether it is allowed.",
        json_schema_extra={MOVING: True},
    )

    @property
    def coding(self) -> dict[str, Any]:
        """How a moving picture is written, as the fields of `expunge.imaging.moving.Coding`."""
        return {
            "codec": self.codec.value,
            "keep_audio": self.keep_audio,
            "quality": getattr(self, "quality", None),
        }
