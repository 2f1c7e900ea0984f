"""The options of ``invisible``."""

from __future__ import annotations

from typing import ClassVar

from pydantic import ConfigDict, Field, StrictBool

from expunge.imaging.provenance.choices import Scope
from expunge.imaging.purify.strength import Strength
from expunge.operations.options.base import ImageOptions


class InvisibleOptions(ImageOptions):
    """The options of `invisible`."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"strength": "high"}]})

    strips_all: ClassVar[bool] = True

    strength: Strength = Field(
        default=Strength.MEDIUM,
        description="`low` changes the image least, `high` most. "
        "docs/explanation/invisible.md compares them.",
    )
    model: str | None = Field(
        default=None,
        max_length=64,
        description="Name of the operator's image-to-image model in models.toml. It replaces the "
        "built-in method; `strength` then has no effect.",
    )
    verify: StrictBool = Field(
        default=False,
        description="Search the result for the watermarks that `detect` can decode, and repeat at "
        "the next higher `strength` while one still decodes: up to three treatments.",
    )

    @property
    def metadata_scope(self) -> Scope:
        return Scope.ALL
