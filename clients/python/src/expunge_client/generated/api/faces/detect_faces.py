from http import HTTPStatus
from typing import Any

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.detect_faces_body import DetectFacesBody
from ...models.detect_faces_model import DetectFacesModel
from ...models.detect_faces_plan import DetectFacesPlan
from ...models.detect_response import DetectResponse
from ...types import UNSET, Response, Unset


def _get_kwargs(
    *,
    body: DetectFacesBody,
    confidence: float | Unset = 0.5,
    nms_threshold: float | Unset = 0.4,
    max_faces: int | Unset = 0,
    plan: DetectFacesPlan | Unset = "balanced",
    model: DetectFacesModel | Unset = "centerface",
) -> dict[str, Any]:
    headers: dict[str, Any] = {}

    params: dict[str, Any] = {}

    params["confidence"] = confidence

    params["nms_threshold"] = nms_threshold

    params["max_faces"] = max_faces

    json_plan: str | Unset = UNSET
    if not isinstance(plan, Unset):
        json_plan = plan

    params["plan"] = json_plan

    json_model: str | Unset = UNSET
    if not isinstance(model, Unset):
        json_model = model

    params["model"] = json_model

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {"method": "post", "url": "/api/v1/detect", "params": params}

    _kwargs["files"] = body.to_multipart()

    headers["Content-Type"] = "multipart/form-data; boundary=+++"

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> DetectResponse | None:
    if response.status_code == 200:
        response_200 = DetectResponse.from_dict(response.json())

        return response_200

    raise errors.problem_of(response)


def _build_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> Response[DetectResponse]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient | Client,
    body: DetectFacesBody,
    confidence: float | Unset = 0.5,
    nms_threshold: float | Unset = 0.4,
    max_faces: int | Unset = 0,
    plan: DetectFacesPlan | Unset = "balanced",
    model: DetectFacesModel | Unset = "centerface",
) -> Response[DetectResponse]:
    """Detect the faces in an image

     Runs a `faces` job at once. Coordinates are pixels of the image as displayed.

    Args:
        confidence (float | Unset): Minimum confidence; a lower value counts as 0.05. Default:
            0.5.
        nms_threshold (float | Unset): Overlap (intersection over union) above which two boxes
            count as one face. Default: 0.4.
        max_faces (int | Unset): Maximum number of faces; the most confident are kept. 0: all.
            Default: 0.
        plan (DetectFacesPlan | Unset):  Default: 'balanced'.
        model (DetectFacesModel | Unset):  Default: 'centerface'.
        body (DetectFacesBody):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[DetectResponse]
    """

    kwargs = _get_kwargs(body=body, confidence=confidence, nms_threshold=nms_threshold, max_faces=max_faces, plan=plan, model=model)

    response = client.get_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


def sync(
    *,
    client: AuthenticatedClient | Client,
    body: DetectFacesBody,
    confidence: float | Unset = 0.5,
    nms_threshold: float | Unset = 0.4,
    max_faces: int | Unset = 0,
    plan: DetectFacesPlan | Unset = "balanced",
    model: DetectFacesModel | Unset = "centerface",
) -> DetectResponse | None:
    """The same as `sync_detailed`, with the parsed answer alone."""

    return sync_detailed(
        client=client, body=body, confidence=confidence, nms_threshold=nms_threshold, max_faces=max_faces, plan=plan, model=model
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient | Client,
    body: DetectFacesBody,
    confidence: float | Unset = 0.5,
    nms_threshold: float | Unset = 0.4,
    max_faces: int | Unset = 0,
    plan: DetectFacesPlan | Unset = "balanced",
    model: DetectFacesModel | Unset = "centerface",
) -> Response[DetectResponse]:
    """The same as `sync_detailed`, asynchronously."""

    kwargs = _get_kwargs(body=body, confidence=confidence, nms_threshold=nms_threshold, max_faces=max_faces, plan=plan, model=model)

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    *,
    client: AuthenticatedClient | Client,
    body: DetectFacesBody,
    confidence: float | Unset = 0.5,
    nms_threshold: float | Unset = 0.4,
    max_faces: int | Unset = 0,
    plan: DetectFacesPlan | Unset = "balanced",
    model: DetectFacesModel | Unset = "centerface",
) -> DetectResponse | None:
    """The same as `sync`, asynchronously."""

    return (
        await asyncio_detailed(
            client=client, body=body, confidence=confidence, nms_threshold=nms_threshold, max_faces=max_faces, plan=plan, model=model
        )
    ).parsed
