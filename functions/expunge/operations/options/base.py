"""What the options of all modes have in common."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class ModeOptions(BaseModel):
    """The options of one mode: unknown names are refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)
