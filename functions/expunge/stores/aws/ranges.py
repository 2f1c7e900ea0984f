"""An S3 object as a seekable file that fetches ranges of it."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from expunge.errors import Conflict
from expunge.stores.aws.faults import translated
from expunge.stores.seekable import SeekableBytes

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mypy_boto3_s3 import S3Client

    from expunge.stores.ports import ObjectFacts

_REPLACED = frozenset({"412", "PreconditionFailed"})
BUFFER = 1 << 22
"""Bytes of one request."""


class RangedObject(SeekableBytes):
    """The bytes of one object. A buffer above it keeps the number of requests low.

    Once it is replaced, no more bytes come: they would be those of two objects.
    """

    def __init__(self, client: S3Client, bucket: str, key: str, facts: ObjectFacts) -> None:
        super().__init__(facts.length)
        self._etag = facts.etag or ""
        self._client = client
        self._bucket = bucket
        self._key = key

    def _read(self, start: int, count: int) -> bytes:
        with translated(), _unchanged():
            answer = self._client.get_object(
                Bucket=self._bucket,
                Key=self._key,
                Range=f"bytes={start}-{start + count - 1}",
                IfMatch=self._etag,
            )
            with answer["Body"] as body:
                return body.read()


@contextmanager
def _unchanged() -> Iterator[None]:
    try:
        yield
    except ClientError as error:
        if error.response["Error"]["Code"] not in _REPLACED:
            raise
        raise Conflict("The file was replaced while it was read.") from None
