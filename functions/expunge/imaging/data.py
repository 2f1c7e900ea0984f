"""The bytes of a file: in memory, or read from disk piece by piece."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterator

PIECE = 1 << 20
"""Bytes read at once from a long span."""


class Data(Protocol):
    """What the readers of large files use; ``bytes`` has all of it."""

    def __len__(self) -> int: ...

    def __getitem__(self, span: slice, /) -> bytes: ...


def pieces(data: Data, start: int, end: int) -> Iterator[bytes]:
    """Yield a span of a file in pieces of at most `PIECE` bytes."""
    for at in range(start, end, PIECE):
        yield data[at : min(at + PIECE, end)]
