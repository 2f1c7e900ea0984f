"""What callers pay in credits."""

from __future__ import annotations

from pydantic import Field

from expunge.settings.topic import Topic
from expunge.settings.values import Words


class PriceSettings(Topic):
    swap_prices: Words = Field(
        (),
        description="Prices of [swaps](swaps-api.md#prices) in credits that replace the defaults, "
        "separated by commas: `image=1, face=1, gif=1, video=1, large-video=2`.",
    )
