"""The wire format of Protocol Buffers, as far as ONNX files use it.

Source: the encoding section of the Protocol Buffers documentation. ONNX does not use groups
(wire types 3 and 4).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

Field = tuple[int, int | bytes]
"""A field's number, and its value: a varint, or the bytes of any other wire type."""

_FIXED = {1: 8, 5: 4}
"""Length of a value in bytes, by wire type."""


def fields(message: bytes) -> Iterator[Field]:
    """The fields of a message, in order.

    Raises
    ------
    ValueError
        If the message ends within a field, or has an unknown wire type.
    """
    at = 0
    while at < len(message):
        key, at = _varint(message, at)
        number, kind = key >> 3, key & 7
        if kind == 0:
            value, at = _varint(message, at)
            yield number, value
            continue
        if kind == 2:
            length, at = _varint(message, at)
        elif kind in _FIXED:
            length = _FIXED[kind]
        else:
            raise ValueError(f"unknown wire type {kind}")
        if at + length > len(message):
            raise ValueError("the message ends within a field")
        yield number, message[at : at + length]
        at += length


def integers(value: int | bytes) -> list[int]:
    """The signed 64-bit integers of a repeated field, packed or not."""
    if isinstance(value, int):
        return [_signed(value)]
    found, at = [], 0
    while at < len(value):
        number, at = _varint(value, at)
        found.append(_signed(number))
    return found


def varint(number: int, value: int) -> bytes:
    """A field that holds an integer."""
    return _coded(number << 3) + _coded(value & (1 << 64) - 1)


def chunk(number: int, value: bytes | str) -> bytes:
    """A field that holds bytes, text or a message."""
    value = value.encode() if isinstance(value, str) else value
    return _coded(number << 3 | 2) + _coded(len(value)) + value


def fixed32(number: int, value: bytes) -> bytes:
    """A field that holds four bytes, such as a float."""
    return _coded(number << 3 | 5) + value


def _varint(message: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while at < len(message) and shift < 70:
        byte = message[at]
        at += 1
        value |= (byte & 127) << shift
        if byte < 128:
            return value, at
        shift += 7
    raise ValueError("the message ends within a number")


def _coded(value: int) -> bytes:
    out = bytearray()
    while value > 127:
        out.append(value & 127 | 128)
        value >>= 7
    out.append(value)
    return bytes(out)


def _signed(value: int) -> int:
    return value - (1 << 64) if value >> 63 else value
