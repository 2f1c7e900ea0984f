"""The bytes of an object's file after its header, as a file of their own."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from expunge.stores.seekable import SeekableBytes

if TYPE_CHECKING:
    from typing import BinaryIO


class FilePart(SeekableBytes):
    """A file from an offset on, read-only and seekable."""

    def __init__(self, file: BinaryIO, start: int) -> None:
        super().__init__(os.fstat(file.fileno()).st_size - start)
        self._file = file
        self._start = start

    def _read(self, start: int, count: int) -> bytes:
        self._file.seek(self._start + start)
        return self._file.read(count)

    def close(self) -> None:
        self._file.close()
        super().close()
