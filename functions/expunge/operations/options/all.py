"""The options of ``all``: those of ``invisible``, and ``marks``."""

from __future__ import annotations

from pydantic import ConfigDict, Field

from expunge.operations.options.invisible import InvisibleOptions
from expunge.operations.options.marks import MarkName


class AllOptions(InvisibleOptions):
    """The options of `all`."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"strength": "low", "marks": ["doubao-label"]}]}
    )

    marks: tuple[MarkName, ...] | None = Field(
        default=None, description="The visible marks to search for. Default: all known marks."
    )
