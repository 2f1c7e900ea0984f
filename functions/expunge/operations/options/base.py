"""The base of all option models."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict, model_validator

from expunge.given import named


class ModeOptions(BaseModel):
    """The options of one mode; unknown names are rejected.

    An option with an empty text or ``null`` has its default. An empty list is a value.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    @model_validator(mode="before")
    @classmethod
    def _present(cls, given: Any) -> Any:  # noqa: ANN401
        return named(given)
