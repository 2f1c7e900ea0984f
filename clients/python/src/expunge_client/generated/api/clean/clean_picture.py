from http import HTTPStatus
from io import BytesIO
from typing import Any, cast

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.clean_create import CleanCreate
from ...models.clean_form import CleanForm
from ...models.clean_picture_cleaning import CleanPictureCleaning
from ...types import UNSET, File, Response, Unset


def _get_kwargs(
    *,
    body: CleanForm | CleanCreate | File | Unset = UNSET,
    store: bool | Unset = False,
    cleaning: CleanPictureCleaning,
    x_client_fingerprint: str | Unset = "",
    x_client_secret: str | Unset = "",
    idempotency_key: str | Unset = UNSET,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}
    if not isinstance(x_client_fingerprint, Unset):
        headers["x-client-fingerprint"] = x_client_fingerprint

    if not isinstance(x_client_secret, Unset):
        headers["x-client-secret"] = x_client_secret

    if not isinstance(idempotency_key, Unset):
        headers["idempotency-key"] = idempotency_key

    params: dict[str, Any] = {}

    params["store"] = store

    json_cleaning = cleaning.to_dict()
    params.update(json_cleaning)

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {"method": "post", "url": "/api/v1/clean", "params": params}

    if isinstance(body, CleanForm):
        _kwargs["files"] = body.to_multipart()

        headers["Content-Type"] = "multipart/form-data; boundary=+++"
    if isinstance(body, CleanCreate):
        _kwargs["json"] = body.to_dict()

        headers["Content-Type"] = "application/json"
    if isinstance(body, File):
        _kwargs["content"] = body.payload.read()
        headers["Content-Type"] = "image/*"

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> Any | File | None:
    if response.status_code == 200:
        response_200 = File(payload=BytesIO(response.content))

        return response_200

    if response.status_code == 303:
        response_303 = cast(Any, None)
        return response_303

    raise errors.problem_of(response)


def _build_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> Response[Any | File]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient | Client,
    body: CleanForm | CleanCreate | File | Unset = UNSET,
    store: bool | Unset = False,
    cleaning: CleanPictureCleaning,
    x_client_fingerprint: str | Unset = "",
    x_client_secret: str | Unset = "",
    idempotency_key: str | Unset = UNSET,
) -> Response[Any | File]:
    """Send an image, get the cleaned image

     The body is the image, or a form with it. `mode` and its options are in the query. The type
    of the body is judged by its first bytes, unless the request declares an image type.

    The job, with its report, is linked as `describedby`. The result is not stored, unless you ask
    for it with `store=true` or an `Idempotency-Key`.

    Args:
        store (bool | Unset): With an image as the answer: whether the result is stored for a day,
            too. Default: False.
        cleaning (CleanPictureCleaning):
        x_client_fingerprint (str | Unset): Gives anonymous callers behind one IP address separate
            quotas. Default: ''.
        x_client_secret (str | Unset): The secret from an earlier answer. It identifies an
            anonymous caller that has no cookie. Default: ''.
        idempotency_key (str | Unset): 1–64 characters; the same key never makes a second job.
        body (CleanForm): An image to clean. It may also have the mode and the options of the
            query.
        body (CleanCreate): An image to clean. It may also have the mode and the options of the
            query.
        body (File):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Any | File]
    """

    kwargs = _get_kwargs(
        body=body,
        store=store,
        cleaning=cleaning,
        x_client_fingerprint=x_client_fingerprint,
        x_client_secret=x_client_secret,
        idempotency_key=idempotency_key,
    )

    response = client.get_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


def sync(
    *,
    client: AuthenticatedClient | Client,
    body: CleanForm | CleanCreate | File | Unset = UNSET,
    store: bool | Unset = False,
    cleaning: CleanPictureCleaning,
    x_client_fingerprint: str | Unset = "",
    x_client_secret: str | Unset = "",
    idempotency_key: str | Unset = UNSET,
) -> Any | File | None:
    """The same as `sync_detailed`, with the parsed answer alone."""

    return sync_detailed(
        client=client,
        body=body,
        store=store,
        cleaning=cleaning,
        x_client_fingerprint=x_client_fingerprint,
        x_client_secret=x_client_secret,
        idempotency_key=idempotency_key,
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient | Client,
    body: CleanForm | CleanCreate | File | Unset = UNSET,
    store: bool | Unset = False,
    cleaning: CleanPictureCleaning,
    x_client_fingerprint: str | Unset = "",
    x_client_secret: str | Unset = "",
    idempotency_key: str | Unset = UNSET,
) -> Response[Any | File]:
    """The same as `sync_detailed`, asynchronously."""

    kwargs = _get_kwargs(
        body=body,
        store=store,
        cleaning=cleaning,
        x_client_fingerprint=x_client_fingerprint,
        x_client_secret=x_client_secret,
        idempotency_key=idempotency_key,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    *,
    client: AuthenticatedClient | Client,
    body: CleanForm | CleanCreate | File | Unset = UNSET,
    store: bool | Unset = False,
    cleaning: CleanPictureCleaning,
    x_client_fingerprint: str | Unset = "",
    x_client_secret: str | Unset = "",
    idempotency_key: str | Unset = UNSET,
) -> Any | File | None:
    """The same as `sync`, asynchronously."""

    return (
        await asyncio_detailed(
            client=client,
            body=body,
            store=store,
            cleaning=cleaning,
            x_client_fingerprint=x_client_fingerprint,
            x_client_secret=x_client_secret,
            idempotency_key=idempotency_key,
        )
    ).parsed
