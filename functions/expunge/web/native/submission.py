"""Turns the four body formats of ``POST /api/v1/jobs`` into one job request."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from expunge import base64_file
from expunge.errors import (
    FieldError,
    InvalidRequest,
    PayloadTooLarge,
    UnsupportedMediaType,
    ValidationFailed,
)
from expunge.given import present
from expunge.hooks.secrets import new_secret
from expunge.imaging.media_types import bare, claimed
from expunge.jobs.request import JobRequest
from expunge.validation import field_errors
from expunge.web import json_limits
from expunge.web.multipart import FILES, FORM, read_form, refuse_unknown
from expunge.web.native.schemas import JobCreate

if TYPE_CHECKING:
    from starlette.requests import Request

MAX_BASE64_BYTES = 1_048_576
"""Maximum size of a decoded image in JSON."""
FIELDS = {"image", "object_key", "image_url", "webhook_url", "mode", "options"}
"""Fields of a form."""


async def read_job_request(
    request: Request, *, respond_async: bool, idempotency_key: str | None, base_url: str
) -> JobRequest:
    """Read the body by its content type.

    Raises
    ------
    InvalidRequest
        For a body that does not parse.
    UnsupportedMediaType
        For a body that is neither multipart nor JSON.
    ValidationFailed
        For a field that is missing, unknown or wrong.
    PayloadTooLarge
        For an image over its limit.
    """
    content_type = request.headers.get("content-type")
    if bare(content_type) == FORM:
        fields = await _from_form(request)
    elif json_limits.is_json(content_type):
        fields = _from_json(json_limits.parse(await request.body()))
    else:
        raise UnsupportedMediaType(
            "The body must be multipart/form-data or application/json, "
            f"not {bare(content_type) or 'without a content type'}."
        )
    return JobRequest(
        **fields,
        webhook_secret=new_secret() if fields["webhook_url"] else None,
        base_url=base_url,
        respond_async=respond_async,
        idempotency_key=idempotency_key,
    )


async def _from_form(request: Request) -> dict[str, Any]:
    form = await read_form(request)
    refuse_unknown(form, FIELDS)
    words = {name: part.text for name, part in form.items() if name not in FILES}
    created = _checked(words | {"options": _options(words.get("options", ""))})
    image = form.get("image")
    elsewhere = {"object_key": created.object_key, "image_url": created.image_url}
    if image is not None and not image.data and any(elsewhere.values()):
        image = None  # what browsers send for a file field without a file
    _exactly_one(image=image, **elsewhere)
    if image is None:
        return _fields(created)
    return _fields(created) | {"image": image.data, "guessed": claimed(image.content_type)}


def _options(text: str) -> Any:  # noqa: ANN401
    try:
        options = present(json_limits.parse(text.strip() or "{}"))
    except InvalidRequest as error:
        raise ValidationFailed(FieldError("/options", error.detail)) from None
    if not isinstance(options, dict | None):
        raise ValidationFailed(FieldError("/options", "must be a JSON object"))
    return options


def _from_json(document: object) -> dict[str, Any]:
    created = _checked(document)
    _exactly_one(
        image_base64=created.image_base64,
        object_key=created.object_key,
        image_url=created.image_url,
    )
    if created.image_base64 is None:
        return _fields(created)
    _check_length(created.image_base64)
    data, stated = base64_file.read(created.image_base64, "/image_base64")
    if created.content_type is None and stated is None:
        raise ValidationFailed(FieldError("/content_type", "is required with image_base64"))
    image = {"image": data, "declared": created.content_type, "guessed": claimed(stated)}
    return _fields(created) | image


def _checked(document: object) -> JobCreate:
    try:
        return JobCreate.model_validate(document, strict=True)
    except ValidationError as error:
        raise ValidationFailed(*field_errors(error)) from None


def _fields(created: JobCreate) -> dict[str, Any]:
    """What every kind of body says, as arguments of `JobRequest`."""
    return {
        "mode": created.mode,
        "options": created.options or {},
        "object_key": created.object_key,
        "image_url": created.image_url,
        "webhook_url": created.webhook_url,
    }


def _check_length(text: str) -> None:
    if base64_file.length(text) > MAX_BASE64_BYTES:
        raise PayloadTooLarge(
            f"image_base64 may hold at most {MAX_BASE64_BYTES:,} bytes decoded. Send the file as "
            "multipart/form-data, or through POST /api/v1/uploads."
        )


def _exactly_one(**images: object) -> None:
    if sum(image is not None for image in images.values()) != 1:
        first, *_ = images
        raise ValidationFailed(FieldError(f"/{first}", f"give exactly one of {', '.join(images)}"))
