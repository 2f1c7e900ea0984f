from http import HTTPStatus
from typing import Any, cast

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.all_job_create import AllJobCreate
from ...models.all_job_view import AllJobView
from ...models.detect_job_create import DetectJobCreate
from ...models.detect_job_view import DetectJobView
from ...models.faces_job_create import FacesJobCreate
from ...models.faces_job_view import FacesJobView
from ...models.invisible_job_create import InvisibleJobCreate
from ...models.invisible_job_view import InvisibleJobView
from ...models.job_form import JobForm
from ...models.mask_job_create import MaskJobCreate
from ...models.mask_job_view import MaskJobView
from ...models.metadata_job_create import MetadataJobCreate
from ...models.metadata_job_view import MetadataJobView
from ...models.swap_job_create import SwapJobCreate
from ...models.swap_job_view import SwapJobView
from ...models.visible_job_create import VisibleJobCreate
from ...models.visible_job_view import VisibleJobView
from ...types import UNSET, Response, Unset


def _get_kwargs(
    *,
    body: JobForm
    | AllJobCreate
    | DetectJobCreate
    | FacesJobCreate
    | InvisibleJobCreate
    | MaskJobCreate
    | MetadataJobCreate
    | SwapJobCreate
    | VisibleJobCreate
    | Unset = UNSET,
    store: bool | Unset = False,
    wait: bool | Unset = False,
    x_client_fingerprint: str | Unset = "",
    x_client_secret: str | Unset = "",
    prefer: str | Unset = "",
    idempotency_key: str | Unset = UNSET,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}
    if not isinstance(x_client_fingerprint, Unset):
        headers["x-client-fingerprint"] = x_client_fingerprint

    if not isinstance(x_client_secret, Unset):
        headers["x-client-secret"] = x_client_secret

    if not isinstance(prefer, Unset):
        headers["prefer"] = prefer

    if not isinstance(idempotency_key, Unset):
        headers["idempotency-key"] = idempotency_key

    params: dict[str, Any] = {}

    params["store"] = store

    params["wait"] = wait

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {"method": "post", "url": "/api/v1/jobs", "params": params}

    if isinstance(body, JobForm):
        _kwargs["files"] = body.to_multipart()

        headers["Content-Type"] = "multipart/form-data; boundary=+++"
    if isinstance(
        body,
        AllJobCreate
        | DetectJobCreate
        | FacesJobCreate
        | InvisibleJobCreate
        | MaskJobCreate
        | MetadataJobCreate
        | SwapJobCreate
        | VisibleJobCreate,
    ):
        if isinstance(body, MetadataJobCreate):
            _kwargs["json"] = body.to_dict()
        elif isinstance(body, DetectJobCreate):
            _kwargs["json"] = body.to_dict()
        elif isinstance(body, VisibleJobCreate):
            _kwargs["json"] = body.to_dict()
        elif isinstance(body, FacesJobCreate):
            _kwargs["json"] = body.to_dict()
        elif isinstance(body, MaskJobCreate):
            _kwargs["json"] = body.to_dict()
        elif isinstance(body, InvisibleJobCreate):
            _kwargs["json"] = body.to_dict()
        elif isinstance(body, AllJobCreate):
            _kwargs["json"] = body.to_dict()
        else:
            _kwargs["json"] = body.to_dict()

        headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> (
    AllJobView | DetectJobView | FacesJobView | InvisibleJobView | MaskJobView | MetadataJobView | SwapJobView | VisibleJobView | Any | None
):
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

    if response.status_code == 202:

        def _parse_response_202(
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

        response_202 = _parse_response_202(response.json())

        return response_202

    if response.status_code == 303:
        response_303 = cast(Any, None)
        return response_303

    raise errors.problem_of(response)


def _build_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Response[
    AllJobView | DetectJobView | FacesJobView | InvisibleJobView | MaskJobView | MetadataJobView | SwapJobView | VisibleJobView | Any
]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient | Client,
    body: JobForm
    | AllJobCreate
    | DetectJobCreate
    | FacesJobCreate
    | InvisibleJobCreate
    | MaskJobCreate
    | MetadataJobCreate
    | SwapJobCreate
    | VisibleJobCreate
    | Unset = UNSET,
    store: bool | Unset = False,
    wait: bool | Unset = False,
    x_client_fingerprint: str | Unset = "",
    x_client_secret: str | Unset = "",
    prefer: str | Unset = "",
    idempotency_key: str | Unset = UNSET,
) -> Response[
    AllJobView | DetectJobView | FacesJobView | InvisibleJobView | MaskJobView | MetadataJobView | SwapJobView | VisibleJobView | Any
]:
    """Create a job

     Creates a job. A light job answers with its result. A heavy job, or a request with
    `Prefer: respond-async`, answers with 202.

    Send the image as a `multipart/form-data` file, as `image_base64` in JSON (up to 1 MB),
    as the `object_key` of an upload, as an `image_url` that the service fetches, or as the body
    itself, with the mode and its options in the query.

    With `Accept: image/*` the answer is the image, as from `cleanPicture`.

    Args:
        store (bool | Unset): With an image as the answer: whether the result is stored for a day,
            too. Default: False.
        wait (bool | Unset): The same as `Prefer: wait=25`. Default: False.
        x_client_fingerprint (str | Unset): Gives anonymous callers behind one IP address separate
            quotas. Default: ''.
        x_client_secret (str | Unset): The secret from an earlier answer. It identifies an
            anonymous caller that has no cookie. Default: ''.
        prefer (str | Unset): `respond-async`, `wait=N` with N up to 25 seconds, or both. Default:
            ''.
        idempotency_key (str | Unset): 1–64 characters; the same key never makes a second job.
        body (JobForm): A new job as a form: its image as a file, by an upload's key, or by URL.
        body (AllJobCreate | DetectJobCreate | FacesJobCreate | InvisibleJobCreate | MaskJobCreate
            | MetadataJobCreate | SwapJobCreate | VisibleJobCreate): A new job in JSON: its image in
            base64, by an upload's key, or by URL.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[AllJobView | DetectJobView | FacesJobView | InvisibleJobView | MaskJobView | MetadataJobView | SwapJobView | VisibleJobView | Any]
    """

    kwargs = _get_kwargs(
        body=body,
        store=store,
        wait=wait,
        x_client_fingerprint=x_client_fingerprint,
        x_client_secret=x_client_secret,
        prefer=prefer,
        idempotency_key=idempotency_key,
    )

    response = client.get_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


def sync(
    *,
    client: AuthenticatedClient | Client,
    body: JobForm
    | AllJobCreate
    | DetectJobCreate
    | FacesJobCreate
    | InvisibleJobCreate
    | MaskJobCreate
    | MetadataJobCreate
    | SwapJobCreate
    | VisibleJobCreate
    | Unset = UNSET,
    store: bool | Unset = False,
    wait: bool | Unset = False,
    x_client_fingerprint: str | Unset = "",
    x_client_secret: str | Unset = "",
    prefer: str | Unset = "",
    idempotency_key: str | Unset = UNSET,
) -> (
    AllJobView | DetectJobView | FacesJobView | InvisibleJobView | MaskJobView | MetadataJobView | SwapJobView | VisibleJobView | Any | None
):
    """The same as `sync_detailed`, with the parsed answer alone."""

    return sync_detailed(
        client=client,
        body=body,
        store=store,
        wait=wait,
        x_client_fingerprint=x_client_fingerprint,
        x_client_secret=x_client_secret,
        prefer=prefer,
        idempotency_key=idempotency_key,
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient | Client,
    body: JobForm
    | AllJobCreate
    | DetectJobCreate
    | FacesJobCreate
    | InvisibleJobCreate
    | MaskJobCreate
    | MetadataJobCreate
    | SwapJobCreate
    | VisibleJobCreate
    | Unset = UNSET,
    store: bool | Unset = False,
    wait: bool | Unset = False,
    x_client_fingerprint: str | Unset = "",
    x_client_secret: str | Unset = "",
    prefer: str | Unset = "",
    idempotency_key: str | Unset = UNSET,
) -> Response[
    AllJobView | DetectJobView | FacesJobView | InvisibleJobView | MaskJobView | MetadataJobView | SwapJobView | VisibleJobView | Any
]:
    """The same as `sync_detailed`, asynchronously."""

    kwargs = _get_kwargs(
        body=body,
        store=store,
        wait=wait,
        x_client_fingerprint=x_client_fingerprint,
        x_client_secret=x_client_secret,
        prefer=prefer,
        idempotency_key=idempotency_key,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    *,
    client: AuthenticatedClient | Client,
    body: JobForm
    | AllJobCreate
    | DetectJobCreate
    | FacesJobCreate
    | InvisibleJobCreate
    | MaskJobCreate
    | MetadataJobCreate
    | SwapJobCreate
    | VisibleJobCreate
    | Unset = UNSET,
    store: bool | Unset = False,
    wait: bool | Unset = False,
    x_client_fingerprint: str | Unset = "",
    x_client_secret: str | Unset = "",
    prefer: str | Unset = "",
    idempotency_key: str | Unset = UNSET,
) -> (
    AllJobView | DetectJobView | FacesJobView | InvisibleJobView | MaskJobView | MetadataJobView | SwapJobView | VisibleJobView | Any | None
):
    """The same as `sync`, asynchronously."""

    return (
        await asyncio_detailed(
            client=client,
            body=body,
            store=store,
            wait=wait,
            x_client_fingerprint=x_client_fingerprint,
            x_client_secret=x_client_secret,
            prefer=prefer,
            idempotency_key=idempotency_key,
        )
    ).parsed
