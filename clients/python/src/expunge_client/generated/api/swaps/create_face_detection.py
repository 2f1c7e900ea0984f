from http import HTTPStatus
from typing import Any

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.face_detect_create import FaceDetectCreate
from ...models.face_detect_created import FaceDetectCreated
from ...types import Response, Unset


def _get_kwargs(*, body: FaceDetectCreate, x_client_fingerprint: str | Unset = "", x_client_secret: str | Unset = "") -> dict[str, Any]:
    headers: dict[str, Any] = {}
    if not isinstance(x_client_fingerprint, Unset):
        headers["x-client-fingerprint"] = x_client_fingerprint

    if not isinstance(x_client_secret, Unset):
        headers["x-client-secret"] = x_client_secret

    _kwargs: dict[str, Any] = {"method": "post", "url": "/api/v1/face-detect"}

    _kwargs["json"] = body.to_dict()

    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> FaceDetectCreated | None:
    if response.status_code == 202:
        response_202 = FaceDetectCreated.from_dict(response.json())

        return response_202

    raise errors.problem_of(response)


def _build_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> Response[FaceDetectCreated]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient | Client,
    body: FaceDetectCreate,
    x_client_fingerprint: str | Unset = "",
    x_client_secret: str | Unset = "",
) -> Response[FaceDetectCreated]:
    """Find the faces in an image by its URL

     Fetches the image and returns a task id at once. Poll `getFaceDetection` with it. Costs no
    credits, and counts toward your requests per minute.

    Args:
        x_client_fingerprint (str | Unset): Gives anonymous callers behind one IP address separate
            quotas. Default: ''.
        x_client_secret (str | Unset): The secret from an earlier answer. It identifies an
            anonymous caller that has no cookie. Default: ''.
        body (FaceDetectCreate): A new face detection.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[FaceDetectCreated]
    """

    kwargs = _get_kwargs(body=body, x_client_fingerprint=x_client_fingerprint, x_client_secret=x_client_secret)

    response = client.get_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


def sync(
    *,
    client: AuthenticatedClient | Client,
    body: FaceDetectCreate,
    x_client_fingerprint: str | Unset = "",
    x_client_secret: str | Unset = "",
) -> FaceDetectCreated | None:
    """The same as `sync_detailed`, with the parsed answer alone."""

    return sync_detailed(client=client, body=body, x_client_fingerprint=x_client_fingerprint, x_client_secret=x_client_secret).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient | Client,
    body: FaceDetectCreate,
    x_client_fingerprint: str | Unset = "",
    x_client_secret: str | Unset = "",
) -> Response[FaceDetectCreated]:
    """The same as `sync_detailed`, asynchronously."""

    kwargs = _get_kwargs(body=body, x_client_fingerprint=x_client_fingerprint, x_client_secret=x_client_secret)

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    *,
    client: AuthenticatedClient | Client,
    body: FaceDetectCreate,
    x_client_fingerprint: str | Unset = "",
    x_client_secret: str | Unset = "",
) -> FaceDetectCreated | None:
    """The same as `sync`, asynchronously."""

    return (
        await asyncio_detailed(client=client, body=body, x_client_fingerprint=x_client_fingerprint, x_client_secret=x_client_secret)
    ).parsed
