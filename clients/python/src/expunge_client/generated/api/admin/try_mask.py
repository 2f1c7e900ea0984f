from http import HTTPStatus
from typing import Any

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.mask_response import MaskResponse
from ...models.try_mask_body import TryMaskBody
from ...models.try_mask_format import TryMaskFormat
from ...models.try_mask_method import TryMaskMethod
from ...models.try_mask_model import TryMaskModel
from ...models.try_mask_plan import TryMaskPlan
from ...types import UNSET, Response, Unset


def _get_kwargs(
    *,
    body: TryMaskBody,
    confidence: float | Unset = 0.5,
    nms_threshold: float | Unset = 0.4,
    max_faces: int | Unset = 0,
    plan: TryMaskPlan | Unset = "balanced",
    model: TryMaskModel | Unset = "centerface",
    method: TryMaskMethod | Unset = "gaussian",
    strength: int | Unset = 199,
    padding: float | Unset = 0.15,
    format_: TryMaskFormat | Unset = "jpeg",
    quality: int | Unset = 95,
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

    json_method: str | Unset = UNSET
    if not isinstance(method, Unset):
        json_method = method

    params["method"] = json_method

    params["strength"] = strength

    params["padding"] = padding

    json_format_: str | Unset = UNSET
    if not isinstance(format_, Unset):
        json_format_ = format_

    params["format"] = json_format_

    params["quality"] = quality

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {"method": "post", "url": "/api/v1/admin/test/mask", "params": params}

    _kwargs["files"] = body.to_multipart()

    headers["Content-Type"] = "multipart/form-data; boundary=+++"

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> MaskResponse | None:
    if response.status_code == 200:
        response_200 = MaskResponse.from_dict(response.json())

        return response_200

    raise errors.problem_of(response)


def _build_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> Response[MaskResponse]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient | Client,
    body: TryMaskBody,
    confidence: float | Unset = 0.5,
    nms_threshold: float | Unset = 0.4,
    max_faces: int | Unset = 0,
    plan: TryMaskPlan | Unset = "balanced",
    model: TryMaskModel | Unset = "centerface",
    method: TryMaskMethod | Unset = "gaussian",
    strength: int | Unset = 199,
    padding: float | Unset = 0.15,
    format_: TryMaskFormat | Unset = "jpeg",
    quality: int | Unset = 95,
) -> Response[MaskResponse]:
    """Test masking on an image, with full details

     Works like `maskFaces`, without its limits. Returns the image in base64, with all figures.

    Args:
        confidence (float | Unset): Minimum confidence; a lower value counts as 0.05. Default:
            0.5.
        nms_threshold (float | Unset): Overlap (intersection over union) above which two boxes
            count as one face. Default: 0.4.
        max_faces (int | Unset): Maximum number of faces; the most confident are kept. 0: all.
            Default: 0.
        plan (TryMaskPlan | Unset):  Default: 'balanced'.
        model (TryMaskModel | Unset):  Default: 'centerface'.
        method (TryMaskMethod | Unset):  Default: 'gaussian'.
        strength (int | Unset): Scales blurs and blocks, whose size follows the face: 199 is
            normal, 1 half. Default: 199.
        padding (float | Unset): Margin around a face, as a fraction of its size. Default: 0.15.
        format_ (TryMaskFormat | Unset):  Default: 'jpeg'.
        quality (int | Unset): Quality of JPEG and WebP results. By default a JPEG input keeps its
            coding outside the masks. With this parameter, the whole image is encoded again. Default:
            95.
        body (TryMaskBody):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[MaskResponse]
    """

    kwargs = _get_kwargs(
        body=body,
        confidence=confidence,
        nms_threshold=nms_threshold,
        max_faces=max_faces,
        plan=plan,
        model=model,
        method=method,
        strength=strength,
        padding=padding,
        format_=format_,
        quality=quality,
    )

    response = client.get_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


def sync(
    *,
    client: AuthenticatedClient | Client,
    body: TryMaskBody,
    confidence: float | Unset = 0.5,
    nms_threshold: float | Unset = 0.4,
    max_faces: int | Unset = 0,
    plan: TryMaskPlan | Unset = "balanced",
    model: TryMaskModel | Unset = "centerface",
    method: TryMaskMethod | Unset = "gaussian",
    strength: int | Unset = 199,
    padding: float | Unset = 0.15,
    format_: TryMaskFormat | Unset = "jpeg",
    quality: int | Unset = 95,
) -> MaskResponse | None:
    """The same as `sync_detailed`, with the parsed answer alone."""

    return sync_detailed(
        client=client,
        body=body,
        confidence=confidence,
        nms_threshold=nms_threshold,
        max_faces=max_faces,
        plan=plan,
        model=model,
        method=method,
        strength=strength,
        padding=padding,
        format_=format_,
        quality=quality,
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient | Client,
    body: TryMaskBody,
    confidence: float | Unset = 0.5,
    nms_threshold: float | Unset = 0.4,
    max_faces: int | Unset = 0,
    plan: TryMaskPlan | Unset = "balanced",
    model: TryMaskModel | Unset = "centerface",
    method: TryMaskMethod | Unset = "gaussian",
    strength: int | Unset = 199,
    padding: float | Unset = 0.15,
    format_: TryMaskFormat | Unset = "jpeg",
    quality: int | Unset = 95,
) -> Response[MaskResponse]:
    """The same as `sync_detailed`, asynchronously."""

    kwargs = _get_kwargs(
        body=body,
        confidence=confidence,
        nms_threshold=nms_threshold,
        max_faces=max_faces,
        plan=plan,
        model=model,
        method=method,
        strength=strength,
        padding=padding,
        format_=format_,
        quality=quality,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    *,
    client: AuthenticatedClient | Client,
    body: TryMaskBody,
    confidence: float | Unset = 0.5,
    nms_threshold: float | Unset = 0.4,
    max_faces: int | Unset = 0,
    plan: TryMaskPlan | Unset = "balanced",
    model: TryMaskModel | Unset = "centerface",
    method: TryMaskMethod | Unset = "gaussian",
    strength: int | Unset = 199,
    padding: float | Unset = 0.15,
    format_: TryMaskFormat | Unset = "jpeg",
    quality: int | Unset = 95,
) -> MaskResponse | None:
    """The same as `sync`, asynchronously."""

    return (
        await asyncio_detailed(
            client=client,
            body=body,
            confidence=confidence,
            nms_threshold=nms_threshold,
            max_faces=max_faces,
            plan=plan,
            model=model,
            method=method,
            strength=strength,
            padding=padding,
            format_=format_,
            quality=quality,
        )
    ).parsed
