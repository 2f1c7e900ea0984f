from http import HTTPStatus
from typing import Any

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.new_task_answer import NewTaskAnswer
from ...models.task_create import TaskCreate
from ...types import UNSET, Response, Unset


def _get_kwargs(
    *, body: TaskCreate, x_client_fingerprint: str | Unset = "", x_client_secret: str | Unset = "", idempotency_key: str | Unset = UNSET
) -> dict[str, Any]:
    headers: dict[str, Any] = {}
    if not isinstance(x_client_fingerprint, Unset):
        headers["x-client-fingerprint"] = x_client_fingerprint

    if not isinstance(x_client_secret, Unset):
        headers["x-client-secret"] = x_client_secret

    if not isinstance(idempotency_key, Unset):
        headers["idempotency-key"] = idempotency_key

    _kwargs: dict[str, Any] = {"method": "post", "url": "/api/generate"}

    _kwargs["json"] = body.to_dict()

    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> NewTaskAnswer | None:
    if response.status_code == 200:
        response_200 = NewTaskAnswer.from_dict(response.json())

        return response_200

    raise errors.problem_of(response)


def _build_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> Response[NewTaskAnswer]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient | Client,
    body: TaskCreate,
    x_client_fingerprint: str | Unset = "",
    x_client_secret: str | Unset = "",
    idempotency_key: str | Unset = UNSET,
) -> Response[NewTaskAnswer]:
    """Create a face blur task

     Fetches the image and returns a task id at once. Poll `getTask` until the task has ended.

    The price is reserved now, spent when the task succeeds, and returned if it fails. Without
    enough credits nothing is created.

    Args:
        x_client_fingerprint (str | Unset): Gives anonymous callers behind one IP address separate
            quotas. Default: ''.
        x_client_secret (str | Unset): The secret from an earlier answer. It identifies an
            anonymous caller that has no cookie. Default: ''.
        idempotency_key (str | Unset): 1–64 characters; the same key never makes a second job.
        body (TaskCreate): A new task.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[NewTaskAnswer]
    """

    kwargs = _get_kwargs(
        body=body, x_client_fingerprint=x_client_fingerprint, x_client_secret=x_client_secret, idempotency_key=idempotency_key
    )

    response = client.get_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


def sync(
    *,
    client: AuthenticatedClient | Client,
    body: TaskCreate,
    x_client_fingerprint: str | Unset = "",
    x_client_secret: str | Unset = "",
    idempotency_key: str | Unset = UNSET,
) -> NewTaskAnswer | None:
    """The same as `sync_detailed`, with the parsed answer alone."""

    return sync_detailed(
        client=client,
        body=body,
        x_client_fingerprint=x_client_fingerprint,
        x_client_secret=x_client_secret,
        idempotency_key=idempotency_key,
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient | Client,
    body: TaskCreate,
    x_client_fingerprint: str | Unset = "",
    x_client_secret: str | Unset = "",
    idempotency_key: str | Unset = UNSET,
) -> Response[NewTaskAnswer]:
    """The same as `sync_detailed`, asynchronously."""

    kwargs = _get_kwargs(
        body=body, x_client_fingerprint=x_client_fingerprint, x_client_secret=x_client_secret, idempotency_key=idempotency_key
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    *,
    client: AuthenticatedClient | Client,
    body: TaskCreate,
    x_client_fingerprint: str | Unset = "",
    x_client_secret: str | Unset = "",
    idempotency_key: str | Unset = UNSET,
) -> NewTaskAnswer | None:
    """The same as `sync`, asynchronously."""

    return (
        await asyncio_detailed(
            client=client,
            body=body,
            x_client_fingerprint=x_client_fingerprint,
            x_client_secret=x_client_secret,
            idempotency_key=idempotency_key,
        )
    ).parsed
