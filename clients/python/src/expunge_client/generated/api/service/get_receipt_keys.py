from http import HTTPStatus
from typing import Any

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.receipt_keys_view import ReceiptKeysView
from ...types import Response


def _get_kwargs() -> dict[str, Any]:

    _kwargs: dict[str, Any] = {"method": "get", "url": "/.well-known/expunge-receipt-keys"}

    return _kwargs


def _parse_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> ReceiptKeysView | None:
    if response.status_code == 200:
        response_200 = ReceiptKeysView.from_dict(response.json())

        return response_200

    raise errors.problem_of(response)


def _build_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> Response[ReceiptKeysView]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(*, client: AuthenticatedClient | Client) -> Response[ReceiptKeysView]:
    """Get the keys that verify receipts

     The public keys of this service's receipts, as a JWK set (RFC 7517): the present key first,
    then former ones whose receipts stay valid. `expunge receipt verify` reads it.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[ReceiptKeysView]
    """

    kwargs = _get_kwargs()

    response = client.get_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


def sync(*, client: AuthenticatedClient | Client) -> ReceiptKeysView | None:
    """The same as `sync_detailed`, with the parsed answer alone."""

    return sync_detailed(client=client).parsed


async def asyncio_detailed(*, client: AuthenticatedClient | Client) -> Response[ReceiptKeysView]:
    """The same as `sync_detailed`, asynchronously."""

    kwargs = _get_kwargs()

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(*, client: AuthenticatedClient | Client) -> ReceiptKeysView | None:
    """The same as `sync`, asynchronously."""

    return (await asyncio_detailed(client=client)).parsed
