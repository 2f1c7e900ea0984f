from http import HTTPStatus
from typing import Any
from urllib.parse import quote

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.key_change import KeyChange
from ...models.key_view import KeyView
from ...types import Response, Unset


def _get_kwargs(
    key_id: str, *, body: KeyChange, x_client_fingerprint: str | Unset = "", x_client_secret: str | Unset = ""
) -> dict[str, Any]:
    headers: dict[str, Any] = {}
    if not isinstance(x_client_fingerprint, Unset):
        headers["x-client-fingerprint"] = x_client_fingerprint

    if not isinstance(x_client_secret, Unset):
        headers["x-client-secret"] = x_client_secret

    _kwargs: dict[str, Any] = {"method": "patch", "url": "/api/v1/keys/{key_id}".format(key_id=quote(str(key_id), safe=""))}

    _kwargs["json"] = body.to_dict()

    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> KeyView | None:
    if response.status_code == 200:
        response_200 = KeyView.from_dict(response.json())

        return response_200

    raise errors.problem_of(response)


def _build_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> Response[KeyView]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    key_id: str,
    *,
    client: AuthenticatedClient | Client,
    body: KeyChange,
    x_client_fingerprint: str | Unset = "",
    x_client_secret: str | Unset = "",
) -> Response[KeyView]:
    """Rename, disable or enable an API key

     A disabled key is refused everywhere within 5 seconds.

    Args:
        key_id (str): The key's id.
        x_client_fingerprint (str | Unset): Gives anonymous callers behind one IP address separate
            quotas. Default: ''.
        x_client_secret (str | Unset): The secret from an earlier answer. It identifies an
            anonymous caller that has no cookie. Default: ''.
        body (KeyChange): Changes to a key; omitted fields stay as they are.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[KeyView]
    """

    kwargs = _get_kwargs(key_id=key_id, body=body, x_client_fingerprint=x_client_fingerprint, x_client_secret=x_client_secret)

    response = client.get_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


def sync(
    key_id: str,
    *,
    client: AuthenticatedClient | Client,
    body: KeyChange,
    x_client_fingerprint: str | Unset = "",
    x_client_secret: str | Unset = "",
) -> KeyView | None:
    """The same as `sync_detailed`, with the parsed answer alone."""

    return sync_detailed(
        key_id=key_id, client=client, body=body, x_client_fingerprint=x_client_fingerprint, x_client_secret=x_client_secret
    ).parsed


async def asyncio_detailed(
    key_id: str,
    *,
    client: AuthenticatedClient | Client,
    body: KeyChange,
    x_client_fingerprint: str | Unset = "",
    x_client_secret: str | Unset = "",
) -> Response[KeyView]:
    """The same as `sync_detailed`, asynchronously."""

    kwargs = _get_kwargs(key_id=key_id, body=body, x_client_fingerprint=x_client_fingerprint, x_client_secret=x_client_secret)

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    key_id: str,
    *,
    client: AuthenticatedClient | Client,
    body: KeyChange,
    x_client_fingerprint: str | Unset = "",
    x_client_secret: str | Unset = "",
) -> KeyView | None:
    """The same as `sync`, asynchronously."""

    return (
        await asyncio_detailed(
            key_id=key_id, client=client, body=body, x_client_fingerprint=x_client_fingerprint, x_client_secret=x_client_secret
        )
    ).parsed
