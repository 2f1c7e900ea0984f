from http import HTTPStatus
from typing import Any

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.batch_create import BatchCreate
from ...models.batch_form import BatchForm
from ...models.batch_view import BatchView
from ...types import UNSET, Response, Unset


def _get_kwargs(
    *,
    body: BatchCreate | BatchForm | Unset = UNSET,
    x_client_fingerprint: str | Unset = "",
    x_client_secret: str | Unset = "",
    idempotency_key: str | Unset = UNSET,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}
    if not isinstance(x_client_fingerprint, Unset):
        headers["x-client-fingerprint"] = x_client_fingerprint

    if not isinstance(x_client_secret, Unset):
        headers["x-client-secret"] = x_client_secret

    if not isinstance(idempotency_key, Unset):
        headers["idempotency-key"] = idempotency_key

    _kwargs: dict[str, Any] = {"method": "post", "url": "/api/v1/batches"}

    if isinstance(body, BatchCreate):
        _kwargs["json"] = body.to_dict()

        headers["Content-Type"] = "application/json"
    if isinstance(body, BatchForm):
        _kwargs["files"] = body.to_multipart()

        headers["Content-Type"] = "multipart/form-data; boundary=+++"

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> BatchView | None:
    if response.status_code == 202:
        response_202 = BatchView.from_dict(response.json())

        return response_202

    raise errors.problem_of(response)


def _build_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> Response[BatchView]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient | Client,
    body: BatchCreate | BatchForm | Unset = UNSET,
    x_client_fingerprint: str | Unset = "",
    x_client_secret: str | Unset = "",
    idempotency_key: str | Unset = UNSET,
) -> Response[BatchView]:
    """Create a batch of jobs

     Makes one job of each of up to 100 images, and charges all of them at once: a batch that
    does not fit into your limits is refused as a whole. A job that fails is refunded.

    Images are `image_url`s or `object_key`s of uploads, or the files `image` of a form. The mode
    and its options apply to all items; in JSON each item may have its own.

    Args:
        x_client_fingerprint (str | Unset): Gives anonymous callers behind one IP address separate
            quotas. Default: ''.
        x_client_secret (str | Unset): The secret from an earlier answer. It identifies an
            anonymous caller that has no cookie. Default: ''.
        idempotency_key (str | Unset): 1–64 characters; the same key never makes a second job.
        body (BatchCreate): A new batch in JSON.
        body (BatchForm): A new batch as a form, with its images as files.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[BatchView]
    """

    kwargs = _get_kwargs(
        body=body, x_client_fingerprint=x_client_fingerprint, x_client_secret=x_client_secret, idempotency_key=idempotency_key
    )

    response = client.get_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


def sync(
    *,
    client: AuthenticatedClient | Client,
    body: BatchCreate | BatchForm | Unset = UNSET,
    x_client_fingerprint: str | Unset = "",
    x_client_secret: str | Unset = "",
    idempotency_key: str | Unset = UNSET,
) -> BatchView | None:
    """The same as `sync_detailed`, with the parsed answer alone."""

    return sync_detailed(
        client=client,
        body=body,
        x_client_fingerprint=x_client_fingerprint,
        x_client_secret=x_client_secret,
        idempotency_key=idempotency_key,
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient | Client,
    body: BatchCreate | BatchForm | Unset = UNSET,
    x_client_fingerprint: str | Unset = "",
    x_client_secret: str | Unset = "",
    idempotency_key: str | Unset = UNSET,
) -> Response[BatchView]:
    """The same as `sync_detailed`, asynchronously."""

    kwargs = _get_kwargs(
        body=body, x_client_fingerprint=x_client_fingerprint, x_client_secret=x_client_secret, idempotency_key=idempotency_key
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    *,
    client: AuthenticatedClient | Client,
    body: BatchCreate | BatchForm | Unset = UNSET,
    x_client_fingerprint: str | Unset = "",
    x_client_secret: str | Unset = "",
    idempotency_key: str | Unset = UNSET,
) -> BatchView | None:
    """The same as `sync`, asynchronously."""

    return (
        await asyncio_detailed(
            client=client,
            body=body,
            x_client_fingerprint=x_client_fingerprint,
            x_client_secret=x_client_secret,
            idempotency_key=idempotency_key,
        )
    ).parsed
