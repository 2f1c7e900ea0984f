"""The JSON of ``/health``."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

import expunge
from expunge.operations import MODES


class HealthView(BaseModel):
    """Whether the service can do its work."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "status": "ok",
                    "version": expunge.__version__,
                    "modes": list(MODES),
                    "stores": {"records": True, "objects": True},
                    "model": "centerface",
                    "model_loaded": True,
                    "input_size": [1280, 1280],
                    "supports_landmarks": True,
                    "database_enabled": True,
                    "database_ready": True,
                    "storage_enabled": True,
                    "storage_ready": True,
                }
            ]
        }
    )

    status: Literal["ok", "unavailable"]
    version: str
    modes: list[str]
    stores: dict[str, bool]
    model: str = Field(description="The face detector that is used unless another is asked for.")
    model_loaded: bool = Field(description="Whether its weights are here.")
    input_size: tuple[int, int] = Field(
        description="What the finest look of the plan `balanced` fits a picture into."
    )
    supports_landmarks: bool
    database_enabled: bool
    database_ready: bool
    storage_enabled: bool = Field(description="Whether the faces surface keeps pictures.")
    storage_ready: bool
