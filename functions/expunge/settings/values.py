"""How the text of a variable is read where it is more than one plain value."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, StringConstraints

BUCKET = r"^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$"
WEB_URL = r"^https?://[^\s/]+\S*$"


def _words(value: object) -> object:
    """``"metadata, detect"`` as a tuple of words."""
    return tuple(value.replace(",", " ").split()) if isinstance(value, str) else value


Words = Annotated[tuple[str, ...], BeforeValidator(_words)]
VideoCodecs = Annotated[
    tuple[Literal["vp9", "av1", "h264"], ...], BeforeValidator(_words), Field(min_length=1)
]
Secrets = Annotated[
    tuple[Annotated[str, StringConstraints(min_length=16)], ...], BeforeValidator(_words)
]
"""One or two words of at least 16 characters; during a rotation both are valid."""


def _packs(value: object) -> object:
    """``"price_1=20, price_2=100"`` as a mapping."""
    words = _words(value)
    if not isinstance(value, str) or not isinstance(words, tuple):
        return value
    pairs = [word.partition("=") for word in words]
    if not all(price and amount for price, _, amount in pairs):
        raise ValueError("must have the form price_1=20, price_2=100")
    if len({price for price, _, _ in pairs}) < len(pairs):
        raise ValueError("names a price twice")
    return {price: amount for price, _, amount in pairs}


Packs = Annotated[dict[str, Annotated[int, Field(ge=1, le=1_000_000)]], BeforeValidator(_packs)]
"""Credits by the id of a price."""
