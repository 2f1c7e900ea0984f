"""A query parameter of the service's own in presigned URLs of S3.

S3 ignores parameters whose names start with ``x-`` («Adding custom information to a request», S3
User Guide). boto3 knows only S3's own, so two of its documented events move this one from the
parameters of the call to the URL, before it is signed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

NAME = "x-expunge"


def allow(client: S3Client) -> None:
    """Let `generate_presigned_url` accept ``NAME`` among the parameters of `get_object`."""
    events = client.meta.events
    take: Any = _take  # the stubs know only handlers that return nothing
    events.register("provide-client-params.s3.GetObject", take, unique_id=f"{NAME}-take")
    events.register("before-sign.s3.GetObject", _append, unique_id=f"{NAME}-append")


def _take(params: dict[str, Any], context: dict[str, Any], **_: object) -> dict[str, Any]:
    context[NAME] = params.get(NAME)
    return {name: value for name, value in params.items() if name != NAME}


def _append(request: Any, **_: object) -> None:  # noqa: ANN401
    value = request.context.get(NAME)
    if value is not None:
        joint = "&" if "?" in request.url else "?"
        request.url += joint + urlencode({NAME: value})
