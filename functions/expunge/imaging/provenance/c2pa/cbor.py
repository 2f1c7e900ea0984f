"""A bounded CBOR reader (RFC 8949), sufficient for C2PA claims, assertions and COSE.

It checks nesting, item count and lengths before the work that they cause. So hostile input costs
no more than its own size.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import NoReturn, TypeAlias

from expunge.errors import MalformedImage

MAX_DEPTH = 32
"""Levels of arrays, maps and tags. Real manifests have fewer than ten."""
MAX_ITEMS = 100_000
"""Items in total. The largest sample store has fewer than two thousand."""

Key: TypeAlias = "int | str | bytes"
Value: TypeAlias = "bool | int | float | str | bytes | list[Value] | dict[Key, Value] | Tag | None"

_ARGUMENT = {24: ">B", 25: ">H", 26: ">I", 27: ">Q"}
_FLOAT = {25: ">e", 26: ">f", 27: ">d"}
_SIMPLE: dict[int, Value] = {20: False, 21: True, 22: None, 23: None}
_INDEFINITE = 31
_BREAK = 0xFF


@dataclass(frozen=True, slots=True)
class Tag:
    """A tagged item (RFC 8949, section 3.4) with its uninterpreted content."""

    number: int
    value: Value


class Budget:
    """The remaining number of items. Several calls of `decode` can share one budget."""

    __slots__ = ("remaining",)

    def __init__(self, items: int = MAX_ITEMS) -> None:
        self.remaining = items

    def spend(self, items: int = 1) -> None:
        self.remaining -= items
        if self.remaining < 0:
            raise MalformedImage("The C2PA data holds too many items.")


def decode(data: bytes | memoryview, budget: Budget | None = None) -> Value:
    """Decode ``data`` as exactly one item.

    Text becomes `str`, a tagged item `Tag`, and ``undefined`` `None`.

    Raises
    ------
    expunge.errors.MalformedImage
        The data is not well-formed CBOR, has trailing bytes, repeated map keys or keys other
        than integers, text and byte strings, or exceeds a limit. The message says where.
    """
    reader = _Reader(memoryview(data), budget or Budget())
    value = reader.item(0)
    if reader.at != len(reader.data):
        reader.fail("bytes left over")
    return value


class _Reader:
    __slots__ = ("at", "budget", "data")

    def __init__(self, data: memoryview, budget: Budget) -> None:
        self.data = data
        self.at = 0
        self.budget = budget

    def fail(self, reason: str) -> NoReturn:
        raise MalformedImage(f"The C2PA data is not well-formed CBOR at byte {self.at}: {reason}.")

    def take(self, length: int) -> memoryview:
        if length > len(self.data) - self.at:
            self.fail("a length runs past the end")
        self.at += length
        return self.data[self.at - length : self.at]

    def argument(self, info: int) -> int:
        if info < 24:
            return info
        if info not in _ARGUMENT:
            self.fail("a reserved length form")
        code = _ARGUMENT[info]
        return int(struct.unpack(code, self.take(struct.calcsize(code)))[0])

    def item(self, depth: int) -> Value:
        if depth > MAX_DEPTH:
            self.fail("nested too deeply")
        self.budget.spend()
        head = self.take(1)[0]
        major, info = head >> 5, head & 31
        if major == 7:
            return self.simple(info)
        if info == _INDEFINITE:
            return self.indefinite(major, depth)
        return self.definite(major, self.argument(info), depth)

    def definite(self, major: int, argument: int, depth: int) -> Value:
        if major in (0, 1):
            return -1 - argument if major else argument
        if major in (2, 3):
            data = self.take(argument)
            return bytes(data) if major == 2 else self.text(data)
        if major == 4:
            self.check_count(argument)
            return [self.item(depth + 1) for _ in range(argument)]
        if major == 5:
            self.check_count(2 * argument)
            found: dict[Key, Value] = {}
            for _ in range(argument):
                self.pair(found, depth)
            return found
        return Tag(argument, self.item(depth + 1))

    def check_count(self, items: int) -> None:
        """Fail if a count exceeds the remaining bytes. Every item needs at least one byte."""
        if items > len(self.data) - self.at:
            self.fail("a count runs past the end")

    def indefinite(self, major: int, depth: int) -> Value:
        if major in (2, 3):
            chunks = b"".join(self.chunks(major))
            return chunks if major == 2 else self.text(chunks)
        if major == 4:
            items: list[Value] = []
            while not self.at_break():
                items.append(self.item(depth + 1))
            return items
        if major != 5:
            self.fail("this type has no indefinite length")
        found: dict[Key, Value] = {}
        while not self.at_break():
            self.pair(found, depth)
        return found

    def at_break(self) -> bool:
        if self.at < len(self.data) and self.data[self.at] == _BREAK:
            self.at += 1
            return True
        return False

    def chunks(self, major: int) -> list[memoryview]:
        found = []
        while not self.at_break():
            self.budget.spend()
            head = self.take(1)[0]
            if head >> 5 != major or head & 31 == _INDEFINITE:
                self.fail("a chunk of another type")
            found.append(self.take(self.argument(head & 31)))
        return found

    def text(self, data: bytes | memoryview) -> str:
        try:
            return str(data, "utf-8")
        except UnicodeDecodeError:
            self.fail("text that is not UTF-8")

    def pair(self, found: dict[Key, Value], depth: int) -> None:
        key = self.item(depth + 1)
        if isinstance(key, bool) or not isinstance(key, int | str | bytes):
            self.fail("a map key that is not an integer, text or byte string")
        if key in found:
            self.fail("a repeated map key")
        found[key] = self.item(depth + 1)

    def simple(self, info: int) -> Value:
        if info in _FLOAT:
            code = _FLOAT[info]
            return float(struct.unpack(code, self.take(struct.calcsize(code)))[0])
        if info not in _SIMPLE:
            self.fail("an unassigned simple value or a stray break")
        return _SIMPLE[info]
