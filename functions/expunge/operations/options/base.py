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

    model_config = ConfigDict(
        extra="forbid",
        frozen=True,
        defer_build=True,
        serialize_by_alias=True,
        allow_inf_nan=False,  # no record takes 1e999
    )

    @model_validator(mode="before")
    @classmethod
    def _present(cls, given: Any) -> Any:  # noqa: ANN401
        return named(given)

    strips_all: ClassVar[bool] = False
    """Whether the mode removes all metadata whatever its options are."""
    biometric: ClassVar[frozenset[str]] = frozenset()
    """Options that identify people: no record keeps them after the job's end, and the operator of
    a service decides whether they are accepted."""

    @classmethod
    def without_biometrics(cls, given: dict[str, Any]) -> dict[str, Any]:
        """Options as they were given, without those that identify people."""
        return {name: value for name, value in given.items() if name not in cls.biometric}

    @property
    def identifies(self) -> bool:
        """Whether the job is to recognise people."""
        return False

    @property
    def models(self) -> frozenset[str]:
        """Models of the catalogue that these options need, and that workers alone may have."""
        return frozenset()

    @property
    def companions(self) -> tuple[str, ...]:
        """The names of the other images that the job needs; `jobs.companions` states their form."""
        return ()

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
