"""The report of ``visible``."""

from __future__ import annotations

from pydantic import Field

from expunge.imaging.marks.names import Evidence
from expunge.operations.reports.base import ImageReport, Part, Region

EVIDENCE = (
    "How the mark is known. `captured`: solved from the tool's own output. `documented`: its "
    "place, size and text are public, and it is drawn in a free typeface."
)


class Mark(Part):
    """A visible mark of an AI tool."""

    name: str = Field(description="Stable name of the mark.")
    tool: str = Field(description="The product that puts it on images.")
    region: Region = Field(description="x, y, width, height in pixels.")
    confidence: float = Field(ge=0, le=1)
    opacity: float
    evidence: Evidence = Field(description=EVIDENCE)
    method: str | None = Field(None, description="How it was removed; absent if it was not.")
    inverted: int | None = Field(None, description="Pixels whose blend was inverted.")
    inpainted: int | None = Field(None, description="Pixels that were filled from around.")


class Lookalike(Part):
    """A region that resembles a mark, and stays."""

    name: str
    region: Region = Field(description="x, y, width, height in pixels.")
    confidence: float = Field(ge=0, le=1)
    reason: str
    evidence: Evidence = Field(description=EVIDENCE)


class MarksReport(Part):
    """The marks that were found, and what resembles one."""

    marks: list[Mark]
    kept: list[Lookalike]
    reason: str | None = Field(description="Why no mark was removed; `null` if one was.")


class VisibleReport(ImageReport, MarksReport):
    """What `visible` found and removed."""

    changed: bool = Field(description="Whether the result differs from the input.")
    exact: bool = Field(description="Whether pixels outside the marks are unchanged.")
