"""The base of all option models."""

from __future__ import annotations

from typing import Any, ClassVar

from pydantic import BaseModel, ConfigDict, Field, StrictBool, model_validator

from expunge.given import named
from expunge.imaging.provenance.choices import Scope


class ModeOptions(BaseModel):
    """The options of one mode; unknown names are rejected.

    An option with an empty text or ``null`` has its default. An empty list is a value.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)

    @model_validator(mode="before")
    @classmethod
    def _present(cls, given: Any) -> Any:  # noqa: ANN401
        return named(given)

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
