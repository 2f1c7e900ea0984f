"""The arguments that tools take, besides the options of a mode."""

from __future__ import annotations

from typing import Any, ClassVar

from pydantic import BaseModel, ConfigDict, Field

from expunge import base64_file
from expunge.errors import FieldError, PayloadTooLarge, ValidationFailed

MAX_INLINE_BYTES = 1_048_576
"""Largest image in an argument or in an answer, decoded. Larger ones go by path, URL or upload."""
MAX_WAIT = 25
"""Seconds that a call may wait for its job; most clients give up after 60."""


class WaitArguments(BaseModel):
    """How long to wait for a job."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    wait_seconds: int = Field(
        default=MAX_WAIT,
        ge=0,
        le=MAX_WAIT,
        description="Longest wait for the job's end. A job that takes longer continues; "
        "`job_status` waits for it.",
    )


class ImageArguments(WaitArguments):
    """An image, and what to do with it. Subclasses add further sources."""

    sources: ClassVar[tuple[str, ...]] = ("image_url", "image_base64")
    """The names of the arguments of which a call gives exactly one."""

    image_url: str | None = Field(
        default=None, description="A public https URL from which to fetch the image."
    )
    image_base64: str | None = Field(
        default=None,
        description=f"The image in base64 or as a data URL; at most {MAX_INLINE_BYTES:,} bytes "
        "decoded.",
    )
    mode: str | None = Field(default=None, description="What to do.")
    options: dict[str, Any] | None = Field(default=None, description="Options of the mode.")

    def check_source(self) -> None:
        """Raise `ValidationFailed` unless exactly one image is given."""
        given = [name for name in self.sources if getattr(self, name) is not None]
        if len(given) != 1:
            seen = " and ".join(given) or "none"
            raise ValidationFailed(
                FieldError("", f"give exactly one of {', '.join(self.sources)}, not {seen}")
            )

    def inline_image(self) -> bytes | None:
        """The image of ``image_base64``, if that is given.

        Raises
        ------
        PayloadTooLarge
            For more than `MAX_INLINE_BYTES`, before anything is decoded.
        ValidationFailed
            For text that is not base64.
        """
        text = self.image_base64
        if text is None:
            return None
        length = base64_file.length(text)
        if length > MAX_INLINE_BYTES:
            others = " or ".join(name for name in self.sources if name != "image_base64")
            raise PayloadTooLarge(
                f"image_base64 holds {length:,} bytes; at most {MAX_INLINE_BYTES:,} are accepted. "
                f"Give the image as {others}."
            )
        return base64_file.read(text, "/image_base64")[0]


class StatusArguments(WaitArguments):
    """The arguments of `job_status`."""

    job_id: str = Field(
        min_length=1, max_length=64, description="The `job_id` of an earlier answer."
    )
