"""What the reports of several modes have in common."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field


class Part(BaseModel):
    """A part of a report. Only the OpenAPI document needs its schema, so it is built for that."""

    model_config = ConfigDict(defer_build=True)


class Corrected(Part):
    """A media type that a form declared wrongly."""

    declared: str
    actual: str


class OwnLabel(Part):
    """The label of a picture in which this service made a face."""

    mode: str = Field(description="The mode that made the picture.")
    version: str = Field(description="Of the software that made it.")
    made: str = Field(description="Time, ISO 8601 in UTC.")
    added: bool = Field(description="Whether this job wrote it; `false` if the input has it.")
    detail: str = Field(description="Why the picture has a label, in a sentence.")
    signer: str | None = Field(
        None, description="Who signed a C2PA manifest that says the same, in a new result."
    )
    not_signed: str | None = Field(None, description="Why a new result has no such signature.")


class Report(Part):
    """The members that the report of every mode may have."""

    corrected: Corrected | None = Field(
        None, description="Present if a form declared another media type than the file has."
    )
    own_label: OwnLabel | None = Field(
        None,
        description="Present if the input or the result carries the label of a face swap of this "
        "service. No mode removes it.",
    )
    receipt: str | None = Field(
        None, description="The signed receipt (JWS), if the options asked for one."
    )


class ImageReport(Report):
    """What the report of a mode says about the image that it read."""

    format: str = Field(description="Media type of the image.")
    width: int = Field(description="Pixels, as displayed.")
    height: int = Field(description="Pixels, as displayed.")


Region = tuple[int, int, int, int]
"""x, y, width and height in pixels, as displayed."""
