from http import HTTPStatus
from typing import Any

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.unfinished_jobs import UnfinishedJobs
from ...types import UNSET, Response, Unset


def _get_kwargs(*, limit: int | Unset = 25) -> dict[str, Any]:

    params: dict[str, Any] = {}

    params["limit"] = limit

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {"method": "get", "url": "/api/v1/admin/queues/unfinished", "params": params}

    return _kwargs


def _parse_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> UnfinishedJobs | None:
    if response.status_code == 200:
        response_200 = UnfinishedJobs.from_dict(response.json())

        return response_200

    raise errors.problem_of(response)


def _build_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> Response[UnfinishedJobs]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(*, client: AuthenticatedClient | Client, limit: int | Unset = 25) -> Response[UnfinishedJobs]:
    """List the jobs that have not ended, oldest first

     Lists the jobs of all surfaces and callers.

    Args:
        limit (int | Unset): Entries at most. Default: 25.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[UnfinishedJobs]
    """

    kwargs = _get_kwargs(limit=limit)

    response = client.get_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


def sync(*, client: AuthenticatedClient | Client, limit: int | Unset = 25) -> UnfinishedJobs | None:
    """The same as `sync_detailed`, with the parsed answer alone."""

    return sync_detailed(client=client, limit=limit).parsed


async def asyncio_detailed(*, client: AuthenticatedClient | Client, limit: int | Unset = 25) -> Response[UnfinishedJobs]:
    """The same as `sync_detailed`, asynchronously."""

    kwargs = _get_kwargs(limit=limit)

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(*, client: AuthenticatedClient | Client, limit: int | Unset = 25) -> UnfinishedJobs | None:
    """The same as `sync`, asynchronously."""

    return (await asyncio_detailed(client=client, limit=limit)).parsed
