from http import HTTPStatus
from typing import Any

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.swap_estimate import SwapEstimate
from ...models.swap_price import SwapPrice
from ...types import Response, Unset


def _get_kwargs(*, body: SwapEstimate, x_client_fingerprint: str | Unset = "", x_client_secret: str | Unset = "") -> dict[str, Any]:
    headers: dict[str, Any] = {}
    if not isinstance(x_client_fingerprint, Unset):
        headers["x-client-fingerprint"] = x_client_fingerprint

    if not isinstance(x_client_secret, Unset):
        headers["x-client-secret"] = x_client_secret

    _kwargs: dict[str, Any] = {"method": "post", "url": "/api/v1/swaps/estimate"}

    _kwargs["json"] = body.to_dict()

    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> SwapPrice | None:
    if response.status_code == 200:
        response_200 = SwapPrice.from_dict(response.json())

        return response_200

    raise errors.problem_of(response)


def _build_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> Response[SwapPrice]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    *, client: AuthenticatedClient | Client, body: SwapEstimate, x_client_fingerprint: str | Unset = "", x_client_secret: str | Unset = ""
) -> Response[SwapPrice]:
    """Get the price of a swap that you describe

     Fetches and creates nothing. The price of a swap is what its files measure, so it differs
    from this where they differ from what you say.

    Args:
        x_client_fingerprint (str | Unset): Gives anonymous callers behind one IP address separate
            quotas. Default: ''.
        x_client_secret (str | Unset): The secret from an earlier answer. It identifies an
            anonymous caller that has no cookie. Default: ''.
        body (SwapEstimate): A swap as its caller declares it.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[SwapPrice]
    """

    kwargs = _get_kwargs(body=body, x_client_fingerprint=x_client_fingerprint, x_client_secret=x_client_secret)

    response = client.get_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


def sync(
    *, client: AuthenticatedClient | Client, body: SwapEstimate, x_client_fingerprint: str | Unset = "", x_client_secret: str | Unset = ""
) -> SwapPrice | None:
    """The same as `sync_detailed`, with the parsed answer alone."""

    return sync_detailed(client=client, body=body, x_client_fingerprint=x_client_fingerprint, x_client_secret=x_client_secret).parsed


async def asyncio_detailed(
    *, client: AuthenticatedClient | Client, body: SwapEstimate, x_client_fingerprint: str | Unset = "", x_client_secret: str | Unset = ""
) -> Response[SwapPrice]:
    """The same as `sync_detailed`, asynchronously."""

    kwargs = _get_kwargs(body=body, x_client_fingerprint=x_client_fingerprint, x_client_secret=x_client_secret)

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    *, client: AuthenticatedClient | Client, body: SwapEstimate, x_client_fingerprint: str | Unset = "", x_client_secret: str | Unset = ""
) -> SwapPrice | None:
    """The same as `sync`, asynchronously."""

    return (
        await asyncio_detailed(client=client, body=body, x_client_fingerprint=x_client_fingerprint, x_client_secret=x_client_secret)
    ).parsed
