"""The size of a DynamoDB item, and the units that a call on it consumes.

Sources: «DynamoDB item sizes and formats» and «DynamoDB read and write operations» in the Amazon
DynamoDB Developer Guide. A write unit is 1 KB of one item, a read unit is 4 KB; both are rounded
up. A transaction writes each item twice.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

WRITE_BYTES, READ_BYTES = 1_024, 4_096
_CONTAINER_BYTES, _ELEMENT_BYTES = 3, 1

Row = Mapping[str, Mapping[str, Any]]


def row_bytes(row: Row | None) -> int:
    """The size of an item: its attributes' names and values."""
    return sum(len(name.encode()) + _value_bytes(value) for name, value in (row or {}).items())


def _value_bytes(value: Mapping[str, Any]) -> int:
    ((kind, content),) = value.items()
    match kind:
        case "S":
            return len(content.encode())
        case "N":
            return _number_bytes(content)
        case "B":
            return len(content)
        case "L":
            return _CONTAINER_BYTES + sum(_ELEMENT_BYTES + _value_bytes(one) for one in content)
        case "M":
            return _CONTAINER_BYTES + sum(
                _ELEMENT_BYTES + len(name.encode()) + _value_bytes(one)
                for name, one in content.items()
            )
        case _:  # BOOL and NULL
            return 1


def _number_bytes(digits: str) -> int:
    """One byte for two significant digits, one more, and one for a minus sign."""
    mantissa = digits.lower().partition("e")[0]
    significant = mantissa.replace("-", "").replace(".", "").strip("0")
    return (len(significant) + 1) // 2 + 1 + digits.startswith("-")


def write_units(before: Row | None, after: Row | None, *, together: bool) -> int:
    """Units of one write, which counts the larger of the item before and after it."""
    size = max(row_bytes(before), row_bytes(after), 1)
    return -(-size // WRITE_BYTES) * (2 if together else 1)


def read_units(rows: Sequence[Row]) -> int:
    """Units of one strongly consistent `GetItem`, or of one `Query` over all that it read."""
    return -(-max(sum(map(row_bytes, rows)), 1) // READ_BYTES)
