"""The options of ``metadata``."""

from __future__ import annotations

from pydantic import ConfigDict, Field, field_validator

from expunge.imaging.provenance.choices import Keep, OnConflict, Scope
from expunge.operations.options.base import ImageOptions


class MetadataOptions(ImageOptions):
    """The options of `metadata`."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"scope": "private"}]})

    keep: frozenset[Keep] = Field(
        default=frozenset(),
        description="Metadata to keep. `credit` is creators, rights and training opt-outs "
        "(`copyright` is the same), `provenance` is AI labels, the C2PA manifest and credit. "
        "Colour profiles always stay.",
    )
    scope: Scope = Field(
        default=Scope.ALL,
        description="`all` removes all metadata, `ai` only traces of AI tools. `private` removes "
        "all but AI labels, the C2PA manifest, credit, and camera settings.",
    )

    on_conflict: OnConflict = Field(
        default=OnConflict.DROP,
        description="What to do with a C2PA manifest that was to stay, but does not hold for the "
        "cleaned file, and that the operator's key cannot sign again: `drop` it, or `refuse` the "
        "file. The report says what happened.",
    )

    @property
    def metadata_scope(self) -> Scope:
        return self.scope

    @field_validator("keep", mode="before")
    @classmethod
    def _words(cls, given: object) -> object:
        """Also accept text like ``gps,copyright``, for callers that can only send text."""
        return given.split(",") if isinstance(given, str) else given
