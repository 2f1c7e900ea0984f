"""Turns the four body formats of ``POST /api/v1/jobs`` into one job request."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from expunge.errors import (
    FieldError,
    InvalidRequest,
    UnsupportedMediaType,
    ValidationFailed,
)
from expunge.hooks.secrets import new_secret
from expunge.jobs.request import JobRequest
from expunge.validation import field_errors
from expunge.web import json_limits
from expunge.web.dependencies import purpose_of
from expunge.web.multipart import Part, file_of, read_form, refuse_unknown
from expunge.web.native import base64_image
from expunge.web.native.schemas import JobCreate

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.requests import Request

_FIELDS = {"image", "object_key", "image_url", "webhook_url", "mode", "options", "purpose"}


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
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type == "multipart/form-data":
        fields = await _from_form(request)
    elif media_type == "application/json":
        fields = _from_json(await request.body())
    else:
        raise UnsupportedMediaType(
            "The body must be multipart/form-data or application/json, "
            f"not {media_type or 'without a content type'}."
        )
    fields["purpose"] = fields["purpose"].strip() or purpose_of(request)
    return JobRequest(
        **fields,
        webhook_secret=new_secret() if fields["webhook_url"] else None,
        base_url=base_url,
        respond_async=respond_async,
        idempotency_key=idempotency_key,
    )


async def _from_form(request: Request) -> dict[str, Any]:
    form = await read_form(request)
    refuse_unknown(form, _FIELDS)
    job_request: dict[str, Any] = {
        "mode": _text(form, "mode"),
        "options": _options(_text(form, "options", default="{}")),
        "object_key": _text(form, "object_key", default="") or None,
        "image_url": _text(form, "image_url", default="") or None,
        "webhook_url": _text(form, "webhook_url", default="") or None,
        "purpose": _text(form, "purpose", default=""),
    }
    image = form.get("image")
    _exactly_one(
        image=image, object_key=job_request["object_key"], image_url=job_request["image_url"]
    )
    if image is None:
        return job_request
    data, guessed = file_of(image)
    return job_request | {"image": data, "guessed": guessed}


def _text(form: Mapping[str, Part], name: str, *, default: str | None = None) -> str:
    if name not in form:
        if default is None:
            raise ValidationFailed(FieldError(f"/{name}", "is required"))
        return default
    if form[name].filename is not None:
        raise ValidationFailed(FieldError(f"/{name}", "must be text, not a file"))
    return form[name].data.decode("utf-8", "replace")


def _options(text: str) -> dict[str, Any]:
    try:
        options = json_limits.parse(text or "{}")
    except InvalidRequest as error:
        raise ValidationFailed(FieldError("/options", error.detail)) from None
    if not isinstance(options, dict):
        raise ValidationFailed(FieldError("/options", "must be a JSON object"))
    return options


def _from_json(body: bytes) -> dict[str, Any]:
    document = json_limits.parse(body)
    try:
        job_request = JobCreate.model_validate(document, strict=True)
    except ValidationError as error:
        raise ValidationFailed(*field_errors(error)) from None
    _exactly_one(
        image_base64=job_request.image_base64,
        object_key=job_request.object_key,
        image_url=job_request.image_url,
    )
    fields = {
        "mode": job_request.mode,
        "options": job_request.options or {},
        "object_key": job_request.object_key,
        "image_url": job_request.image_url,
        "webhook_url": job_request.webhook_url,
        "purpose": job_request.purpose or "",
    }
    if job_request.image_base64 is None:
        return fields
    data, stated = base64_image.read(job_request.image_base64)
    if job_request.content_type is None and stated is None:
        raise ValidationFailed(FieldError("/content_type", "is required with image_base64"))
    return fields | {"image": data, "declared": job_request.content_type, "guessed": stated}


def _exactly_one(**images: object) -> None:
    if sum(image is not None for image in images.values()) != 1:
        first, *_ = images
        raise ValidationFailed(FieldError(f"/{first}", f"give exactly one of {', '.join(images)}"))
