"""Say what a picture's metadata tells, and where; change nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict, Field

from expunge.imaging.provenance.detect import detect
from expunge.operations.outcome import Outcome

if TYPE_CHECKING:
    from expunge.imaging.source import Source


class Options(BaseModel):
    """What a caller may ask of ``detect``."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    deep: bool = Field(
        default=False,
        description="Decode PNG and WebP pixels too, to read parameters hidden in their low bits.",
    )
    verify: bool = Field(
        default=True,
        description="Check C2PA signatures and hashes; without it their validity is unverified.",
    )


def run(source: Source, options: Options) -> Outcome:
    """Report on one file; there is no image in the outcome."""
    found = detect(source, deep=options.deep, verify=options.verify)
    timings = {
        "read": source.read_ms,
        "metadata": found.metadata_ms,
        "c2pa": found.c2pa_ms,
    }
    timings["total"] = sum(timings.values())
    return Outcome(None, source.media_type, found.report, timings)
