"""The options of ``metadata``."""

from __future__ import annotations

from enum import StrEnum

from pydantic import ConfigDict, Field, field_validator

from expunge.operations.options.base import ModeOptions


class Keep(StrEnum):
    """What may be asked to stay."""

    ICC = "icc"
    """Colour profiles, which stay anyway."""
    COPYRIGHT = "copyright"
    """Artist and Copyright of EXIF, rebuilt; Author and Copyright texts of PNG."""
    GPS = "gps"
    """The GPS fields of EXIF, rebuilt."""
    EXIF = "exif"
    XMP = "xmp"
    IPTC = "iptc"
    COMMENTS = "comments"
    TEXT = "text"
    THUMBNAILS = "thumbnails"


class Scope(StrEnum):
    """How much goes."""

    ALL = "all"
    """All metadata that ``keep`` does not name."""
    AI = "ai"
    """What tells of AI, field by field; a photographer's own data stays."""


class MetadataOptions(ModeOptions):
    """What a caller may ask of `metadata`."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"keep": ["copyright", "gps"]}]})

    keep: frozenset[Keep] = Field(
        default=frozenset(), description="What stays in the file; colour profiles stay anyway."
    )
    scope: Scope = Field(
        default=Scope.ALL, description="`ai` takes only what tells of AI; `all` takes everything."
    )

    @field_validator("keep", mode="before")
    @classmethod
    def _words(cls, given: object) -> object:
        """Take ``gps,copyright`` as well, for callers that have but text."""
        return given.split(",") if isinstance(given, str) else given
