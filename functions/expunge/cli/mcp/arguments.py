"""The arguments of a tool on the user's own machine."""

from __future__ import annotations

from typing import ClassVar

from pydantic import Field, StrictBool

from expunge.agents.arguments import ImageArguments


class LocalArguments(ImageArguments):
    """An image from a file, a URL or the call itself, and where its result goes."""

    sources: ClassVar[tuple[str, ...]] = ("path", "image_url", "image_base64")

    path: str | None = Field(
        default=None,
        description="A file inside the allowed folders. Relative paths start at the first one.",
    )
    output: str | None = Field(
        default=None,
        description="File to write the result to, inside the allowed folders. Default: NAME-clean "
        "beside a file of `path`; otherwise the result is part of the answer.",
    )
    overwrite: StrictBool = Field(
        default=False, description="Replace the file at the output's path if it exists."
    )
