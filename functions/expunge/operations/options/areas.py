"""Areas of an image as an option: boxes and polygons."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, Field

MAX_AREAS = 500
"""Most areas of one option."""
MAX_NUMBERS = 200
"""Most numbers of one area: a polygon of 100 corners."""
SAID = "each x,y,width,height, or the x,y of three or more corners"


def _flat(given: object) -> object:
    """``{"x": …, "width": …}`` as in reports, and ``[[x, y], …]``, as one list of numbers."""
    if isinstance(given, dict) and set(given) == {"x", "y", "width", "height"}:
        return [given[name] for name in ("x", "y", "width", "height")]
    pairs = isinstance(given, list | tuple) and all(
        isinstance(one, list | tuple) and len(one) == 2 for one in given
    )
    if pairs and len(given) < 3:  # type: ignore[arg-type]
        raise ValueError("a polygon has three or more corners")
    return [number for one in given for number in one] if pairs else given  # type: ignore[attr-defined]


def _proper(given: tuple[float, ...]) -> tuple[float, ...]:
    if len(given) % 2:
        raise ValueError(
            "a region is x, y, width, height, or a polygon's corners: x1, y1, x2, y2, x3, y3 …"
        )
    if len(given) == 4 and min(given[2:]) <= 0:
        raise ValueError("a region's width and height are above 0")
    return given


Coordinate = Annotated[float, Field(ge=-1e6, le=1e6)]
Area = Annotated[
    tuple[Coordinate, ...],
    Field(min_length=4, max_length=MAX_NUMBERS),
    AfterValidator(_proper),
    BeforeValidator(_flat),
]
Areas = Annotated[tuple[Area, ...], Field(min_length=1, max_length=MAX_AREAS)]


def corners(area: tuple[float, ...]) -> list[tuple[float, float]]:
    """The corners of an area, in order.

    >>> corners((1, 2, 10, 20))
    [(1, 2), (11, 2), (11, 22), (1, 22)]
    """
    if len(area) > 4:
        return list(zip(area[::2], area[1::2], strict=True))
    x, y, width, height = area
    return [(x, y), (x + width, y), (x + width, y + height), (x, y + height)]


def clipped(points: list[tuple[float, float]], size: tuple[int, int]) -> int:
    """Pixels of the rectangle around some points that lie in an image of ``size``.

    >>> clipped([(-5, 0), (5, 8)], (10, 10))
    40
    """
    axes = tuple(zip(*points, strict=True))
    low, high = (
        [min(max(pick(axis), 0), side) for axis, side in zip(axes, size, strict=True)]
        for pick in (min, max)
    )
    area: float = (high[0] - low[0]) * (high[1] - low[1])
    return round(area)
