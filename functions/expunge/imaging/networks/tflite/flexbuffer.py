"""The options of a custom operation: a FlexBuffers map of numbers and lists of numbers.

Source: FlatBuffers' «FlexBuffers» page. Maps within maps are not read, so nothing recurses.
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

from expunge.imaging.networks.tflite.flatbuffer import read

if TYPE_CHECKING:
    from collections.abc import Mapping

Option = int | float | list[int]
MAX_DATA = 10_000
"""Most bytes of one operation's options; the face mesh has 351."""
MAX_MEMBERS, MAX_LENGTH = 16, 500
"""Most members, and most numbers of one list."""

_INT, _UINT, _FLOAT, _MAP, _INTS, _UINTS, _BOOL = 1, 2, 3, 9, 11, 12, 26
"""``BitWidth`` is in a type's lowest two bits, these above them."""
_SIGNED, _UNSIGNED = {1: "b", 2: "h", 4: "i", 8: "q"}, {1: "B", 2: "H", 4: "I", 8: "Q"}
_FLOATS = {4: "<f", 8: "<d"}


def options(data: bytes) -> Mapping[str, Option]:
    """Return the members of the map that the data hold; of no data, none.

    Raises
    ------
    ValueError
        If the data are no such map, or hold values of another type.
    """
    if not data:
        return {}
    width, kind = read(data, "B", len(data) - 1), read(data, "B", len(data) - 2)
    if kind >> 2 != _MAP or width not in _UNSIGNED:
        raise ValueError("the options are no map")
    return _map(data, _target(data, len(data) - 2 - width, width), 1 << (kind & 3))


def _map(data: bytes, at: int, width: int) -> dict[str, Option]:
    keys = _target(data, at - 3 * width, width)
    step = _unsigned(data, at - 2 * width, width)
    length = _length(data, at, width, MAX_MEMBERS)
    if step not in _UNSIGNED:
        raise ValueError("the keys of the options have no valid width")
    found = {}
    for index in range(length):
        name = _name(data, _target(data, keys + index * step, step))
        kind = read(data, "B", at + length * width + index)
        found[name] = _value(data, at + index * width, width, kind)
    return found


def _value(data: bytes, at: int, width: int, packed: int) -> Option:
    kind, own = packed >> 2, 1 << (packed & 3)
    if kind == _INT:
        return read(data, _SIGNED[width], at)
    if kind in (_UINT, _BOOL):
        return _unsigned(data, at, width)
    if kind == _FLOAT and width in _FLOATS:
        if at < 0 or at + width > len(data):
            raise ValueError("an option lies outside the data")
        number: float = struct.unpack_from(_FLOATS[width], data, at)[0]
        return number
    if kind in (_INTS, _UINTS):
        start, forms = _target(data, at, width), _SIGNED if kind == _INTS else _UNSIGNED
        places = range(start, start + _length(data, start, own, MAX_LENGTH) * own, own)
        return [read(data, forms[own], place) for place in places]
    raise ValueError(f"an option has the type {kind}, which is not read")


def _length(data: bytes, at: int, width: int, most: int) -> int:
    length = _unsigned(data, at - width, width)
    if length > most:
        raise ValueError(f"a list of options claims {length:,} entries")
    return length


def _target(data: bytes, at: int, width: int) -> int:
    """Where an offset points to; offsets point backwards."""
    return at - _unsigned(data, at, width)


def _unsigned(data: bytes, at: int, width: int) -> int:
    return read(data, _UNSIGNED[width], at)


def _name(data: bytes, at: int) -> str:
    end = data.find(b"\0", at) if at >= 0 else -1
    if end < 0:
        raise ValueError("the name of an option does not end")
    return data[at:end].decode("ascii", "replace")
