"""Tables of a FlatBuffers file, each read within the bounds of the file.

Source: FlatBuffers' «Internals» page. An offset may point anywhere, so every read is checked,
and a vector has a limit that is independent of the length it claims.
"""

from __future__ import annotations

import struct
import sys
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

MAX_TABLES = 5_000
"""Most tables of one list; the face mesh has 1,096 tensors."""
MAX_NUMBERS = 100
"""Most numbers of one list, and most bytes of a text. Many lists may be at one place in a hostile
file, so these bound the work."""


def read(data: bytes, form: str, at: int) -> int:
    """Return one little-endian integer (``form`` as in `struct`).

    Raises
    ------
    ValueError
        If it is not inside the data.
    """
    if at < 0 or at + struct.calcsize(form) > len(data):
        raise ValueError("an offset points outside the file")
    value: int = struct.unpack_from(f"<{form}", data, at)[0]
    return value


class Table:
    """One table; fields are numbered as in the schema, from 0.

    Every method raises `ValueError` for an offset or a length that does not fit the file.
    """

    __slots__ = ("_at", "_data", "_places")

    def __init__(self, data: bytes, at: int) -> None:
        self._data, self._at = data, at
        places = at - read(data, "i", at)
        if read(data, "H", places) % 2:
            raise ValueError("a table of fields has an odd length")
        self._places = places

    @classmethod
    def root(cls, data: bytes) -> Table:
        """The file's first table."""
        return cls(data, read(data, "I", 0))

    def number(self, field: int, form: str, default: int = 0) -> int:
        """An integer field, or its default."""
        at = self._place(field)
        return read(self._data, form, at) if at else default

    def table(self, field: int) -> Table | None:
        """A table that a field points to."""
        at = self._place(field)
        return Table(self._data, at + read(self._data, "I", at)) if at else None

    def tables(self, field: int) -> list[Table]:
        """A list of tables."""
        start, length = self._vector(field, 4, MAX_TABLES)
        places = [start + 4 * index for index in range(length)]
        return [Table(self._data, at + read(self._data, "I", at)) for at in places]

    def integers(self, field: int) -> list[int]:
        """A list of 32-bit integers."""
        start, length = self._vector(field, 4, MAX_NUMBERS)
        return list(struct.unpack_from(f"<{length}i", self._data, start))

    def content(self, field: int, most: int = sys.maxsize) -> NDArray[Any]:
        """A list of at most so many bytes, as a view of the file."""
        start, length = self._vector(field, 1, most)
        return np.frombuffer(self._data, np.uint8, length, start)

    def text(self, field: int) -> str:
        """A string."""
        return self.content(field, MAX_NUMBERS).tobytes().decode("utf-8", "replace")

    def _place(self, field: int) -> int:
        """Where a field's value is; 0 for a field that the table does not have."""
        entry = 4 + 2 * field
        if entry + 2 > read(self._data, "H", self._places):
            return 0
        offset = read(self._data, "H", self._places + entry)
        return self._at + offset if offset else 0

    def _vector(self, field: int, size: int, most: int) -> tuple[int, int]:
        """Where a list starts, and its length."""
        at = self._place(field)
        if not at:
            return 0, 0
        at += read(self._data, "I", at)
        length = read(self._data, "I", at)
        if length > most or at + 4 + length * size > len(self._data):
            raise ValueError(f"a list claims {length:,} entries")
        return at + 4, length
