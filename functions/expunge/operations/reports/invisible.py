"""The reports of ``invisible`` and ``all``."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from expunge.operations.reports.base import Part, Report
from expunge.operations.reports.metadata import MetadataReport
from expunge.operations.reports.visible import MarksReport


class Decoded(Part):
    """What a search for known payloads of a scheme read before and after."""

    scheme: str
    before: str | None = Field(description="Name of the payload; `null` if none was read.")
    after: str | None = Field(description="Name of the payload; `null` if none was read.")
    reason: str | None = Field(None, description="Why the scheme was not searched for.")


class ResynthesisReport(Part):
    """How the pixels were made, and what is not known."""

    method: Literal["classical", "model"]
    model: str | None = None
    strength: str | None = None
    planes: str | None = None
    measured_on: list[str] = Field(
        description="Watermark schemes that the treatment was tested on."
    )
    psnr_db: float | None = Field(description="`null` if no sample changed.")
    eased: bool | None = Field(None, description="Whether a milder treatment was used.")
    decoded: list[Decoded] = Field(
        description="Of the schemes that can be decoded here; only payloads that public tools "
        "write by default. Without `verify`, only in an image as it was written: no crop or "
        "resized copy of a marked image is recognised."
    )
    tried: list[str] | None = Field(
        None, description="Strengths that were tried in turn, if `verify` was asked for."
    )
    gave_up: bool | None = Field(
        None, description="Whether a payload still decodes after the highest strength."
    )
    synthid: Literal["unsupported_locally"]
    unknown: str


class InvisibleReport(Report):
    """What `invisible` did."""

    format: str = Field(description="Media type of the result.")
    changed: bool = Field(description="Whether the result differs from the input.")
    invisible: ResynthesisReport
    metadata: MetadataReport


class AllReport(InvisibleReport):
    """What `all` did."""

    visible: MarksReport
