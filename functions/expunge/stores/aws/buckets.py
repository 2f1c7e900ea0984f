"""Objects of the operator's own buckets, whose keys may be any text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from expunge.stores.aws.faults import translated
from expunge.stores.ports import FoundObject

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mypy_boto3_s3 import S3Client

_ABSENT = frozenset({"404", "NoSuchKey", "NotFound", "405", "MethodNotAllowed"})
"""405 is the answer for a delete marker."""
_REPLACED = _ABSENT | {"412", "PreconditionFailed"}


class S3Buckets:
    """Reads and writes objects of several buckets."""

    def __init__(self, client: S3Client) -> None:
        self._client = client

    def head(self, bucket: str, key: str) -> FoundObject | None:
        try:
            with translated():
                answer = self._client.head_object(Bucket=bucket, Key=key)
        except ClientError as error:
            _raise_unless(error, _ABSENT)
            return None
        return FoundObject(answer["ContentLength"], answer["ETag"], answer["Metadata"])

    def get(self, bucket: str, key: str, etag: str) -> bytes | None:
        try:
            with translated():
                answer = self._client.get_object(Bucket=bucket, Key=key, IfMatch=etag)
                with answer["Body"] as body:
                    return body.read()
        except ClientError as error:
            _raise_unless(error, _REPLACED)
            return None

    def put(
        self,
        bucket: str,
        key: str,
        data: bytes,
        *,
        content_type: str,
        metadata: Mapping[str, str],
    ) -> None:
        with translated():
            self._client.put_object(
                Bucket=bucket, Key=key, Body=data, ContentType=content_type, Metadata=metadata
            )


def _raise_unless(error: ClientError, codes: frozenset[str]) -> None:
    if error.response["Error"]["Code"] not in codes:
        raise error
