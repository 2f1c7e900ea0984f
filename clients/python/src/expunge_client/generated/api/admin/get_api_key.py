from http import HTTPStatus
from typing import Any
from urllib.parse import quote

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.api_key_response import ApiKeyResponse
from ...types import Response


def _get_kwargs(key_id: str) -> dict[str, Any]:

    _kwargs: dict[str, Any] = {"method": "get", "url": "/api/v1/admin/api-keys/{key_id}".format(key_id=quote(str(key_id), safe=""))}

    return _kwargs


def _parse_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> ApiKeyResponse | None:
    if response.status_code == 200:
        response_200 = ApiKeyResponse.from_dict(response.json())

        return response_200

    raise errors.problem_of(response)


def _build_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> Response[ApiKeyResponse]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(key_id: str, *, client: AuthenticatedClient | Client) -> Response[ApiKeyResponse]:
    """Get an API key

     Returns the key's details, never the key itself.

    Args:
        key_id (str): The key's id.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[ApiKeyResponse]
    """

    kwargs = _get_kwargs(key_id=key_id)

    response = client.get_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


def sync(key_id: str, *, client: AuthenticatedClient | Client) -> ApiKeyResponse | None:
    """The same as `sync_detailed`, with the parsed answer alone."""

    return sync_detailed(key_id=key_id, client=client).parsed


async def asyncio_detailed(key_id: str, *, client: AuthenticatedClient | Client) -> Response[ApiKeyResponse]:
    """The same as `sync_detailed`, asynchronously."""

    kwargs = _get_kwargs(key_id=key_id)

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(key_id: str, *, client: AuthenticatedClient | Client) -> ApiKeyResponse | None:
    """The same as `sync`, asynchronously."""

    return (await asyncio_detailed(key_id=key_id, client=client)).parsed
