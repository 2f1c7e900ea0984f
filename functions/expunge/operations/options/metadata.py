"""The options of ``metadata``."""

from __future__ import annotations

from enum import StrEnum

from pydantic import ConfigDict, Field, field_validator

from expunge.operations.options.base import ModeOptions


class Keep(StrEnum):
    """Metadata that can be kept."""

    ICC = "icc"
    """Colour profiles, which always stay."""
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
    """How much metadata is removed."""

    ALL = "all"
    """All metadata that ``keep`` does not name."""
    AI = "ai"
    """Only traces of AI tools, field by field; a photographer's data stays."""


class MetadataOptions(ModeOptions):
    """The options of `metadata`."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"keep": ["copyright", "gps"]}]})

    keep: frozenset[Keep] = Field(
        default=frozenset(), description="Metadata to keep. Colour profiles always stay."
    )
    scope: Scope = Field(
        default=Scope.ALL, description="`all` removes all metadata, `ai` only traces of AI tools."
    )

    @field_validator("keep", mode="before")
    @classmethod
    def _words(cls, given: object) -> object:
        """Also accept text like ``gps,copyright``, for callers that can only send text."""
        return given.split(",") if isinstance(given, str) else given
