"""One bucket whose objects are cleaned into another (AWS)."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from expunge.settings.topic import Topic
from expunge.settings.values import BUCKET


class IntakeSettings(Topic):
    intake_source_bucket: str | None = Field(
        None,
        pattern=BUCKET,
        description="Bucket whose new objects are cleaned into another one (`aws`).",
    )
    intake_source_prefix: str = Field(
        "", max_length=900, description="How the keys of these objects start (`aws`)."
    )
    intake_target_bucket: str | None = Field(
        None, pattern=BUCKET, description="Bucket of the results (`aws`)."
    )
    intake_target_prefix: str = Field(
        "", max_length=900, description="What their keys start with instead (`aws`)."
    )
    intake_mode: str = Field("metadata", description="What is done to these objects (`aws`).")
    intake_options: str = Field("{}", description="The mode's options, a JSON object (`aws`).")
    intake_report: Literal["none", "metadata", "sibling"] = Field(
        "none",
        description="Where reports go (`aws`): nowhere, into the metadata of the result, or into "
        "an object beside it with `.json` after its name.",
    )
