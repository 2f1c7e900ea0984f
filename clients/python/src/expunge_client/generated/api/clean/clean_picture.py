from http import HTTPStatus
from io import BytesIO
from typing import Any, cast

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.all_job_create import AllJobCreate
from ...models.clean_picture_format_type_0 import CleanPictureFormatType0
from ...models.clean_picture_format_type_1 import CleanPictureFormatType1
from ...models.clean_picture_keep_item import CleanPictureKeepItem
from ...models.clean_picture_marks_item import CleanPictureMarksItem
from ...models.clean_picture_method import CleanPictureMethod
from ...models.clean_picture_mode import CleanPictureMode
from ...models.clean_picture_model_type_0 import CleanPictureModelType0
from ...models.clean_picture_on_conflict import CleanPictureOnConflict
from ...models.clean_picture_plan import CleanPicturePlan
from ...models.clean_picture_scope import CleanPictureScope
from ...models.clean_picture_shape import CleanPictureShape
from ...models.clean_picture_strength_type_1 import CleanPictureStrengthType1
from ...models.detect_job_create import DetectJobCreate
from ...models.faces_job_create import FacesJobCreate
from ...models.invisible_job_create import InvisibleJobCreate
from ...models.job_form import JobForm
from ...models.mask_job_create import MaskJobCreate
from ...models.metadata_job_create import MetadataJobCreate
from ...models.visible_job_create import VisibleJobCreate
from ...types import UNSET, File, Response, Unset


def _get_kwargs(
    *,
    body: JobForm
    | AllJobCreate
    | DetectJobCreate
    | FacesJobCreate
    | InvisibleJobCreate
    | MaskJobCreate
    | MetadataJobCreate
    | VisibleJobCreate
    | File
    | Unset = UNSET,
    store: bool | Unset = False,
    mode: CleanPictureMode | Unset = UNSET,
    keep: list[CleanPictureKeepItem] | Unset = UNSET,
    scope: CleanPictureScope | Unset = UNSET,
    on_conflict: CleanPictureOnConflict | Unset = UNSET,
    receipt: bool | Unset = UNSET,
    marks: list[CleanPictureMarksItem] | Unset = UNSET,
    region: list[int] | Unset = UNSET,
    quality: int | Unset = UNSET,
    model: CleanPictureModelType0 | str | Unset = UNSET,
    plan: CleanPicturePlan | Unset = UNSET,
    confidence: float | Unset = UNSET,
    nms_threshold: float | Unset = UNSET,
    max_faces: int | Unset = UNSET,
    min_size: float | Unset = UNSET,
    method: CleanPictureMethod | Unset = UNSET,
    shape: CleanPictureShape | Unset = UNSET,
    strength: CleanPictureStrengthType1 | int | Unset = UNSET,
    padding: float | Unset = UNSET,
    colour: str | Unset = UNSET,
    cover: str | Unset = UNSET,
    irreversible: bool | Unset = UNSET,
    include: list[int | list[float]] | Unset = UNSET,
    exclude: list[int | list[float]] | Unset = UNSET,
    strip_metadata: bool | Unset = UNSET,
    format_: CleanPictureFormatType0 | CleanPictureFormatType1 | Unset = UNSET,
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

    json_mode: str | Unset = UNSET
    if not isinstance(mode, Unset):
        json_mode = mode

    params["mode"] = json_mode

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

    json_format_: str | Unset
    if isinstance(format_, Unset):
        json_format_ = UNSET
    elif isinstance(format_, str):
        json_format_ = format_
    else:
        json_format_ = format_

    params["format"] = json_format_

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {"method": "post", "url": "/api/v1/clean", "params": params}

    if isinstance(body, JobForm):
        _kwargs["files"] = body.to_multipart()

        headers["Content-Type"] = "multipart/form-data; boundary=+++"
    if isinstance(
        body, AllJobCreate | DetectJobCreate | FacesJobCreate | InvisibleJobCreate | MaskJobCreate | MetadataJobCreate | VisibleJobCreate
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
        else:
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
    body: JobForm
    | AllJobCreate
    | DetectJobCreate
    | FacesJobCreate
    | InvisibleJobCreate
    | MaskJobCreate
    | MetadataJobCreate
    | VisibleJobCreate
    | File
    | Unset = UNSET,
    store: bool | Unset = False,
    mode: CleanPictureMode | Unset = UNSET,
    keep: list[CleanPictureKeepItem] | Unset = UNSET,
    scope: CleanPictureScope | Unset = UNSET,
    on_conflict: CleanPictureOnConflict | Unset = UNSET,
    receipt: bool | Unset = UNSET,
    marks: list[CleanPictureMarksItem] | Unset = UNSET,
    region: list[int] | Unset = UNSET,
    quality: int | Unset = UNSET,
    model: CleanPictureModelType0 | str | Unset = UNSET,
    plan: CleanPicturePlan | Unset = UNSET,
    confidence: float | Unset = UNSET,
    nms_threshold: float | Unset = UNSET,
    max_faces: int | Unset = UNSET,
    min_size: float | Unset = UNSET,
    method: CleanPictureMethod | Unset = UNSET,
    shape: CleanPictureShape | Unset = UNSET,
    strength: CleanPictureStrengthType1 | int | Unset = UNSET,
    padding: float | Unset = UNSET,
    colour: str | Unset = UNSET,
    cover: str | Unset = UNSET,
    irreversible: bool | Unset = UNSET,
    include: list[int | list[float]] | Unset = UNSET,
    exclude: list[int | list[float]] | Unset = UNSET,
    strip_metadata: bool | Unset = UNSET,
    format_: CleanPictureFormatType0 | CleanPictureFormatType1 | Unset = UNSET,
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
        mode (CleanPictureMode | Unset):
        keep (list[CleanPictureKeepItem] | Unset):
        scope (CleanPictureScope | Unset):
        on_conflict (CleanPictureOnConflict | Unset):
        receipt (bool | Unset):
        marks (list[CleanPictureMarksItem] | Unset):
        region (list[int] | Unset):
        quality (int | Unset):
        model (CleanPictureModelType0 | str | Unset):
        plan (CleanPicturePlan | Unset):
        confidence (float | Unset):
        nms_threshold (float | Unset):
        max_faces (int | Unset):
        min_size (float | Unset):
        method (CleanPictureMethod | Unset):
        shape (CleanPictureShape | Unset):
        strength (CleanPictureStrengthType1 | int | Unset):
        padding (float | Unset):
        colour (str | Unset):
        cover (str | Unset):
        irreversible (bool | Unset):
        include (list[int | list[float]] | Unset):
        exclude (list[int | list[float]] | Unset):
        strip_metadata (bool | Unset):
        format_ (CleanPictureFormatType0 | CleanPictureFormatType1 | Unset):
        x_client_fingerprint (str | Unset): Gives anonymous callers behind one IP address separate
            quotas. Default: ''.
        x_client_secret (str | Unset): The secret from an earlier answer. It identifies an
            anonymous caller that has no cookie. Default: ''.
        idempotency_key (str | Unset): 1–64 characters; the same key never makes a second job.
        body (JobForm): A new job as a form: its image as a file, by an upload's key, or by URL.
        body (AllJobCreate | DetectJobCreate | FacesJobCreate | InvisibleJobCreate | MaskJobCreate
            | MetadataJobCreate | VisibleJobCreate): A new job in JSON: its image in base64, by an
            upload's key, or by URL.
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
        mode=mode,
        keep=keep,
        scope=scope,
        on_conflict=on_conflict,
        receipt=receipt,
        marks=marks,
        region=region,
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
        format_=format_,
        x_client_fingerprint=x_client_fingerprint,
        x_client_secret=x_client_secret,
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
    | VisibleJobCreate
    | File
    | Unset = UNSET,
    store: bool | Unset = False,
    mode: CleanPictureMode | Unset = UNSET,
    keep: list[CleanPictureKeepItem] | Unset = UNSET,
    scope: CleanPictureScope | Unset = UNSET,
    on_conflict: CleanPictureOnConflict | Unset = UNSET,
    receipt: bool | Unset = UNSET,
    marks: list[CleanPictureMarksItem] | Unset = UNSET,
    region: list[int] | Unset = UNSET,
    quality: int | Unset = UNSET,
    model: CleanPictureModelType0 | str | Unset = UNSET,
    plan: CleanPicturePlan | Unset = UNSET,
    confidence: float | Unset = UNSET,
    nms_threshold: float | Unset = UNSET,
    max_faces: int | Unset = UNSET,
    min_size: float | Unset = UNSET,
    method: CleanPictureMethod | Unset = UNSET,
    shape: CleanPictureShape | Unset = UNSET,
    strength: CleanPictureStrengthType1 | int | Unset = UNSET,
    padding: float | Unset = UNSET,
    colour: str | Unset = UNSET,
    cover: str | Unset = UNSET,
    irreversible: bool | Unset = UNSET,
    include: list[int | list[float]] | Unset = UNSET,
    exclude: list[int | list[float]] | Unset = UNSET,
    strip_metadata: bool | Unset = UNSET,
    format_: CleanPictureFormatType0 | CleanPictureFormatType1 | Unset = UNSET,
    x_client_fingerprint: str | Unset = "",
    x_client_secret: str | Unset = "",
    idempotency_key: str | Unset = UNSET,
) -> Any | File | None:
    """The same as `sync_detailed`, with the parsed answer alone."""

    return sync_detailed(
        client=client,
        body=body,
        store=store,
        mode=mode,
        keep=keep,
        scope=scope,
        on_conflict=on_conflict,
        receipt=receipt,
        marks=marks,
        region=region,
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
        format_=format_,
        x_client_fingerprint=x_client_fingerprint,
        x_client_secret=x_client_secret,
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
    | VisibleJobCreate
    | File
    | Unset = UNSET,
    store: bool | Unset = False,
    mode: CleanPictureMode | Unset = UNSET,
    keep: list[CleanPictureKeepItem] | Unset = UNSET,
    scope: CleanPictureScope | Unset = UNSET,
    on_conflict: CleanPictureOnConflict | Unset = UNSET,
    receipt: bool | Unset = UNSET,
    marks: list[CleanPictureMarksItem] | Unset = UNSET,
    region: list[int] | Unset = UNSET,
    quality: int | Unset = UNSET,
    model: CleanPictureModelType0 | str | Unset = UNSET,
    plan: CleanPicturePlan | Unset = UNSET,
    confidence: float | Unset = UNSET,
    nms_threshold: float | Unset = UNSET,
    max_faces: int | Unset = UNSET,
    min_size: float | Unset = UNSET,
    method: CleanPictureMethod | Unset = UNSET,
    shape: CleanPictureShape | Unset = UNSET,
    strength: CleanPictureStrengthType1 | int | Unset = UNSET,
    padding: float | Unset = UNSET,
    colour: str | Unset = UNSET,
    cover: str | Unset = UNSET,
    irreversible: bool | Unset = UNSET,
    include: list[int | list[float]] | Unset = UNSET,
    exclude: list[int | list[float]] | Unset = UNSET,
    strip_metadata: bool | Unset = UNSET,
    format_: CleanPictureFormatType0 | CleanPictureFormatType1 | Unset = UNSET,
    x_client_fingerprint: str | Unset = "",
    x_client_secret: str | Unset = "",
    idempotency_key: str | Unset = UNSET,
) -> Response[Any | File]:
    """The same as `sync_detailed`, asynchronously."""

    kwargs = _get_kwargs(
        body=body,
        store=store,
        mode=mode,
        keep=keep,
        scope=scope,
        on_conflict=on_conflict,
        receipt=receipt,
        marks=marks,
        region=region,
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
        format_=format_,
        x_client_fingerprint=x_client_fingerprint,
        x_client_secret=x_client_secret,
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
    | VisibleJobCreate
    | File
    | Unset = UNSET,
    store: bool | Unset = False,
    mode: CleanPictureMode | Unset = UNSET,
    keep: list[CleanPictureKeepItem] | Unset = UNSET,
    scope: CleanPictureScope | Unset = UNSET,
    on_conflict: CleanPictureOnConflict | Unset = UNSET,
    receipt: bool | Unset = UNSET,
    marks: list[CleanPictureMarksItem] | Unset = UNSET,
    region: list[int] | Unset = UNSET,
    quality: int | Unset = UNSET,
    model: CleanPictureModelType0 | str | Unset = UNSET,
    plan: CleanPicturePlan | Unset = UNSET,
    confidence: float | Unset = UNSET,
    nms_threshold: float | Unset = UNSET,
    max_faces: int | Unset = UNSET,
    min_size: float | Unset = UNSET,
    method: CleanPictureMethod | Unset = UNSET,
    shape: CleanPictureShape | Unset = UNSET,
    strength: CleanPictureStrengthType1 | int | Unset = UNSET,
    padding: float | Unset = UNSET,
    colour: str | Unset = UNSET,
    cover: str | Unset = UNSET,
    irreversible: bool | Unset = UNSET,
    include: list[int | list[float]] | Unset = UNSET,
    exclude: list[int | list[float]] | Unset = UNSET,
    strip_metadata: bool | Unset = UNSET,
    format_: CleanPictureFormatType0 | CleanPictureFormatType1 | Unset = UNSET,
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
            mode=mode,
            keep=keep,
            scope=scope,
            on_conflict=on_conflict,
            receipt=receipt,
            marks=marks,
            region=region,
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
            format_=format_,
            x_client_fingerprint=x_client_fingerprint,
            x_client_secret=x_client_secret,
            idempotency_key=idempotency_key,
        )
    ).parsed
