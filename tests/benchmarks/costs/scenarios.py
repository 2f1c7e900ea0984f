"""The jobs whose cost is counted: each mode, with one ordinary photograph."""

from __future__ import annotations

import io
from dataclasses import dataclass, field
from functools import cache
from statistics import median
from typing import TYPE_CHECKING, Any

from PIL import Image

from expunge.jobs.job import Retention, Status
from tests import samples
from tests.benchmarks.costs.dollars import Count

if TYPE_CHECKING:
    from expunge.accounts.callers import Caller
    from tests.benchmarks.costs.stack import Stack


@cache
def photograph(side: int = 1_024) -> bytes:
    """A square JPEG with a camera's EXIF, as large in megapixels as most images on the web."""
    file = io.BytesIO()
    picture = samples.picture(size=(side, side))
    picture.convert("RGB").resize((side, side), Image.Resampling.BICUBIC).save(
        file, "JPEG", quality=80, exif=samples.exif(6)
    )
    return file.getvalue()


@dataclass(frozen=True)
class Scenario:
    """One kind of job."""

    name: str
    mode: str
    request: dict[str, Any] = field(default_factory=dict)

    def count(self, on: Stack, caller: Caller, rounds: int = 0) -> Count:
        """What such a job takes, with the median of its CPU time in so many rounds."""
        wanted = {"mode": self.mode, "image": photograph()} | self.request
        tally, job = on.counted(caller, **wanted)
        assert job.status is Status.SUCCEEDED, (self.name, job.error_message)
        times = [on.timed(caller, **wanted) for _ in range(rounds)]
        return Count(
            tally.write_units,
            tally.read_units,
            dict(sorted(tally.calls.items())),
            round(median(times), 1) if times else 0.0,
            len(wanted["image"]),
            1 if job.sync else 2,
        )


SCENARIOS = (
    Scenario("`metadata`, the result stored", "metadata"),
    Scenario("`metadata`, the image as the answer", "metadata", {"retention": Retention.REPORT}),
    Scenario("`detect`", "detect"),
    Scenario("`visible`, the image as the answer", "visible", {"retention": Retention.REPORT}),
    Scenario("`faces`", "faces"),
    Scenario("`mask`, the image as the answer", "mask", {"retention": Retention.REPORT}),
    Scenario("`metadata`, queued", "metadata", {"respond_async": True}),
    Scenario("`invisible`", "invisible"),
    Scenario("`all`", "all"),
)
