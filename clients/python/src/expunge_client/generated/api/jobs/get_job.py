from http import HTTPStatus
from typing import Any
from urllib.parse import quote

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.all_job_view import AllJobView
from ...models.detect_job_view import DetectJobView
from ...models.faces_job_view import FacesJobView
from ...models.invisible_job_view import InvisibleJobView
from ...models.mask_job_view import MaskJobView
from ...models.metadata_job_view import MetadataJobView
from ...models.swap_job_view import SwapJobView
from ...models.visible_job_view import VisibleJobView
from ...types import UNSET, Response, Unset


def _get_kwargs(
    job_id: str,
    *,
    wait: bool | Unset = False,
    x_client_fingerprint: str | Unset = "",
    x_client_secret: str | Unset = "",
    prefer: str | Unset = "",
) -> dict[str, Any]:
    headers: dict[str, Any] = {}
    if not isinstance(x_client_fingerprint, Unset):
        headers["x-client-fingerprint"] = x_client_fingerprint

    if not isinstance(x_client_secret, Unset):
        headers["x-client-secret"] = x_client_secret

    if not isinstance(prefer, Unset):
        headers["prefer"] = prefer

    params: dict[str, Any] = {}

    params["wait"] = wait

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {"method": "get", "url": "/api/v1/jobs/{job_id}".format(job_id=quote(str(job_id), safe="")), "params": params}

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> AllJobView | DetectJobView | FacesJobView | InvisibleJobView | MaskJobView | MetadataJobView | SwapJobView | VisibleJobView | None:
    if response.status_code == 200:

        def _parse_response_200(
            data: object,
        ) -> AllJobView | DetectJobView | FacesJobView | InvisibleJobView | MaskJobView | MetadataJobView | SwapJobView | VisibleJobView:
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                componentsschemas_job_view_type_0 = MetadataJobView.from_dict(data)

                return componentsschemas_job_view_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                componentsschemas_job_view_type_1 = DetectJobView.from_dict(data)

                return componentsschemas_job_view_type_1
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                componentsschemas_job_view_type_2 = VisibleJobView.from_dict(data)

                return componentsschemas_job_view_type_2
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                componentsschemas_job_view_type_3 = FacesJobView.from_dict(data)

                return componentsschemas_job_view_type_3
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                componentsschemas_job_view_type_4 = MaskJobView.from_dict(data)

                return componentsschemas_job_view_type_4
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                componentsschemas_job_view_type_5 = InvisibleJobView.from_dict(data)

                return componentsschemas_job_view_type_5
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                componentsschemas_job_view_type_6 = AllJobView.from_dict(data)

                return componentsschemas_job_view_type_6
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            if not isinstance(data, dict):
                raise TypeError()
            componentsschemas_job_view_type_7 = SwapJobView.from_dict(data)

            return componentsschemas_job_view_type_7

        response_200 = _parse_response_200(response.json())

        return response_200

    raise errors.problem_of(response)


def _build_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Response[AllJobView | DetectJobView | FacesJobView | InvisibleJobView | MaskJobView | MetadataJobView | SwapJobView | VisibleJobView]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    job_id: str,
    *,
    client: AuthenticatedClient | Client,
    wait: bool | Unset = False,
    x_client_fingerprint: str | Unset = "",
    x_client_secret: str | Unset = "",
    prefer: str | Unset = "",
) -> Response[AllJobView | DetectJobView | FacesJobView | InvisibleJobView | MaskJobView | MetadataJobView | SwapJobView | VisibleJobView]:
    """Get a job

     Returns the job's state. With `Prefer: wait=N` the answer waits until the job ends, for at
    most N seconds.

    A job created without an account can be read by anyone who has its id.

    Args:
        job_id (str): The job's id.
        wait (bool | Unset): The same as `Prefer: wait=25`. Default: False.
        x_client_fingerprint (str | Unset): Gives anonymous callers behind one IP address separate
            quotas. Default: ''.
        x_client_secret (str | Unset): The secret from an earlier answer. It identifies an
            anonymous caller that has no cookie. Default: ''.
        prefer (str | Unset): `respond-async`, `wait=N` with N up to 25 seconds, or both. Default:
            ''.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[AllJobView | DetectJobView | FacesJobView | InvisibleJobView | MaskJobView | MetadataJobView | SwapJobView | VisibleJobView]
    """

    kwargs = _get_kwargs(
        job_id=job_id, wait=wait, x_client_fingerprint=x_client_fingerprint, x_client_secret=x_client_secret, prefer=prefer
    )

    response = client.get_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


def sync(
    job_id: str,
    *,
    client: AuthenticatedClient | Client,
    wait: bool | Unset = False,
    x_client_fingerprint: str | Unset = "",
    x_client_secret: str | Unset = "",
    prefer: str | Unset = "",
) -> AllJobView | DetectJobView | FacesJobView | InvisibleJobView | MaskJobView | MetadataJobView | SwapJobView | VisibleJobView | None:
    """The same as `sync_detailed`, with the parsed answer alone."""

    return sync_detailed(
        job_id=job_id, client=client, wait=wait, x_client_fingerprint=x_client_fingerprint, x_client_secret=x_client_secret, prefer=prefer
    ).parsed


async def asyncio_detailed(
    job_id: str,
    *,
    client: AuthenticatedClient | Client,
    wait: bool | Unset = False,
    x_client_fingerprint: str | Unset = "",
    x_client_secret: str | Unset = "",
    prefer: str | Unset = "",
) -> Response[AllJobView | DetectJobView | FacesJobView | InvisibleJobView | MaskJobView | MetadataJobView | SwapJobView | VisibleJobView]:
    """The same as `sync_detailed`, asynchronously."""

    kwargs = _get_kwargs(
        job_id=job_id, wait=wait, x_client_fingerprint=x_client_fingerprint, x_client_secret=x_client_secret, prefer=prefer
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    job_id: str,
    *,
    client: AuthenticatedClient | Client,
    wait: bool | Unset = False,
    x_client_fingerprint: str | Unset = "",
    x_client_secret: str | Unset = "",
    prefer: str | Unset = "",
) -> AllJobView | DetectJobView | FacesJobView | InvisibleJobView | MaskJobView | MetadataJobView | SwapJobView | VisibleJobView | None:
    """The same as `sync`, asynchronously."""

    return (
        await asyncio_detailed(
            job_id=job_id,
            client=client,
            wait=wait,
            x_client_fingerprint=x_client_fingerprint,
            x_client_secret=x_client_secret,
            prefer=prefer,
        )
    ).parsed
