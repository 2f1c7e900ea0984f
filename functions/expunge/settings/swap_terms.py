"""What the operator accepts and asks for before faces are swapped."""

from __future__ import annotations

from pydantic import Field

from expunge.settings.topic import Topic


class SwapTermsSettings(Topic):
    swaps_terms_accepted: bool = Field(
        False,
        description="Whether faces are swapped here at all. With `true` you accept the terms in "
        "[responsible swaps](../explanation/responsible-swaps.md).",
    )
    swaps_consent_required: bool = Field(
        False,
        description="Whether a swap over the API needs the option `consent`. The command line and "
        "the page always ask for it.",
    )
    swaps_nsfw_threshold: float = Field(
        0.5,
        ge=0.05,
        le=0.95,
        description="Score of the content analyser, from 0 to 1, from which an input of a swap is "
        "refused. The analyser cannot be switched off.",
    )
    swaps_record_days: int = Field(
        365,
        ge=1,
        le=3_650,
        description="Days for which the audit entry of a swap is kept, with the hashes by which "
        "its result is known again. Both go with the account.",
    )
