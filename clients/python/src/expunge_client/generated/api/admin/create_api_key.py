from http import HTTPStatus
from typing import Any

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.api_key_create import ApiKeyCreate
from ...models.api_key_created_response import ApiKeyCreatedResponse
from ...types import Response


def _get_kwargs(*, body: ApiKeyCreate) -> dict[str, Any]:
    headers: dict[str, Any] = {}

    _kwargs: dict[str, Any] = {"method": "post", "url": "/api/v1/admin/api-keys"}

    _kwargs["json"] = body.to_dict()

    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> ApiKeyCreatedResponse | None:
    if response.status_code == 201:
        response_201 = ApiKeyCreatedResponse.from_dict(response.json())

        return response_201

    raise errors.problem_of(response)


def _build_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> Response[ApiKeyCreatedResponse]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(*, client: AuthenticatedClient | Client, body: ApiKeyCreate) -> Response[ApiKeyCreatedResponse]:
    """Create an API key

     Returns the full key, only this once. It works on every route, as a pro account's key.

    Args:
        body (ApiKeyCreate): A new API key.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[ApiKeyCreatedResponse]
    """

    kwargs = _get_kwargs(body=body)

    response = client.get_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


def sync(*, client: AuthenticatedClient | Client, body: ApiKeyCreate) -> ApiKeyCreatedResponse | None:
    """The same as `sync_detailed`, with the parsed answer alone."""

    return sync_detailed(client=client, body=body).parsed


async def asyncio_detailed(*, client: AuthenticatedClient | Client, body: ApiKeyCreate) -> Response[ApiKeyCreatedResponse]:
    """The same as `sync_detailed`, asynchronously."""

    kwargs = _get_kwargs(body=body)

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(*, client: AuthenticatedClient | Client, body: ApiKeyCreate) -> ApiKeyCreatedResponse | None:
    """The same as `sync`, asynchronously."""

    return (await asyncio_detailed(client=client, body=body)).parsed
