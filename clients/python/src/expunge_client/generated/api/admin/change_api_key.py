from http import HTTPStatus
from typing import Any
from urllib.parse import quote

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.api_key_change import ApiKeyChange
from ...models.api_key_response import ApiKeyResponse
from ...types import Response


def _get_kwargs(key_id: str, *, body: ApiKeyChange) -> dict[str, Any]:
    headers: dict[str, Any] = {}

    _kwargs: dict[str, Any] = {"method": "patch", "url": "/api/v1/admin/api-keys/{key_id}".format(key_id=quote(str(key_id), safe=""))}

    _kwargs["json"] = body.to_dict()

    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
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


def sync_detailed(key_id: str, *, client: AuthenticatedClient | Client, body: ApiKeyChange) -> Response[ApiKeyResponse]:
    """Rename, disable or enable an API key

     A disabled key is refused everywhere within 5 seconds.

    Args:
        key_id (str): The key's id.
        body (ApiKeyChange): Changes to a key; omitted fields stay as they are.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[ApiKeyResponse]
    """

    kwargs = _get_kwargs(key_id=key_id, body=body)

    response = client.get_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


def sync(key_id: str, *, client: AuthenticatedClient | Client, body: ApiKeyChange) -> ApiKeyResponse | None:
    """The same as `sync_detailed`, with the parsed answer alone."""

    return sync_detailed(key_id=key_id, client=client, body=body).parsed


async def asyncio_detailed(key_id: str, *, client: AuthenticatedClient | Client, body: ApiKeyChange) -> Response[ApiKeyResponse]:
    """The same as `sync_detailed`, asynchronously."""

    kwargs = _get_kwargs(key_id=key_id, body=body)

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(key_id: str, *, client: AuthenticatedClient | Client, body: ApiKeyChange) -> ApiKeyResponse | None:
    """The same as `sync`, asynchronously."""

    return (await asyncio_detailed(key_id=key_id, client=client, body=body)).parsed
