"""The content of a receipt: what was done to which file."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

PIXEL_FORM = "expunge-pixels/1"
Digest = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
"""SHA-256 in hexadecimal."""


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, strict=True, defer_build=True)


class FileFacts(_Part):
    """One file."""

    sha256: Digest
    bytes: int = Field(ge=0)
    media_type: str


class Pixels(_Part):
    """The decoded pixels of both files, as viewers show them; or why they were not compared."""

    compared: bool
    reason: str | None = Field(None, description="Why the pixels were not compared.")
    form: str | None = Field(None, description=f"What is hashed: `{PIXEL_FORM}`.")
    input_sha256: Digest | None = None
    output_sha256: Digest | None = None
    equal: bool | None = None


class Count(_Part):
    """A number of things of one kind; never a value."""

    what: str = Field(description="`metadata`, `visible mark` or `face`.")
    kind: str = Field(description="A kind of metadata, the name of a mark, or a way to hide.")
    count: int = Field(ge=1)


class Statement(_Part):
    """What a receipt states. Members of later versions are ignored."""

    statement: Literal["expunge-receipt/1"] = "expunge-receipt/1"
    iss: str | None = Field(None, description="URL of the service that made it.")
    jti: str | None = Field(None, description="Id of the job.")
    iat: int = Field(description="Unix time in seconds.")
    version: str = Field(description="Version of expunge.")
    mode: str
    options: dict[str, Any] = Field(description="All options of the mode that hold no free text.")
    options_withheld: list[str] = Field(description="Options that were given and are not shown.")
    input: FileFacts
    output: FileFacts
    pixels: Pixels
    removed: list[Count]
    kept: list[Count] = Field(description="Metadata in the result.")
