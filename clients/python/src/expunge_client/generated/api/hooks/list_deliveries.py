from http import HTTPStatus
from typing import Any
from urllib.parse import quote

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.deliveries_view import DeliveriesView
from ...types import Response, Unset


def _get_kwargs(hook_id: str, *, x_client_fingerprint: str | Unset = "", x_client_secret: str | Unset = "") -> dict[str, Any]:
    headers: dict[str, Any] = {}
    if not isinstance(x_client_fingerprint, Unset):
        headers["x-client-fingerprint"] = x_client_fingerprint

    if not isinstance(x_client_secret, Unset):
        headers["x-client-secret"] = x_client_secret

    _kwargs: dict[str, Any] = {"method": "get", "url": "/api/v1/hooks/{hook_id}/deliveries".format(hook_id=quote(str(hook_id), safe=""))}

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> DeliveriesView | None:
    if response.status_code == 200:
        response_200 = DeliveriesView.from_dict(response.json())

        return response_200

    raise errors.problem_of(response)


def _build_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> Response[DeliveriesView]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    hook_id: str, *, client: AuthenticatedClient | Client, x_client_fingerprint: str | Unset = "", x_client_secret: str | Unset = ""
) -> Response[DeliveriesView]:
    """List a subscription's deliveries

     Returns the latest 50 messages of the last three days, newest first. With a job's id, it
    returns those sent to the job's `webhook_url`.

    Args:
        hook_id (str): The subscription's id.
        x_client_fingerprint (str | Unset): Gives anonymous callers behind one IP address separate
            quotas. Default: ''.
        x_client_secret (str | Unset): The secret from an earlier answer. It identifies an
            anonymous caller that has no cookie. Default: ''.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[DeliveriesView]
    """

    kwargs = _get_kwargs(hook_id=hook_id, x_client_fingerprint=x_client_fingerprint, x_client_secret=x_client_secret)

    response = client.get_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


def sync(
    hook_id: str, *, client: AuthenticatedClient | Client, x_client_fingerprint: str | Unset = "", x_client_secret: str | Unset = ""
) -> DeliveriesView | None:
    """The same as `sync_detailed`, with the parsed answer alone."""

    return sync_detailed(hook_id=hook_id, client=client, x_client_fingerprint=x_client_fingerprint, x_client_secret=x_client_secret).parsed


async def asyncio_detailed(
    hook_id: str, *, client: AuthenticatedClient | Client, x_client_fingerprint: str | Unset = "", x_client_secret: str | Unset = ""
) -> Response[DeliveriesView]:
    """The same as `sync_detailed`, asynchronously."""

    kwargs = _get_kwargs(hook_id=hook_id, x_client_fingerprint=x_client_fingerprint, x_client_secret=x_client_secret)

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    hook_id: str, *, client: AuthenticatedClient | Client, x_client_fingerprint: str | Unset = "", x_client_secret: str | Unset = ""
) -> DeliveriesView | None:
    """The same as `sync`, asynchronously."""

    return (
        await asyncio_detailed(hook_id=hook_id, client=client, x_client_fingerprint=x_client_fingerprint, x_client_secret=x_client_secret)
    ).parsed
