from http import HTTPStatus
from io import BytesIO
from typing import Any, Literal, cast

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.clean_image_format_type_1 import CleanImageFormatType1
from ...models.clean_image_format_type_2 import CleanImageFormatType2
from ...models.clean_image_keep_item import CleanImageKeepItem
from ...models.clean_image_marks_item import CleanImageMarksItem
from ...models.clean_image_method import CleanImageMethod
from ...models.clean_image_mode import CleanImageMode
from ...models.clean_image_model_type_0 import CleanImageModelType0
from ...models.clean_image_on_conflict import CleanImageOnConflict
from ...models.clean_image_plan import CleanImagePlan
from ...models.clean_image_scope import CleanImageScope
from ...models.clean_image_shape import CleanImageShape
from ...models.clean_image_strength_type_1 import CleanImageStrengthType1
from ...types import UNSET, File, Response, Unset


def _get_kwargs(
    *,
    image: str,
    mode: CleanImageMode,
    download: str | Unset = UNSET,
    purpose: str | Unset = UNSET,
    exp: int | Unset = UNSET,
    sig: str | Unset = UNSET,
    keep: list[CleanImageKeepItem] | Unset = UNSET,
    scope: CleanImageScope | Unset = UNSET,
    on_conflict: CleanImageOnConflict | Unset = UNSET,
    receipt: bool | Unset = UNSET,
    marks: list[CleanImageMarksItem] | Unset = UNSET,
    region: list[int] | Unset = UNSET,
    format_: CleanImageFormatType1 | CleanImageFormatType2 | Literal["auto"] | Unset = UNSET,
    quality: int | Unset = UNSET,
    model: CleanImageModelType0 | str | Unset = UNSET,
    plan: CleanImagePlan | Unset = UNSET,
    confidence: float | Unset = UNSET,
    nms_threshold: float | Unset = UNSET,
    max_faces: int | Unset = UNSET,
    min_size: float | Unset = UNSET,
    method: CleanImageMethod | Unset = UNSET,
    shape: CleanImageShape | Unset = UNSET,
    strength: CleanImageStrengthType1 | int | Unset = UNSET,
    padding: float | Unset = UNSET,
    colour: str | Unset = UNSET,
    cover: str | Unset = UNSET,
    irreversible: bool | Unset = UNSET,
    include: list[int | list[float]] | Unset = UNSET,
    exclude: list[int | list[float]] | Unset = UNSET,
    strip_metadata: bool | Unset = UNSET,
    if_none_match: str | Unset = UNSET,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}
    if not isinstance(if_none_match, Unset):
        headers["If-None-Match"] = if_none_match

    params: dict[str, Any] = {}

    params["image"] = image

    json_mode: str = mode
    params["mode"] = json_mode

    params["download"] = download

    params["purpose"] = purpose

    params["exp"] = exp

    params["sig"] = sig

    json_keep: list[str] | Unset = UNSET
    if not isinstance(keep, Unset):
        json_keep = []
        for keep_item_data in keep:
            keep_item: str = keep_item_data
            json_keep.append(keep_item)

    params["keep"] = json_keep

    json_scope: str | Unset = UNSET
    if not isinstance(scope, Unset):
        json_scope = scope

    params["scope"] = json_scope

    json_on_conflict: str | Unset = UNSET
    if not isinstance(on_conflict, Unset):
        json_on_conflict = on_conflict

    params["on_conflict"] = json_on_conflict

    params["receipt"] = receipt

    json_marks: list[str] | Unset = UNSET
    if not isinstance(marks, Unset):
        json_marks = []
        for marks_item_data in marks:
            marks_item: str = marks_item_data
            json_marks.append(marks_item)

    params["marks"] = json_marks

    json_region: list[int] | Unset = UNSET
    if not isinstance(region, Unset):
        json_region = region

    params["region"] = json_region

    json_format_: Literal["auto"] | str | Unset
    if isinstance(format_, Unset):
        json_format_ = UNSET
    elif isinstance(format_, str):
        json_format_ = format_
    elif isinstance(format_, str):
        json_format_ = format_
    else:
        json_format_ = format_
    params["format"] = json_format_

    params["quality"] = quality

    json_model: str | Unset
    if isinstance(model, Unset):
        json_model = UNSET
    elif isinstance(model, str):
        json_model = model
    else:
        json_model = model
    params["model"] = json_model

    json_plan: str | Unset = UNSET
    if not isinstance(plan, Unset):
        json_plan = plan

    params["plan"] = json_plan

    params["confidence"] = confidence

    params["nms_threshold"] = nms_threshold

    params["max_faces"] = max_faces

    params["min_size"] = min_size

    json_method: str | Unset = UNSET
    if not isinstance(method, Unset):
        json_method = method

    params["method"] = json_method

    json_shape: str | Unset = UNSET
    if not isinstance(shape, Unset):
        json_shape = shape

    params["shape"] = json_shape

    json_strength: int | str | Unset
    if isinstance(strength, Unset):
        json_strength = UNSET
    elif isinstance(strength, str):
        json_strength = strength
    else:
        json_strength = strength
    params["strength"] = json_strength

    params["padding"] = padding

    params["colour"] = colour

    params["cover"] = cover

    params["irreversible"] = irreversible

    json_include: list[int | list[float]] | Unset = UNSET
    if not isinstance(include, Unset):
        json_include = []
        for include_item_data in include:
            include_item: int | list[float]
            if isinstance(include_item_data, list):
                include_item = include_item_data

            else:
                include_item = include_item_data
            json_include.append(include_item)

    params["include"] = json_include

    json_exclude: list[int | list[float]] | Unset = UNSET
    if not isinstance(exclude, Unset):
        json_exclude = []
        for exclude_item_data in exclude:
            exclude_item: int | list[float]
            if isinstance(exclude_item_data, list):
                exclude_item = exclude_item_data

            else:
                exclude_item = exclude_item_data
            json_exclude.append(exclude_item)

    params["exclude"] = json_exclude

    params["strip_metadata"] = strip_metadata

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
    mode: CleanImageMode,
    download: str | Unset = UNSET,
    purpose: str | Unset = UNSET,
    exp: int | Unset = UNSET,
    sig: str | Unset = UNSET,
    keep: list[CleanImageKeepItem] | Unset = UNSET,
    scope: CleanImageScope | Unset = UNSET,
    on_conflict: CleanImageOnConflict | Unset = UNSET,
    receipt: bool | Unset = UNSET,
    marks: list[CleanImageMarksItem] | Unset = UNSET,
    region: list[int] | Unset = UNSET,
    format_: CleanImageFormatType1 | CleanImageFormatType2 | Literal["auto"] | Unset = UNSET,
    quality: int | Unset = UNSET,
    model: CleanImageModelType0 | str | Unset = UNSET,
    plan: CleanImagePlan | Unset = UNSET,
    confidence: float | Unset = UNSET,
    nms_threshold: float | Unset = UNSET,
    max_faces: int | Unset = UNSET,
    min_size: float | Unset = UNSET,
    method: CleanImageMethod | Unset = UNSET,
    shape: CleanImageShape | Unset = UNSET,
    strength: CleanImageStrengthType1 | int | Unset = UNSET,
    padding: float | Unset = UNSET,
    colour: str | Unset = UNSET,
    cover: str | Unset = UNSET,
    irreversible: bool | Unset = UNSET,
    include: list[int | list[float]] | Unset = UNSET,
    exclude: list[int | list[float]] | Unset = UNSET,
    strip_metadata: bool | Unset = UNSET,
    if_none_match: str | Unset = UNSET,
) -> Response[Any | File]:
    """Clean an image by its URL

     Use it in `<img src>`: every answer is an image, errors included.

    The mode's options are plain query parameters. Results are cached for a day; the source is
    checked for changes after five minutes.

    Args:
        image (str):
        mode (CleanImageMode):
        download (str | Unset):
        purpose (str | Unset):
        exp (int | Unset):
        sig (str | Unset):
        keep (list[CleanImageKeepItem] | Unset):
        scope (CleanImageScope | Unset):
        on_conflict (CleanImageOnConflict | Unset):
        receipt (bool | Unset):
        marks (list[CleanImageMarksItem] | Unset):
        region (list[int] | Unset):
        format_ (CleanImageFormatType1 | CleanImageFormatType2 | Literal['auto'] | Unset):
        quality (int | Unset):
        model (CleanImageModelType0 | str | Unset):
        plan (CleanImagePlan | Unset):
        confidence (float | Unset):
        nms_threshold (float | Unset):
        max_faces (int | Unset):
        min_size (float | Unset):
        method (CleanImageMethod | Unset):
        shape (CleanImageShape | Unset):
        strength (CleanImageStrengthType1 | int | Unset):
        padding (float | Unset):
        colour (str | Unset):
        cover (str | Unset):
        irreversible (bool | Unset):
        include (list[int | list[float]] | Unset):
        exclude (list[int | list[float]] | Unset):
        strip_metadata (bool | Unset):
        if_none_match (str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Any | File]
    """

    kwargs = _get_kwargs(
        image=image,
        mode=mode,
        download=download,
        purpose=purpose,
        exp=exp,
        sig=sig,
        keep=keep,
        scope=scope,
        on_conflict=on_conflict,
        receipt=receipt,
        marks=marks,
        region=region,
        format_=format_,
        quality=quality,
        model=model,
        plan=plan,
        confidence=confidence,
        nms_threshold=nms_threshold,
        max_faces=max_faces,
        min_size=min_size,
        method=method,
        shape=shape,
        strength=strength,
        padding=padding,
        colour=colour,
        cover=cover,
        irreversible=irreversible,
        include=include,
        exclude=exclude,
        strip_metadata=strip_metadata,
        if_none_match=if_none_match,
    )

    response = client.get_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


def sync(
    *,
    client: AuthenticatedClient | Client,
    image: str,
    mode: CleanImageMode,
    download: str | Unset = UNSET,
    purpose: str | Unset = UNSET,
    exp: int | Unset = UNSET,
    sig: str | Unset = UNSET,
    keep: list[CleanImageKeepItem] | Unset = UNSET,
    scope: CleanImageScope | Unset = UNSET,
    on_conflict: CleanImageOnConflict | Unset = UNSET,
    receipt: bool | Unset = UNSET,
    marks: list[CleanImageMarksItem] | Unset = UNSET,
    region: list[int] | Unset = UNSET,
    format_: CleanImageFormatType1 | CleanImageFormatType2 | Literal["auto"] | Unset = UNSET,
    quality: int | Unset = UNSET,
    model: CleanImageModelType0 | str | Unset = UNSET,
    plan: CleanImagePlan | Unset = UNSET,
    confidence: float | Unset = UNSET,
    nms_threshold: float | Unset = UNSET,
    max_faces: int | Unset = UNSET,
    min_size: float | Unset = UNSET,
    method: CleanImageMethod | Unset = UNSET,
    shape: CleanImageShape | Unset = UNSET,
    strength: CleanImageStrengthType1 | int | Unset = UNSET,
    padding: float | Unset = UNSET,
    colour: str | Unset = UNSET,
    cover: str | Unset = UNSET,
    irreversible: bool | Unset = UNSET,
    include: list[int | list[float]] | Unset = UNSET,
    exclude: list[int | list[float]] | Unset = UNSET,
    strip_metadata: bool | Unset = UNSET,
    if_none_match: str | Unset = UNSET,
) -> Any | File | None:
    """The same as `sync_detailed`, with the parsed answer alone."""

    return sync_detailed(
        client=client,
        image=image,
        mode=mode,
        download=download,
        purpose=purpose,
        exp=exp,
        sig=sig,
        keep=keep,
        scope=scope,
        on_conflict=on_conflict,
        receipt=receipt,
        marks=marks,
        region=region,
        format_=format_,
        quality=quality,
        model=model,
        plan=plan,
        confidence=confidence,
        nms_threshold=nms_threshold,
        max_faces=max_faces,
        min_size=min_size,
        method=method,
        shape=shape,
        strength=strength,
        padding=padding,
        colour=colour,
        cover=cover,
        irreversible=irreversible,
        include=include,
        exclude=exclude,
        strip_metadata=strip_metadata,
        if_none_match=if_none_match,
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient | Client,
    image: str,
    mode: CleanImageMode,
    download: str | Unset = UNSET,
    purpose: str | Unset = UNSET,
    exp: int | Unset = UNSET,
    sig: str | Unset = UNSET,
    keep: list[CleanImageKeepItem] | Unset = UNSET,
    scope: CleanImageScope | Unset = UNSET,
    on_conflict: CleanImageOnConflict | Unset = UNSET,
    receipt: bool | Unset = UNSET,
    marks: list[CleanImageMarksItem] | Unset = UNSET,
    region: list[int] | Unset = UNSET,
    format_: CleanImageFormatType1 | CleanImageFormatType2 | Literal["auto"] | Unset = UNSET,
    quality: int | Unset = UNSET,
    model: CleanImageModelType0 | str | Unset = UNSET,
    plan: CleanImagePlan | Unset = UNSET,
    confidence: float | Unset = UNSET,
    nms_threshold: float | Unset = UNSET,
    max_faces: int | Unset = UNSET,
    min_size: float | Unset = UNSET,
    method: CleanImageMethod | Unset = UNSET,
    shape: CleanImageShape | Unset = UNSET,
    strength: CleanImageStrengthType1 | int | Unset = UNSET,
    padding: float | Unset = UNSET,
    colour: str | Unset = UNSET,
    cover: str | Unset = UNSET,
    irreversible: bool | Unset = UNSET,
    include: list[int | list[float]] | Unset = UNSET,
    exclude: list[int | list[float]] | Unset = UNSET,
    strip_metadata: bool | Unset = UNSET,
    if_none_match: str | Unset = UNSET,
) -> Response[Any | File]:
    """The same as `sync_detailed`, asynchronously."""

    kwargs = _get_kwargs(
        image=image,
        mode=mode,
        download=download,
        purpose=purpose,
        exp=exp,
        sig=sig,
        keep=keep,
        scope=scope,
        on_conflict=on_conflict,
        receipt=receipt,
        marks=marks,
        region=region,
        format_=format_,
        quality=quality,
        model=model,
        plan=plan,
        confidence=confidence,
        nms_threshold=nms_threshold,
        max_faces=max_faces,
        min_size=min_size,
        method=method,
        shape=shape,
        strength=strength,
        padding=padding,
        colour=colour,
        cover=cover,
        irreversible=irreversible,
        include=include,
        exclude=exclude,
        strip_metadata=strip_metadata,
        if_none_match=if_none_match,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    *,
    client: AuthenticatedClient | Client,
    image: str,
    mode: CleanImageMode,
    download: str | Unset = UNSET,
    purpose: str | Unset = UNSET,
    exp: int | Unset = UNSET,
    sig: str | Unset = UNSET,
    keep: list[CleanImageKeepItem] | Unset = UNSET,
    scope: CleanImageScope | Unset = UNSET,
    on_conflict: CleanImageOnConflict | Unset = UNSET,
    receipt: bool | Unset = UNSET,
    marks: list[CleanImageMarksItem] | Unset = UNSET,
    region: list[int] | Unset = UNSET,
    format_: CleanImageFormatType1 | CleanImageFormatType2 | Literal["auto"] | Unset = UNSET,
    quality: int | Unset = UNSET,
    model: CleanImageModelType0 | str | Unset = UNSET,
    plan: CleanImagePlan | Unset = UNSET,
    confidence: float | Unset = UNSET,
    nms_threshold: float | Unset = UNSET,
    max_faces: int | Unset = UNSET,
    min_size: float | Unset = UNSET,
    method: CleanImageMethod | Unset = UNSET,
    shape: CleanImageShape | Unset = UNSET,
    strength: CleanImageStrengthType1 | int | Unset = UNSET,
    padding: float | Unset = UNSET,
    colour: str | Unset = UNSET,
    cover: str | Unset = UNSET,
    irreversible: bool | Unset = UNSET,
    include: list[int | list[float]] | Unset = UNSET,
    exclude: list[int | list[float]] | Unset = UNSET,
    strip_metadata: bool | Unset = UNSET,
    if_none_match: str | Unset = UNSET,
) -> Any | File | None:
    """The same as `sync`, asynchronously."""

    return (
        await asyncio_detailed(
            client=client,
            image=image,
            mode=mode,
            download=download,
            purpose=purpose,
            exp=exp,
            sig=sig,
            keep=keep,
            scope=scope,
            on_conflict=on_conflict,
            receipt=receipt,
            marks=marks,
            region=region,
            format_=format_,
            quality=quality,
            model=model,
            plan=plan,
            confidence=confidence,
            nms_threshold=nms_threshold,
            max_faces=max_faces,
            min_size=min_size,
            method=method,
            shape=shape,
            strength=strength,
            padding=padding,
            colour=colour,
            cover=cover,
            irreversible=irreversible,
            include=include,
            exclude=exclude,
            strip_metadata=strip_metadata,
            if_none_match=if_none_match,
        )
    ).parsed
