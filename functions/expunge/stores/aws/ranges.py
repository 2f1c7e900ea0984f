"""An S3 object as a seekable file that fetches ranges of it."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from expunge.stores.aws.faults import translated

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

BUFFER = 1 << 22
"""Bytes of one request."""


class RangedObject(io.RawIOBase):
    """The bytes of one object. A buffer above it keeps the number of requests low."""

    def __init__(self, client: S3Client, bucket: str, key: str, length: int) -> None:
        super().__init__()
        self._client = client
        self._bucket = bucket
        self._key = key
        self._length = length
        self._at = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET, /) -> int:
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._length}[whence]
        self._at = max(0, base + offset)
        return self._at

    def tell(self) -> int:
        return self._at

    def readinto(self, buffer: memoryview, /) -> int:  # type: ignore[override]
        end = min(self._at + len(buffer), self._length)
        if self._at >= end:
            return 0
        with translated():
            answer = self._client.get_object(
                Bucket=self._bucket, Key=self._key, Range=f"bytes={self._at}-{end - 1}"
            )
            with answer["Body"] as body:
                data = body.read()
        buffer[: len(data)] = data
        self._at += len(data)
        return len(data)
