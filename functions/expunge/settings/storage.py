"""Where the service keeps its data and its models."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import Field

from expunge.settings.topic import Topic


class StorageSettings(Topic):
    store: Literal["local", "aws"] = Field(
        "local", description="`local`: SQLite and files on this machine. `aws`: DynamoDB, S3, SQS."
    )
    data: Path = Field(Path("data"), description="Folder of the local store.")
    data_max_mb: int | None = Field(
        None,
        ge=1,
        description="Largest size of the data folder, in MiB (1,048,576 bytes). Over it, uploads "
        "and jobs are refused with 507 until files expire. Default: no limit.",
    )
    data_free_mb: int = Field(
        512,
        ge=0,
        description="Free space to leave on the data folder's disk, in MiB. With less, uploads and "
        "jobs are refused with 507.",
    )
    models_dir: Path | None = Field(
        None,
        description="Folder of the model files, and of a `models.toml` with models of your own. "
        "Default: `expunge/models` in the user's cache folder.",
    )
