from http import HTTPStatus
from typing import Any
from urllib.parse import quote

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.batch_view import BatchView
from ...types import Response, Unset


def _get_kwargs(batch_id: str, *, x_client_fingerprint: str | Unset = "", x_client_secret: str | Unset = "") -> dict[str, Any]:
    headers: dict[str, Any] = {}
    if not isinstance(x_client_fingerprint, Unset):
        headers["x-client-fingerprint"] = x_client_fingerprint

    if not isinstance(x_client_secret, Unset):
        headers["x-client-secret"] = x_client_secret

    _kwargs: dict[str, Any] = {"method": "delete", "url": "/api/v1/batches/{batch_id}".format(batch_id=quote(str(batch_id), safe=""))}

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> BatchView | None:
    if response.status_code == 200:
        response_200 = BatchView.from_dict(response.json())

        return response_200

    raise errors.problem_of(response)


def _build_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> Response[BatchView]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    batch_id: str, *, client: AuthenticatedClient | Client, x_client_fingerprint: str | Unset = "", x_client_secret: str | Unset = ""
) -> Response[BatchView]:
    """Cancel a batch, or delete an ended one

     Jobs of a batch that have not started are cancelled and refunded; running ones end. A batch
    that has ended is deleted with its ZIP and its jobs, results and images.

    Without an account, send the cookie or the `X-Client-Secret` that created the batch.

    Args:
        batch_id (str): The batch's id.
        x_client_fingerprint (str | Unset): Gives anonymous callers behind one IP address separate
            quotas. Default: ''.
        x_client_secret (str | Unset): The secret from an earlier answer. It identifies an
            anonymous caller that has no cookie. Default: ''.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[BatchView]
    """

    kwargs = _get_kwargs(batch_id=batch_id, x_client_fingerprint=x_client_fingerprint, x_client_secret=x_client_secret)

    response = client.get_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


def sync(
    batch_id: str, *, client: AuthenticatedClient | Client, x_client_fingerprint: str | Unset = "", x_client_secret: str | Unset = ""
) -> BatchView | None:
    """The same as `sync_detailed`, with the parsed answer alone."""

    return sync_detailed(
        batch_id=batch_id, client=client, x_client_fingerprint=x_client_fingerprint, x_client_secret=x_client_secret
    ).parsed


async def asyncio_detailed(
    batch_id: str, *, client: AuthenticatedClient | Client, x_client_fingerprint: str | Unset = "", x_client_secret: str | Unset = ""
) -> Response[BatchView]:
    """The same as `sync_detailed`, asynchronously."""

    kwargs = _get_kwargs(batch_id=batch_id, x_client_fingerprint=x_client_fingerprint, x_client_secret=x_client_secret)

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    batch_id: str, *, client: AuthenticatedClient | Client, x_client_fingerprint: str | Unset = "", x_client_secret: str | Unset = ""
) -> BatchView | None:
    """The same as `sync`, asynchronously."""

    return (
        await asyncio_detailed(batch_id=batch_id, client=client, x_client_fingerprint=x_client_fingerprint, x_client_secret=x_client_secret)
    ).parsed
