"""What every topic of settings is."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class Topic(BaseModel):
    """The settings of one topic. `expunge.settings.Settings` is all topics together.

    Only that whole is ever validated, so no topic builds a validator of its own.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)
