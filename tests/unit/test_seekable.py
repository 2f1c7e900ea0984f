"""A file over stored bytes asks for few and large pieces: each may be a request that costs."""

from __future__ import annotations

import io

from expunge.stores.seekable import SeekableBytes

DATA = bytes(range(256)) * 400


class Counted(SeekableBytes):
    def __init__(self) -> None:
        super().__init__(len(DATA))
        self.asked: list[int] = []

    def _read(self, start: int, count: int) -> bytes:
        self.asked.append(count)
        return DATA[start : start + count]


def test_the_rest_of_a_file_is_asked_for_at_once() -> None:
    stored = Counted()
    file = io.BufferedReader(stored, 1 << 16)

    file.seek(5)

    assert file.read() == DATA[5:]
    assert file.read() == b""
    assert len(stored.asked) <= 2


def test_behind_the_end_there_is_nothing_to_ask_for() -> None:
    stored = Counted()
    stored.seek(len(DATA) + 3)

    assert stored.read() == b""
    assert stored.asked == []
