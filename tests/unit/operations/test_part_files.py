"""The files that parts leave are read as they were written, or refused."""

from __future__ import annotations

import io
import math
from contextlib import suppress

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from expunge.errors import PipelineError
from expunge.imaging.data import FileData
from expunge.operations.part_files import packed, unpacked

ARRAYS = {
    "whole": np.arange(6, dtype=np.int32).reshape(2, 3),
    "real": np.array([0.5, math.inf, -1]),
    "none": np.zeros((0, 7, 2), np.float32),
    "flags": np.array([True, False]),
}


def written() -> bytes:
    file = packed(io.BytesIO, {"times": [0.1, 1 / 3]}, ARRAYS, io.BytesIO(b"inside"))
    return file[:]


def test_a_file_is_read_as_it_was_written() -> None:
    left = unpacked(written())

    assert left.facts == {"times": [0.1, 1 / 3]}
    assert left.inside[:] == b"inside"
    assert (left.inside[2:4], left.inside[4:2], left.inside.find(b"id")) == (b"si", b"", 3)
    assert left.arrays.keys() == ARRAYS.keys()
    for name, array in ARRAYS.items():
        assert left.arrays[name].dtype == array.dtype
        assert left.arrays[name].shape == array.shape
        assert (left.arrays[name] == array).all()


@given(st.integers(0, 400))
def test_a_file_that_ends_early_is_refused_or_lacks_what_is_inside(length: int) -> None:
    whole = written()
    try:
        left = unpacked(whole[:length])
    except PipelineError:
        assert length < len(whole) - len(b"inside")
    else:
        assert left.arrays.keys() == ARRAYS.keys()


@given(st.integers(0, 330), st.integers(1, 255))
def test_a_damaged_file_is_read_or_refused(place: int, change: int) -> None:
    data = bytearray(written())
    data[place % len(data)] ^= change
    with suppress(PipelineError):
        assert len(unpacked(bytes(data)).arrays) <= len(ARRAYS)


def test_what_is_stated_takes_no_memory() -> None:
    for shape in ("[1000000000, 1000000000]", "[-1, 3]"):
        data = written().replace(b"[2, 3]", shape.encode())
        size = int.from_bytes(data[15:23], "big") + len(shape) - len("[2, 3]")
        with pytest.raises(PipelineError):
            unpacked(data[:15] + size.to_bytes(8, "big") + data[23:])


def test_another_file_is_refused() -> None:
    for data in (b"", b"expunge part 1\n", bytes(100), b"expunge part 1\n" + b"\xff" * 20):
        with pytest.raises(PipelineError):
            unpacked(FileData(io.BytesIO(data)))
