"""The base of all option models."""

from __future__ import annotations

from typing import ClassVar

from pydantic import BaseModel, ConfigDict, Field, StrictBool

from expunge.imaging.provenance.choices import Scope


class ModeOptions(BaseModel):
    """The options of one mode; unknown names are rejected."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    strips_all: ClassVar[bool] = False
    """Whether the mode removes all metadata whatever its options are."""

    @property
    def metadata_scope(self) -> Scope | None:
        """The scope in which the mode removes metadata; ``None`` if it removes none."""
        return None

    @property
    def wants_receipt(self) -> bool:
        """Whether a signed receipt goes with the result."""
        return False


class ImageOptions(ModeOptions):
    """The options that every mode has whose result is an image."""

    receipt: StrictBool = Field(
        default=False,
        description="Add a signed receipt: digests of both files and of their pixels, and what "
        "was removed and kept.",
    )

    @property
    def wants_receipt(self) -> bool:
        return self.receipt
