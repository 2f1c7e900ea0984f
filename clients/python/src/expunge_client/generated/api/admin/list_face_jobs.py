from http import HTTPStatus
from typing import Any

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.job_page import JobPage
from ...models.list_face_jobs_job_type import ListFaceJobsJobType
from ...models.list_face_jobs_method import ListFaceJobsMethod
from ...types import UNSET, Response, Unset


def _get_kwargs(
    *,
    page: int | Unset = 1,
    per_page: int | Unset = 20,
    job_type: ListFaceJobsJobType | Unset = UNSET,
    method: ListFaceJobsMethod | Unset = UNSET,
) -> dict[str, Any]:

    params: dict[str, Any] = {}

    params["page"] = page

    params["per_page"] = per_page

    json_job_type: str | Unset = UNSET
    if not isinstance(job_type, Unset):
        json_job_type = job_type

    params["job_type"] = json_job_type

    json_method: str | Unset = UNSET
    if not isinstance(method, Unset):
        json_method = method

    params["method"] = json_method

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {"method": "get", "url": "/api/v1/admin/jobs", "params": params}

    return _kwargs


def _parse_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> JobPage | None:
    if response.status_code == 200:
        response_200 = JobPage.from_dict(response.json())

        return response_200

    raise errors.problem_of(response)


def _build_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> Response[JobPage]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient | Client,
    page: int | Unset = 1,
    per_page: int | Unset = 20,
    job_type: ListFaceJobsJobType | Unset = UNSET,
    method: ListFaceJobsMethod | Unset = UNSET,
) -> Response[JobPage]:
    """List the jobs of the faces surface, newest first

     Only mask jobs have a `method`: with `job_type=detect` the list is empty.

    Args:
        page (int | Unset): Page number, from 1. Default: 1.
        per_page (int | Unset): Entries per page. Default: 20.
        job_type (ListFaceJobsJobType | Unset): Only jobs of this type.
        method (ListFaceJobsMethod | Unset): Only masks by this method.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[JobPage]
    """

    kwargs = _get_kwargs(page=page, per_page=per_page, job_type=job_type, method=method)

    response = client.get_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


def sync(
    *,
    client: AuthenticatedClient | Client,
    page: int | Unset = 1,
    per_page: int | Unset = 20,
    job_type: ListFaceJobsJobType | Unset = UNSET,
    method: ListFaceJobsMethod | Unset = UNSET,
) -> JobPage | None:
    """The same as `sync_detailed`, with the parsed answer alone."""

    return sync_detailed(client=client, page=page, per_page=per_page, job_type=job_type, method=method).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient | Client,
    page: int | Unset = 1,
    per_page: int | Unset = 20,
    job_type: ListFaceJobsJobType | Unset = UNSET,
    method: ListFaceJobsMethod | Unset = UNSET,
) -> Response[JobPage]:
    """The same as `sync_detailed`, asynchronously."""

    kwargs = _get_kwargs(page=page, per_page=per_page, job_type=job_type, method=method)

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    *,
    client: AuthenticatedClient | Client,
    page: int | Unset = 1,
    per_page: int | Unset = 20,
    job_type: ListFaceJobsJobType | Unset = UNSET,
    method: ListFaceJobsMethod | Unset = UNSET,
) -> JobPage | None:
    """The same as `sync`, asynchronously."""

    return (await asyncio_detailed(client=client, page=page, per_page=per_page, job_type=job_type, method=method)).parsed
