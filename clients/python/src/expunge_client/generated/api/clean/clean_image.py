from http import HTTPStatus
from io import BytesIO
from typing import Any, cast

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.clean_image_cleaning import CleanImageCleaning
from ...types import UNSET, File, Response, Unset


def _get_kwargs(
    *,
    image: str,
    cleaning: CleanImageCleaning,
    download: str | Unset = UNSET,
    purpose: str | Unset = UNSET,
    exp: int | Unset = UNSET,
    sig: str | Unset = UNSET,
    if_none_match: str | Unset = UNSET,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}
    if not isinstance(if_none_match, Unset):
        headers["If-None-Match"] = if_none_match

    params: dict[str, Any] = {}

    params["image"] = image

    json_cleaning = cleaning.to_dict()
    params.update(json_cleaning)

    params["download"] = download

    params["purpose"] = purpose

    params["exp"] = exp

    params["sig"] = sig

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {"method": "get", "url": "/api/v1/clean", "params": params}

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> Any | File | None:
    if response.status_code == 200:
        response_200 = File(payload=BytesIO(response.content))

        return response_200

    if response.status_code == 302:
        response_302 = cast(Any, None)
        return response_302

    if response.status_code == 304:
        response_304 = cast(Any, None)
        return response_304

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
    image: str,
    cleaning: CleanImageCleaning,
    download: str | Unset = UNSET,
    purpose: str | Unset = UNSET,
    exp: int | Unset = UNSET,
    sig: str | Unset = UNSET,
    if_none_match: str | Unset = UNSET,
) -> Response[Any | File]:
    """Clean an image by its URL

     Use it in `<img src>`: every answer is an image, errors included.

    The mode's options are plain query parameters. Results are cached for a day; the source is
    checked for changes after five minutes.

    Args:
        image (str):
        cleaning (CleanImageCleaning):
        download (str | Unset):
        purpose (str | Unset):
        exp (int | Unset):
        sig (str | Unset):
        if_none_match (str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Any | File]
    """

    kwargs = _get_kwargs(image=image, cleaning=cleaning, download=download, purpose=purpose, exp=exp, sig=sig, if_none_match=if_none_match)

    response = client.get_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


def sync(
    *,
    client: AuthenticatedClient | Client,
    image: str,
    cleaning: CleanImageCleaning,
    download: str | Unset = UNSET,
    purpose: str | Unset = UNSET,
    exp: int | Unset = UNSET,
    sig: str | Unset = UNSET,
    if_none_match: str | Unset = UNSET,
) -> Any | File | None:
    """The same as `sync_detailed`, with the parsed answer alone."""

    return sync_detailed(
        client=client, image=image, cleaning=cleaning, download=download, purpose=purpose, exp=exp, sig=sig, if_none_match=if_none_match
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient | Client,
    image: str,
    cleaning: CleanImageCleaning,
    download: str | Unset = UNSET,
    purpose: str | Unset = UNSET,
    exp: int | Unset = UNSET,
    sig: str | Unset = UNSET,
    if_none_match: str | Unset = UNSET,
) -> Response[Any | File]:
    """The same as `sync_detailed`, asynchronously."""

    kwargs = _get_kwargs(image=image, cleaning=cleaning, download=download, purpose=purpose, exp=exp, sig=sig, if_none_match=if_none_match)

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    *,
    client: AuthenticatedClient | Client,
    image: str,
    cleaning: CleanImageCleaning,
    download: str | Unset = UNSET,
    purpose: str | Unset = UNSET,
    exp: int | Unset = UNSET,
    sig: str | Unset = UNSET,
    if_none_match: str | Unset = UNSET,
) -> Any | File | None:
    """The same as `sync`, asynchronously."""

    return (
        await asyncio_detailed(
            client=client, image=image, cleaning=cleaning, download=download, purpose=purpose, exp=exp, sig=sig, if_none_match=if_none_match
        )
    ).parsed
