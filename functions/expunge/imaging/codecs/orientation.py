"""Apply the EXIF orientation with array views, without copying pixels (Exif 3.0, 4.6.5.1.6)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from numpy.typing import NDArray

_TRANSPOSED = frozenset((5, 6, 7, 8))
_MIRRORED = frozenset((2, 3, 6, 7))
_UPSIDE_DOWN = frozenset((3, 4, 7, 8))
_INVERSE = {6: 8, 8: 6}
"""Every other orientation is its own inverse."""


def displayed(stored: NDArray[Any], orientation: int) -> NDArray[Any]:
    """Return a view of (H, W, …) stored pixels as viewers show them, for an orientation 1–8."""
    view = stored.swapaxes(0, 1) if orientation in _TRANSPOSED else stored
    return view[
        :: -1 if orientation in _UPSIDE_DOWN else 1, :: -1 if orientation in _MIRRORED else 1
    ]


def stored(shown: NDArray[Any], orientation: int) -> NDArray[Any]:
    """Return a view of displayed pixels as the file stores them: the inverse of `displayed`."""
    return displayed(shown, _INVERSE.get(orientation, orientation))


def stored_place(
    shown: tuple[int, int], orientation: int, shape: tuple[int, int]
) -> tuple[int, int]:
    """Return the stored row and column of a displayed pixel; ``shape`` is (height, width)."""
    (row, column), (height, width) = shown, shape
    if orientation in _UPSIDE_DOWN:
        row = height - 1 - row
    if orientation in _MIRRORED:
        column = width - 1 - column
    return (column, row) if orientation in _TRANSPOSED else (row, column)


def stored_area_of_first(
    rows: int, orientation: int, shape: tuple[int, int]
) -> tuple[slice, slice]:
    """Return the stored rows and columns of the first displayed rows; ``shape`` is as stored."""
    height, width = shape
    side = width if orientation in _TRANSPOSED else height
    rows = min(rows, side)
    first = slice(side - rows, side) if orientation in _UPSIDE_DOWN else slice(0, rows)
    if orientation in _TRANSPOSED:
        return slice(0, height), first
    return first, slice(0, width)


def stored_area_of_last(rows: int, orientation: int, shape: tuple[int, int]) -> tuple[slice, slice]:
    """Return the stored rows and columns of the last displayed rows; ``shape`` is as stored."""
    height, width = shape
    side = width if orientation in _TRANSPOSED else height
    rows = min(rows, side)
    last = slice(0, rows) if orientation in _UPSIDE_DOWN else slice(side - rows, side)
    if orientation in _TRANSPOSED:
        return slice(0, height), last
    return last, slice(0, width)
