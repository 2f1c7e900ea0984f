"""The files that the parts of a job leave for one another: facts, arrays, and a file inside.

The layout: a magic number, the length of a JSON text, that text, the arrays, the file inside. All
that a file states is checked against its length before memory is taken for it.
"""

from __future__ import annotations

import json
import tempfile
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from expunge.errors import PipelineError
from expunge.imaging.data import PIECE, FileData

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from expunge.imaging.data import Data
    from expunge.imaging.source import Source

MAGIC = b"expunge part 1\n"
_HEAD = len(MAGIC) + 8
MOST_FACTS = 16 << 20
"""Bytes of the JSON text."""
_KINDS = "biuf"


class Within:
    """A span of a file, as a file of its own."""

    def __init__(self, data: Data, start: int, end: int) -> None:
        self._data, self._start, self._end = data, start, end

    def __len__(self) -> int:
        return self._end - self._start

    def __getitem__(self, span: slice, /) -> bytes:
        start, end, _ = span.indices(len(self))
        return self._data[self._start + start : self._start + max(start, end)]

    def find(self, sub: bytes, start: int = 0, end: int | None = None, /) -> int:
        stop = len(self) if end is None else min(end, len(self))
        found = self._data.find(sub, self._start + start, self._start + stop)
        return found - self._start if found >= 0 else -1


@dataclass(frozen=True, slots=True)
class Left:
    """What a part left."""

    facts: dict[str, Any]
    arrays: dict[str, NDArray[Any]]
    inside: Within


def scratch_of(source: Source) -> Callable[[], BinaryIO]:
    """What opens an empty file where those of a source are."""
    return tempfile.TemporaryFile if source.file is None else source.file.scratch


def packed(
    scratch: Callable[[], BinaryIO],
    facts: Mapping[str, Any],
    arrays: Mapping[str, NDArray[Any]] | None = None,
    inside: BinaryIO | None = None,
) -> FileData:
    """Write a file; the caller closes it. ``scratch`` opens an empty one."""
    arrays = arrays or {}
    forms = {name: [array.dtype.str, list(array.shape)] for name, array in arrays.items()}
    head = json.dumps({"facts": facts, "arrays": forms}).encode()
    file = scratch()
    try:
        file.write(MAGIC + len(head).to_bytes(8, "big") + head)
        for array in arrays.values():
            file.write(np.ascontiguousarray(array).data.cast("B") if array.size else b"")
        if inside is not None:
            inside.seek(0)
            while piece := inside.read(PIECE):
                file.write(piece)
        return FileData(file, scratch)
    except BaseException:
        file.close()
        raise


def unpacked(file: Data) -> Left:
    """Read a file that `packed` wrote.

    Raises
    ------
    expunge.errors.PipelineError
        If it is another file, or damaged.
    """
    try:
        return _unpacked(file)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise PipelineError("A part of the job left a file that cannot be read.") from error


def _unpacked(file: Data) -> Left:
    start = file[:_HEAD]
    size = int.from_bytes(start[len(MAGIC) :], "big")
    if len(start) < _HEAD or not start.startswith(MAGIC) or size > MOST_FACTS:
        raise ValueError("no part's file")
    head = json.loads(file[_HEAD : _HEAD + size])
    arrays, at = {}, _HEAD + size
    for name, (form, shape) in head["arrays"].items():
        arrays[name], at = _array(file, at, np.dtype(form), shape)
    return Left(dict(head["facts"]), arrays, Within(file, at, len(file)))


def _array(file: Data, at: int, dtype: np.dtype[Any], shape: list[int]) -> tuple[NDArray[Any], int]:
    count = 1
    for side in shape:
        if side < 0:
            raise ValueError("a negative size")
        count *= side
    end = at + count * dtype.itemsize
    if dtype.kind not in _KINDS or end > len(file):
        raise ValueError("an array of another kind, or beyond the end")
    return np.frombuffer(file[at:end], dtype).reshape(shape), end
