from http import HTTPStatus
from typing import Any

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.public_swap import PublicSwap
from ...models.swap_create import SwapCreate
from ...types import UNSET, Response, Unset


def _get_kwargs(
    *,
    body: SwapCreate,
    wait: bool | Unset = False,
    x_client_fingerprint: str | Unset = "",
    x_client_secret: str | Unset = "",
    prefer: str | Unset = "",
    idempotency_key: str | Unset = UNSET,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}
    if not isinstance(x_client_fingerprint, Unset):
        headers["x-client-fingerprint"] = x_client_fingerprint

    if not isinstance(x_client_secret, Unset):
        headers["x-client-secret"] = x_client_secret

    if not isinstance(prefer, Unset):
        headers["prefer"] = prefer

    if not isinstance(idempotency_key, Unset):
        headers["idempotency-key"] = idempotency_key

    params: dict[str, Any] = {}

    params["wait"] = wait

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {"method": "post", "url": "/api/v1/swaps", "params": params}

    _kwargs["json"] = body.to_dict()

    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> PublicSwap | None:
    if response.status_code == 201:
        response_201 = PublicSwap.from_dict(response.json())

        return response_201

    raise errors.problem_of(response)


def _build_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> Response[PublicSwap]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient | Client,
    body: SwapCreate,
    wait: bool | Unset = False,
    x_client_fingerprint: str | Unset = "",
    x_client_secret: str | Unset = "",
    prefer: str | Unset = "",
    idempotency_key: str | Unset = UNSET,
) -> Response[PublicSwap]:
    """Replace faces in an image, GIF or video by its URL

     Fetches and checks all files, and returns the swap at once. Poll `getSwap` until it has
    ended, or wait for its end with `wait=true`, for at most 25 seconds.

    The price is reserved now, spent when the swap is done, and returned if it fails or is
    canceled. Without enough credits nothing is created.

    Args:
        wait (bool | Unset): The same as `Prefer: wait=25`. Default: False.
        x_client_fingerprint (str | Unset): Gives anonymous callers behind one IP address separate
            quotas. Default: ''.
        x_client_secret (str | Unset): The secret from an earlier answer. It identifies an
            anonymous caller that has no cookie. Default: ''.
        prefer (str | Unset): `respond-async`, `wait=N` with N up to 25 seconds, or both. Default:
            ''.
        idempotency_key (str | Unset): 1–64 characters; the same key never makes a second job.
        body (SwapCreate): A new swap.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[PublicSwap]
    """

    kwargs = _get_kwargs(
        body=body,
        wait=wait,
        x_client_fingerprint=x_client_fingerprint,
        x_client_secret=x_client_secret,
        prefer=prefer,
        idempotency_key=idempotency_key,
    )

    response = client.get_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


def sync(
    *,
    client: AuthenticatedClient | Client,
    body: SwapCreate,
    wait: bool | Unset = False,
    x_client_fingerprint: str | Unset = "",
    x_client_secret: str | Unset = "",
    prefer: str | Unset = "",
    idempotency_key: str | Unset = UNSET,
) -> PublicSwap | None:
    """The same as `sync_detailed`, with the parsed answer alone."""

    return sync_detailed(
        client=client,
        body=body,
        wait=wait,
        x_client_fingerprint=x_client_fingerprint,
        x_client_secret=x_client_secret,
        prefer=prefer,
        idempotency_key=idempotency_key,
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient | Client,
    body: SwapCreate,
    wait: bool | Unset = False,
    x_client_fingerprint: str | Unset = "",
    x_client_secret: str | Unset = "",
    prefer: str | Unset = "",
    idempotency_key: str | Unset = UNSET,
) -> Response[PublicSwap]:
    """The same as `sync_detailed`, asynchronously."""

    kwargs = _get_kwargs(
        body=body,
        wait=wait,
        x_client_fingerprint=x_client_fingerprint,
        x_client_secret=x_client_secret,
        prefer=prefer,
        idempotency_key=idempotency_key,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    *,
    client: AuthenticatedClient | Client,
    body: SwapCreate,
    wait: bool | Unset = False,
    x_client_fingerprint: str | Unset = "",
    x_client_secret: str | Unset = "",
    prefer: str | Unset = "",
    idempotency_key: str | Unset = UNSET,
) -> PublicSwap | None:
    """The same as `sync`, asynchronously."""

    return (
        await asyncio_detailed(
            client=client,
            body=body,
            wait=wait,
            x_client_fingerprint=x_client_fingerprint,
            x_client_secret=x_client_secret,
            prefer=prefer,
            idempotency_key=idempotency_key,
        )
    ).parsed
