from http import HTTPStatus
from typing import Any

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.link_request import LinkRequest
from ...models.link_view import LinkView
from ...types import Response


def _get_kwargs(*, body: LinkRequest) -> dict[str, Any]:
    headers: dict[str, Any] = {}

    _kwargs: dict[str, Any] = {"method": "post", "url": "/api/v1/auth/links"}

    _kwargs["json"] = body.to_dict()

    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> LinkView | None:
    if response.status_code == 202:
        response_202 = LinkView.from_dict(response.json())

        return response_202

    raise errors.problem_of(response)


def _build_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> Response[LinkView]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(*, client: AuthenticatedClient | Client, body: LinkRequest) -> Response[LinkView]:
    """Send a sign-in link by e-mail

     The link works once, within 15 minutes, in the browser that requested it.

    Args:
        body (LinkRequest): A request for a sign-in link by e-mail.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[LinkView]
    """

    kwargs = _get_kwargs(body=body)

    response = client.get_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


def sync(*, client: AuthenticatedClient | Client, body: LinkRequest) -> LinkView | None:
    """The same as `sync_detailed`, with the parsed answer alone."""

    return sync_detailed(client=client, body=body).parsed


async def asyncio_detailed(*, client: AuthenticatedClient | Client, body: LinkRequest) -> Response[LinkView]:
    """The same as `sync_detailed`, asynchronously."""

    kwargs = _get_kwargs(body=body)

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(*, client: AuthenticatedClient | Client, body: LinkRequest) -> LinkView | None:
    """The same as `sync`, asynchronously."""

    return (await asyncio_detailed(client=client, body=body)).parsed
