"""Turns the body formats of a new job into one job request."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from expunge.errors import (
    FieldError,
    InvalidRequest,
    UnsupportedMediaType,
    ValidationFailed,
)
from expunge.given import present
from expunge.hooks.secrets import new_secret
from expunge.imaging.media_types import MOVIES, bare, claimed, normalised
from expunge.jobs.request import JobRequest
from expunge.validation import field_errors
from expunge.web import json_limits
from expunge.web.dependencies import purpose_of
from expunge.web.multipart import FORM, SOURCE, is_file, read_form, refuse_unknown
from expunge.web.native.in_query import Query, completed
from expunge.web.native.schemas import JobCreate
from expunge.web.native.sources import companions, read_base64

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.requests import Request

    from expunge.web.multipart import Part

URLENCODED = "application/x-www-form-urlencoded"
ABSENT = frozenset({"null", "undefined", "[]"})
FIELDS = {"image", "object_key", "image_url", "webhook_url", "mode", "options", "purpose"} | {
    "source_key",
    "source_url",
    "sources",
}
"""Fields of a form, beside the files `SOURCE`."""


async def read_job_request(
    request: Request,
    *,
    respond_async: bool,
    idempotency_key: str | None,
    base_url: str,
    in_query: bool = False,
    any_type: bool = False,
) -> JobRequest:
    """Read the body by its content type; a file without a form has its mode in the query.

    Parameters
    ----------
    in_query
        Whether a form or JSON may have the mode and its options in the query, too.
    any_type
        Whether a body may be a file although its type says nothing. curl calls every body
        ``application/x-www-form-urlencoded``.

    Raises
    ------
    InvalidRequest
        For a body that does not parse.
    UnsupportedMediaType
        For a body that is neither multipart, nor JSON, nor a file.
    ValidationFailed
        For a field that is missing, unknown or wrong.
    PayloadTooLarge
        For an image over its limit.
    """
    content_type = request.headers.get("content-type")
    query = _noted(request, request.query_params.multi_items() if in_query else [])
    if bare(content_type) == FORM:
        fields = await _from_form(request, query)
    elif json_limits.is_json(content_type):
        fields = _from_json(json_limits.parse(await request.body()), query)
    elif _is_file(content_type, any_type=any_type):
        query = _noted(request, request.query_params.multi_items())
        declared = None if bare(content_type) == URLENCODED else claimed(content_type)
        file = {"image": await request.body(), "declared": declared}
        fields = _fields(_checked({}, query)) | file
    else:
        raise UnsupportedMediaType(
            "The body must be multipart/form-data, application/json or an image, "
            f"not {bare(content_type) or 'without a content type'}."
        )
    fields["purpose"] = fields["purpose"] or purpose_of(request)
    return JobRequest(
        **fields,
        webhook_secret=new_secret() if fields["webhook_url"] else None,
        base_url=base_url,
        respond_async=respond_async,
        idempotency_key=idempotency_key,
    )


def _noted(request: Request, query: Query) -> Query:
    """The query; a problem then points below ``/query`` at what it has (`problems.answers`)."""
    request.state.in_query = {name for name, value in query if present(value) is not None}
    return query


def _is_file(content_type: str | None, *, any_type: bool) -> bool:
    name = normalised(content_type or "")
    if any_type and (claimed(name) is None or name == URLENCODED):
        return True
    return name.startswith("image/") or name in MOVIES


async def _from_form(request: Request, query: Query) -> dict[str, Any]:
    form = await read_form(request)
    refuse_unknown(form, FIELDS | {name for name in form if SOURCE.fullmatch(name)})
    words = {name: _word(part.text) for name, part in form.items() if not is_file(name)}
    objects = {name: _object(words.get(name, ""), name) for name in ("options", "sources")}
    created = _checked(words | objects, query)
    image = form.get("image")
    elsewhere = {"object_key": created.object_key, "image_url": created.image_url}
    if image is not None and not image.data and any(elsewhere.values()):
        image = None  # what browsers send for a file field without a file
    _exactly_one(image=image, **elsewhere)
    fields = _fields(created, form)
    if image is None:
        return fields
    return fields | {"image": image.data, "guessed": claimed(image.content_type)}


def _word(text: str) -> str:
    """A text field; empty for what JavaScript and PHP write into a form instead of leaving it."""
    return "" if text.strip() in ABSENT else text


def _object(text: str, name: str) -> Any:  # noqa: ANN401
    """A field that is a JSON object."""
    try:
        value = present(json_limits.parse(text.strip() or "{}"))
    except InvalidRequest as error:
        raise ValidationFailed(FieldError(f"/{name}", error.detail)) from None
    if not isinstance(value, dict | None):
        raise ValidationFailed(FieldError(f"/{name}", "must be a JSON object"))
    return value


def _from_json(document: object, query: Query) -> dict[str, Any]:
    created = _checked(document, query)
    _exactly_one(
        image_base64=created.image_base64,
        object_key=created.object_key,
        image_url=created.image_url,
    )
    if created.image_base64 is None:
        return _fields(created)
    data, stated = read_base64(created.image_base64, "/image_base64")
    if created.content_type is None and stated is None:
        raise ValidationFailed(FieldError("/content_type", "is required with image_base64"))
    image = {"image": data, "declared": created.content_type, "guessed": claimed(stated)}
    return _fields(created) | image


def _checked(document: object, query: Query) -> JobCreate:
    if isinstance(document, dict):
        document = completed(document, query)
    try:
        return JobCreate.model_validate(document, strict=True)
    except ValidationError as error:
        raise ValidationFailed(*field_errors(error)) from None


def _fields(created: JobCreate, form: Mapping[str, Part] | None = None) -> dict[str, Any]:
    """What every kind of body says, as arguments of `JobRequest`."""
    return {
        "mode": created.mode,
        "options": created.options or {},
        "object_key": created.object_key,
        "image_url": created.image_url,
        "webhook_url": created.webhook_url,
        "purpose": created.purpose,
        "companions": companions(created, form or {}),
    }


def _exactly_one(**images: object) -> None:
    if sum(image is not None for image in images.values()) != 1:
        first, *_ = images
        raise ValidationFailed(FieldError(f"/{first}", f"give exactly one of {', '.join(images)}"))
