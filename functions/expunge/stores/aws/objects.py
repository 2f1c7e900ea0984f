"""Objects in one S3 bucket.

The role needs ``s3:ListBucket`` on the bucket: without it S3 answers 403 instead of 404
for a missing object.
"""

from __future__ import annotations

import io
import tempfile
import time
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import TYPE_CHECKING, BinaryIO
from urllib.parse import parse_qs, urlsplit

from botocore.exceptions import ClientError

from expunge.errors import SignatureInvalid
from expunge.stores.aws import own_parameter
from expunge.stores.aws.faults import misconfigured, translated
from expunge.stores.aws.ranges import BUFFER, RangedObject
from expunge.stores.disposition import attachment
from expunge.stores.limits import check_object_key
from expunge.stores.ports import ObjectFacts, SignedRequest
from expunge.stores.signed_urls import EXPIRED, below, is_mac, mac

if TYPE_CHECKING:
    from collections.abc import Callable

    from mypy_boto3_s3 import S3Client

_SIGNED_HEADERS = "content-length;content-type;host"
_ABSENT = frozenset({"404", "NoSuchKey", "NotFound"})


class S3Objects:
    """The objects port over one bucket.

    Parameters
    ----------
    client
        Must sign with SigV4 (``clients.s3``).
    secret
        Returns the secret of the service's own signature of each URL. SigV4's cannot be checked
        here: every copy of a function signs with credentials of its own.
    clock
        Unix seconds.
    """

    def __init__(
        self,
        client: S3Client,
        *,
        bucket: str,
        secret: Callable[[], bytes],
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._client = client
        self._bucket = bucket
        self._secret = secret
        self._clock = clock
        self._bucket_seen = False
        own_parameter.allow(client)

    @property
    def origin(self) -> str:
        """Scheme and host of signed URLs: the bucket's host, or the client's endpoint."""
        endpoint = urlsplit(self._client.meta.endpoint_url)
        config = getattr(self._client.meta.config, "s3", None) or {}
        virtual = config.get("addressing_style") == "virtual"
        host = f"{self._bucket}.{endpoint.netloc}" if virtual else endpoint.netloc
        return f"{endpoint.scheme}://{host}"

    @cached_property
    def _base(self) -> str:
        """What signed URLs start with, before the key; boto3 decides where the bucket is in it."""
        params = {"Bucket": self._bucket, "Key": "key"}
        url = self._client.generate_presigned_url("get_object", Params=params)
        return url.partition("?")[0].removesuffix("key")

    def presign_put(
        self, key: str, *, content_type: str, length: int, expires_in: int
    ) -> SignedRequest:
        check_object_key(key)
        url = self._client.generate_presigned_url(
            "put_object",
            Params={
                "Bucket": self._bucket,
                "Key": key,
                "ContentType": content_type,
                "ContentLength": length,
            },
            ExpiresIn=expires_in,
            HttpMethod="PUT",
        )
        headers = {
            "Content-Length": str(length),
            "Content-Type": content_type,
            "If-None-Match": "*",
        }
        return SignedRequest("PUT", url, headers, _signed_until(url))

    def presign_get(self, key: str, *, expires_in: int, filename: str | None = None) -> str:
        check_object_key(key)
        expires = str(int(self._clock()) + expires_in)
        params = {
            "Bucket": self._bucket,
            "Key": key,
            "ResponseCacheControl": "no-store",
            own_parameter.NAME: f"{expires}.{mac(self._secret(), key, expires)}",
        }
        if filename is not None:
            params["ResponseContentDisposition"] = attachment(filename)
        return self._client.generate_presigned_url(
            "get_object", Params=params, ExpiresIn=expires_in, HttpMethod="GET"
        )

    def signed_key(self, url: str, *, base_url: str) -> str | None:  # noqa: ARG002
        found = below(url, self._base)
        if found is None:
            return None
        key, query = found
        expires, _, signature = query.get(own_parameter.NAME, "").partition(".")
        if not is_mac(signature, self._secret(), key, expires):
            raise SignatureInvalid("The URL was changed, or was not signed for a GET.")
        if self._clock() >= int(expires):
            raise SignatureInvalid(EXPIRED)
        return key

    def get(self, key: str) -> bytes | None:
        check_object_key(key)
        try:
            with translated():
                answer = self._client.get_object(Bucket=self._bucket, Key=key)
                with answer["Body"] as body:
                    return body.read()
        except ClientError as error:
            _raise_unless_absent(error)
            return None

    def open(self, key: str, facts: ObjectFacts | None = None) -> BinaryIO | None:
        facts = facts or self.head(key)
        if facts is None:
            return None
        raw = RangedObject(self._client, self._bucket, key, facts)
        return io.BufferedReader(raw, BUFFER)

    def put_file(self, key: str, file: BinaryIO, *, content_type: str) -> None:
        check_object_key(key)
        file.seek(0)
        with translated():
            self._client.put_object(
                Bucket=self._bucket, Key=key, Body=file, ContentType=content_type
            )

    def scratch(self) -> BinaryIO:
        return tempfile.TemporaryFile()

    def put(self, key: str, data: bytes, *, content_type: str) -> None:
        check_object_key(key)
        with translated():
            self._client.put_object(
                Bucket=self._bucket, Key=key, Body=data, ContentType=content_type
            )

    def head(self, key: str) -> ObjectFacts | None:
        check_object_key(key)
        try:
            with translated():
                answer = self._client.head_object(Bucket=self._bucket, Key=key)
        except ClientError as error:
            _raise_unless_absent(error)
            self._check_bucket()
            return None
        self._bucket_seen = True
        return ObjectFacts(answer["ContentLength"], answer["ContentType"], answer["ETag"])

    def _check_bucket(self) -> None:
        """Check once that the bucket exists: a HEAD has the same 404 for a missing bucket."""
        if not self._bucket_seen:
            try:
                with translated():
                    self._client.head_bucket(Bucket=self._bucket)
            except ClientError as error:
                _raise_unless_absent(error)
                raise misconfigured(f"there is no bucket {self._bucket}") from error
            self._bucket_seen = True

    def delete(self, key: str) -> None:
        check_object_key(key)
        with translated():
            self._client.delete_object(Bucket=self._bucket, Key=key)


def _raise_unless_absent(error: ClientError) -> None:
    if error.response["Error"]["Code"] not in _ABSENT:
        raise error


def _signed_until(url: str) -> datetime:
    """When a presigned PUT expires, read from the signed time and duration in its URL.

    In some regions, a client without ``s3v4`` signs with SigV2, which does not cover
    Content-Length. Only the URL shows this, so it is checked here.
    """
    query = parse_qs(urlsplit(url).query)
    if query.get("X-Amz-SignedHeaders") != [_SIGNED_HEADERS]:
        raise ValueError("the S3 client must sign with s3v4")
    begin = datetime.strptime(query["X-Amz-Date"][0], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    return begin + timedelta(seconds=int(query["X-Amz-Expires"][0]))
