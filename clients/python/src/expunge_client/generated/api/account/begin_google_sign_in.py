from http import HTTPStatus
from typing import Any

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...types import UNSET, Response, Unset


def _get_kwargs(*, keep_keys: bool | Unset = False) -> dict[str, Any]:

    params: dict[str, Any] = {}

    params["keep_keys"] = keep_keys

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {"method": "get", "url": "/api/v1/auth/google", "params": params}

    return _kwargs


def _parse_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> Any | None:
    if response.status_code == 303:
        return None

    raise errors.problem_of(response)


def _build_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> Response[Any]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(*, client: AuthenticatedClient | Client, keep_keys: bool | Unset = False) -> Response[Any]:
    """Sign in with Google

     Redirects the browser to the identity provider (OpenID Connect with PKCE).

    Args:
        keep_keys (bool | Unset): As for `sendSignInLink`. Default: False.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Any]
    """

    kwargs = _get_kwargs(keep_keys=keep_keys)

    response = client.get_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio_detailed(*, client: AuthenticatedClient | Client, keep_keys: bool | Unset = False) -> Response[Any]:
    """The same as `sync_detailed`, asynchronously."""

    kwargs = _get_kwargs(keep_keys=keep_keys)

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)
