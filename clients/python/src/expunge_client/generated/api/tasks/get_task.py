from http import HTTPStatus
from typing import Any

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.task_answer import TaskAnswer
from ...types import UNSET, Response, Unset


def _get_kwargs(*, task_id: str, x_client_fingerprint: str | Unset = "", x_client_secret: str | Unset = "") -> dict[str, Any]:
    headers: dict[str, Any] = {}
    if not isinstance(x_client_fingerprint, Unset):
        headers["x-client-fingerprint"] = x_client_fingerprint

    if not isinstance(x_client_secret, Unset):
        headers["x-client-secret"] = x_client_secret

    params: dict[str, Any] = {}

    params["task_id"] = task_id

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {"method": "get", "url": "/api/status", "params": params}

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> TaskAnswer | None:
    if response.status_code == 200:
        response_200 = TaskAnswer.from_dict(response.json())

        return response_200

    raise errors.problem_of(response)


def _build_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> Response[TaskAnswer]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    *, client: AuthenticatedClient | Client, task_id: str, x_client_fingerprint: str | Unset = "", x_client_secret: str | Unset = ""
) -> Response[TaskAnswer]:
    """Check the status of a task

     When the task has succeeded, `response[0]` is the URL of the result. When it has failed,
    `error_message` says why.

    A key sees the tasks that it created and those created with a session of its account.

    Args:
        task_id (str): The id that `createTask` returned.
        x_client_fingerprint (str | Unset): Gives anonymous callers behind one IP address separate
            quotas. Default: ''.
        x_client_secret (str | Unset): The secret from an earlier answer. It identifies an
            anonymous caller that has no cookie. Default: ''.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[TaskAnswer]
    """

    kwargs = _get_kwargs(task_id=task_id, x_client_fingerprint=x_client_fingerprint, x_client_secret=x_client_secret)

    response = client.get_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


def sync(
    *, client: AuthenticatedClient | Client, task_id: str, x_client_fingerprint: str | Unset = "", x_client_secret: str | Unset = ""
) -> TaskAnswer | None:
    """The same as `sync_detailed`, with the parsed answer alone."""

    return sync_detailed(client=client, task_id=task_id, x_client_fingerprint=x_client_fingerprint, x_client_secret=x_client_secret).parsed


async def asyncio_detailed(
    *, client: AuthenticatedClient | Client, task_id: str, x_client_fingerprint: str | Unset = "", x_client_secret: str | Unset = ""
) -> Response[TaskAnswer]:
    """The same as `sync_detailed`, asynchronously."""

    kwargs = _get_kwargs(task_id=task_id, x_client_fingerprint=x_client_fingerprint, x_client_secret=x_client_secret)

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    *, client: AuthenticatedClient | Client, task_id: str, x_client_fingerprint: str | Unset = "", x_client_secret: str | Unset = ""
) -> TaskAnswer | None:
    """The same as `sync`, asynchronously."""

    return (
        await asyncio_detailed(client=client, task_id=task_id, x_client_fingerprint=x_client_fingerprint, x_client_secret=x_client_secret)
    ).parsed
