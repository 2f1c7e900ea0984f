"""What a swap costs: one function for creating, for estimates and for the page."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, fields
from enum import StrEnum
from typing import TYPE_CHECKING

from expunge.accounts.ledger import MILLI

if TYPE_CHECKING:
    from collections.abc import Iterable

STEP_SECONDS = 5.0
"""A moving picture costs its price for each started step."""
FREE_GIF_BYTES = 1_048_576
FREE_GIF_SECONDS = 3.0
GIF_DECIMALS, VIDEO_DECIMALS = 3, 1
"""Decimals of the seconds that count: an animation states milliseconds, while five seconds of a
camera last 5.005."""
SMALL_VIDEO = (1280, 720)
"""The longer and the shorter side, in pixels, up to which a video costs the lower price."""
MAX_CREDITS = 1_000


class Kind(StrEnum):
    """The types of swaps."""

    IMAGE = "image"
    MULTI_FACE_IMAGE = "multi_face_image"
    GIF = "gif"
    VIDEO = "video"

    @property
    def moves(self) -> bool:
        return self in (Kind.GIF, Kind.VIDEO)


@dataclass(frozen=True, slots=True)
class Prices:
    """The operator's prices, in millicredits."""

    image: int = MILLI
    face: int = MILLI
    """Each face of a `multi_face_image`."""
    gif: int = MILLI
    """Each started step of a GIF that is not free."""
    video: int = MILLI
    """Each started step of a small video."""
    large_video: int = 2 * MILLI


@dataclass(frozen=True, slots=True)
class Size:
    """What a price depends on; a still image needs none of it but the faces."""

    faces: int = 1
    seconds: float = 0.0
    file_bytes: int = 0
    width: int = 0
    height: int = 0

    def steps(self, decimals: int) -> int:
        """Started steps of time, which is rounded to some decimals before."""
        return max(math.ceil(round(self.seconds, decimals) / STEP_SECONDS), 1)

    @property
    def is_free_gif(self) -> bool:
        is_short = round(self.seconds, GIF_DECIMALS) <= FREE_GIF_SECONDS
        return is_short and self.file_bytes <= FREE_GIF_BYTES

    @property
    def is_small_video(self) -> bool:
        long, short = SMALL_VIDEO
        sides = self.width, self.height
        return max(sides) <= long and min(sides) <= short


def price_of(kind: Kind, size: Size, prices: Prices) -> int:
    """The price of a swap, in millicredits."""
    match kind:
        case Kind.IMAGE:
            return prices.image
        case Kind.MULTI_FACE_IMAGE:
            return prices.face * size.faces
        case Kind.GIF:
            return 0 if size.is_free_gif else prices.gif * size.steps(GIF_DECIMALS)
        case Kind.VIDEO:
            price = prices.video if size.is_small_video else prices.large_video
            return price * size.steps(VIDEO_DECIMALS)


def least_of(kind: Kind, faces: int, prices: Prices) -> int:
    """The least that such a swap can cost, known before its files are read."""
    if kind is Kind.VIDEO:
        return min(prices.video, prices.large_video)
    return price_of(kind, Size(faces), prices)


class PricesInvalid(ValueError):
    """The text of ``EXPUNGE_SWAP_PRICES`` is not valid."""


_PRICE = re.compile(r"([a-z-]+)=(\d{1,4}(?:\.\d{1,3})?)")


def parse_prices(words: Iterable[str]) -> Prices:
    """Parse prices in the form ``image=1``, in credits; the others keep their defaults.

    Raises
    ------
    PricesInvalid
        The message names the wrong word and the correct form.
    """
    names = [field.name.replace("_", "-") for field in fields(Prices)]
    given: dict[str, int] = {}
    for word in words:
        match = _PRICE.fullmatch(word)
        if match is None or match[1] not in names or float(match[2]) > MAX_CREDITS:
            raise PricesInvalid(
                f"«{word}» is not of the form name=credits, like image=1.5; the names are "
                f"{', '.join(names)}, and a price has at most {MAX_CREDITS:,} credits and three "
                "decimals"
            )
        given[match[1].replace("-", "_")] = round(float(match[2]) * MILLI)
    return Prices(**given)
