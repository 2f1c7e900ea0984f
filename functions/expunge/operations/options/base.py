"""The base of all option models."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class ModeOptions(BaseModel):
    """The options of one mode; unknown names are rejected."""

    model_config = ConfigDict(extra="forbid", frozen=True)
