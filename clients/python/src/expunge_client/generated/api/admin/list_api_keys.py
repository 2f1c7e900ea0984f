from http import HTTPStatus
from typing import Any

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.api_key_page import ApiKeyPage
from ...types import UNSET, Response, Unset


def _get_kwargs(*, page: int | Unset = 1, per_page: int | Unset = 20) -> dict[str, Any]:

    params: dict[str, Any] = {}

    params["page"] = page

    params["per_page"] = per_page

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {"method": "get", "url": "/api/v1/admin/api-keys", "params": params}

    return _kwargs


def _parse_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> ApiKeyPage | None:
    if response.status_code == 200:
        response_200 = ApiKeyPage.from_dict(response.json())

        return response_200

    raise errors.problem_of(response)


def _build_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> Response[ApiKeyPage]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(*, client: AuthenticatedClient | Client, page: int | Unset = 1, per_page: int | Unset = 20) -> Response[ApiKeyPage]:
    """List the API keys, newest first

     A page after the last one is empty.

    Args:
        page (int | Unset): Page number, from 1. Default: 1.
        per_page (int | Unset): Entries per page. Default: 20.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[ApiKeyPage]
    """

    kwargs = _get_kwargs(page=page, per_page=per_page)

    response = client.get_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


def sync(*, client: AuthenticatedClient | Client, page: int | Unset = 1, per_page: int | Unset = 20) -> ApiKeyPage | None:
    """The same as `sync_detailed`, with the parsed answer alone."""

    return sync_detailed(client=client, page=page, per_page=per_page).parsed


async def asyncio_detailed(
    *, client: AuthenticatedClient | Client, page: int | Unset = 1, per_page: int | Unset = 20
) -> Response[ApiKeyPage]:
    """The same as `sync_detailed`, asynchronously."""

    kwargs = _get_kwargs(page=page, per_page=per_page)

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(*, client: AuthenticatedClient | Client, page: int | Unset = 1, per_page: int | Unset = 20) -> ApiKeyPage | None:
    """The same as `sync`, asynchronously."""

    return (await asyncio_detailed(client=client, page=page, per_page=per_page)).parsed
