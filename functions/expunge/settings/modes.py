"""Which work the service takes, and how large a file may be."""

from __future__ import annotations

from pydantic import Field

from expunge.settings.topic import Topic
from expunge.settings.values import VideoCodecs, Words


class ModeSettings(Topic):
    modes: Words | None = Field(
        None, description="The enabled modes, separated by commas. Default: all."
    )
    scopes: Words | None = Field(
        None,
        description="The enabled scopes of `metadata`, separated by commas. Default: all. Without "
        "the scope `all`, no mode removes all metadata: the modes `invisible` and `all` are off, "
        "and `mask` needs `strip_metadata=false`.",
    )
    purpose_required: bool = Field(
        False,
        description="Whether a job needs a statement of its purpose, as the field `purpose` or the "
        "header `Expunge-Purpose`. It is stored with the job.",
    )
    recognition: bool = Field(
        False,
        description="Whether the option `except` of `mask` is accepted, which leaves named people "
        "visible. It is biometric identification: see [law and use](../explanation/legal.md).",
    )
    video_codecs: VideoCodecs = Field(
        ("vp9", "av1"),
        description="The codecs that callers may ask for in a resulting video, separated by "
        "commas: `vp9`, `av1`, `h264`. `h264` is written by libx264, which is under the GPL and "
        "may need a patent licence: see [moving pictures](moving-pictures.md#codecs).",
    )
    max_file_mb: int | None = Field(
        None,
        ge=1,
        le=1024,
        description="Largest size of a file, in MiB (1,048,576 bytes). Default: 10. Not allowed "
        "with `aws`, where the platform sets the limit.",
    )
    max_video_mb: int = Field(
        2048,
        ge=1,
        le=65_536,
        description="Largest size of an uploaded video or audio file, in MiB. Such a file is read "
        "from disk piece by piece. On AWS the limit is 400 or less, because a result takes part of "
        "the function's temporary storage.",
    )
