from http import HTTPStatus
from typing import Any
from urllib.parse import quote

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.public_swap import PublicSwap
from ...types import Response, Unset


def _get_kwargs(task_id: str, *, x_client_fingerprint: str | Unset = "", x_client_secret: str | Unset = "") -> dict[str, Any]:
    headers: dict[str, Any] = {}
    if not isinstance(x_client_fingerprint, Unset):
        headers["x-client-fingerprint"] = x_client_fingerprint

    if not isinstance(x_client_secret, Unset):
        headers["x-client-secret"] = x_client_secret

    _kwargs: dict[str, Any] = {"method": "delete", "url": "/api/v1/swaps/{task_id}".format(task_id=quote(str(task_id), safe=""))}

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> PublicSwap | None:
    if response.status_code == 200:
        response_200 = PublicSwap.from_dict(response.json())

        return response_200

    raise errors.problem_of(response)


def _build_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> Response[PublicSwap]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    task_id: str, *, client: AuthenticatedClient | Client, x_client_fingerprint: str | Unset = "", x_client_secret: str | Unset = ""
) -> Response[PublicSwap]:
    """Cancel a swap that has not started

     A `queued` or `preparing` swap becomes `canceled` and is refunded. Any other one is returned
    unchanged.

    Args:
        task_id (str): The id that `createSwap` gave.
        x_client_fingerprint (str | Unset): Gives anonymous callers behind one IP address separate
            quotas. Default: ''.
        x_client_secret (str | Unset): The secret from an earlier answer. It identifies an
            anonymous caller that has no cookie. Default: ''.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[PublicSwap]
    """

    kwargs = _get_kwargs(task_id=task_id, x_client_fingerprint=x_client_fingerprint, x_client_secret=x_client_secret)

    response = client.get_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


def sync(
    task_id: str, *, client: AuthenticatedClient | Client, x_client_fingerprint: str | Unset = "", x_client_secret: str | Unset = ""
) -> PublicSwap | None:
    """The same as `sync_detailed`, with the parsed answer alone."""

    return sync_detailed(task_id=task_id, client=client, x_client_fingerprint=x_client_fingerprint, x_client_secret=x_client_secret).parsed


async def asyncio_detailed(
    task_id: str, *, client: AuthenticatedClient | Client, x_client_fingerprint: str | Unset = "", x_client_secret: str | Unset = ""
) -> Response[PublicSwap]:
    """The same as `sync_detailed`, asynchronously."""

    kwargs = _get_kwargs(task_id=task_id, x_client_fingerprint=x_client_fingerprint, x_client_secret=x_client_secret)

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    task_id: str, *, client: AuthenticatedClient | Client, x_client_fingerprint: str | Unset = "", x_client_secret: str | Unset = ""
) -> PublicSwap | None:
    """The same as `sync`, asynchronously."""

    return (
        await asyncio_detailed(task_id=task_id, client=client, x_client_fingerprint=x_client_fingerprint, x_client_secret=x_client_secret)
    ).parsed
