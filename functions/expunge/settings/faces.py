"""The faces API and the tasks API."""

from __future__ import annotations

from pydantic import Field

from expunge.settings.topic import Topic


class FacesSettings(Topic):
    faces_key_required: bool = Field(
        True, description="Whether `/api/v1/detect` and `/api/v1/mask` need an API key."
    )
    faces_storage: bool = Field(
        False,
        description="Whether images sent to these two are kept for a day, with their results, so "
        "that the administrator can view them.",
    )
    task_credits: float = Field(
        0.5,
        ge=0,
        le=1_000,
        multiple_of=0.001,
        description="Credits for a task of `POST /api/generate`. With 0 a task counts as a light "
        "job.",
    )
    task_method: str | None = Field(
        None,
        description="How tasks hide faces: a `method` of [mask](options.md#mask), without `cover`. "
        "Default: that of the mode.",
    )
    task_plan: str | None = Field(
        None,
        description="How thoroughly tasks look for faces: a `plan` of [mask](options.md#mask). "
        "Default: that of the mode.",
    )
