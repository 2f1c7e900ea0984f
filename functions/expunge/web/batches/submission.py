"""Turns the body of a new batch, JSON or a form with files, into one request."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from expunge.batches.batch import MAX_ITEMS
from expunge.batches.request import BatchRequest, ItemRequest
from expunge.errors import FieldError, InvalidRequest, UnsupportedMediaType, ValidationFailed
from expunge.given import present
from expunge.hooks.secrets import new_secret
from expunge.imaging.media_types import bare
from expunge.operations.options.text import FLAGS
from expunge.validation import field_errors
from expunge.web import json_limits
from expunge.web.batches.schemas import BatchCreate, BatchItemCreate
from expunge.web.dependencies import purpose_of
from expunge.web.multipart import FORM, read_files, refuse_unknown

if TYPE_CHECKING:
    from starlette.requests import Request

    from expunge.web.multipart import Part

FIELDS = {"image", "mode", "options", "zip", "webhook_url", "purpose"}
"""Fields of a form; ``image`` may come a hundred times."""


async def read_batch_request(
    request: Request, *, idempotency_key: str | None, base_url: str
) -> BatchRequest:
    """Read the body by its content type.

    Raises
    ------
    InvalidRequest
        For a body that does not parse.
    UnsupportedMediaType
        For a body that is neither JSON nor a form.
    ValidationFailed
        For a field that is missing, unknown or wrong; items are named by their index.
    """
    content_type = request.headers.get("content-type")
    if json_limits.is_json(content_type):
        created = _checked(json_limits.parse(await request.body()))
        items = tuple(_items(created))
    elif bare(content_type) == FORM:
        files, form = await read_files(request, MAX_ITEMS)
        refuse_unknown(form, FIELDS)
        created = _from_form(form)
        items = tuple(_files(created, files))
    else:
        raise UnsupportedMediaType(
            "The body must be application/json or multipart/form-data, "
            f"not {bare(content_type) or 'without a content type'}."
        )
    return BatchRequest(
        items,
        zip=created.zip,
        webhook_url=created.webhook_url,
        webhook_secret=new_secret() if created.webhook_url else None,
        purpose=created.purpose or purpose_of(request),
        base_url=base_url,
        idempotency_key=idempotency_key,
    )


def _checked(document: object) -> BatchCreate:
    try:
        return BatchCreate.model_validate(document, strict=True)
    except ValidationError as error:
        raise ValidationFailed(*field_errors(error)) from None


def _items(created: BatchCreate) -> list[ItemRequest]:
    wrong: list[FieldError] = []
    items = []
    for index, item in enumerate(created.items):
        pointer = f"/items/{index}"
        if (item.object_key is None) == (item.image_url is None):
            wrong.append(FieldError(pointer, "give exactly one of object_key, image_url"))
        if item.mode is None and created.mode is None:
            wrong.append(FieldError(f"{pointer}/mode", "is required, here or for the whole batch"))
        items.append(_item(created, item, pointer))
    if wrong:
        raise ValidationFailed(*wrong)
    return items


def _item(created: BatchCreate, item: BatchItemCreate, pointer: str) -> ItemRequest:
    """An item with the mode and options that apply to it."""
    own_mode = item.mode is not None
    own_options = own_mode or item.options is not None
    names = {"mode": own_mode, "options": own_options}
    return ItemRequest(
        pointer,
        item.mode or created.mode or "",
        (item.options if own_options else created.options) or {},
        object_key=item.object_key,
        image_url=item.image_url,
        shared=_shared({name for name, own in names.items() if not own}),
    )


def _shared(names: set[str]) -> frozenset[str]:
    return frozenset(names | {"purpose", "webhook_url"})


def _from_form(form: dict[str, Part]) -> BatchCreate:
    words: dict[str, Any] = {name: present(part.text) for name, part in form.items()}
    words = {name: word for name, word in words.items() if word not in (None, "null", "undefined")}
    if "options" in words:
        words["options"] = _options(words["options"])
    if "zip" in words:
        words["zip"] = FLAGS.get(words["zip"].lower(), words["zip"])
    placeholder = [{"object_key": "the files of the form"}]
    return _checked(words | {"items": placeholder})


def _options(text: str) -> Any:  # noqa: ANN401
    try:
        return json_limits.parse(text)
    except InvalidRequest as error:
        raise ValidationFailed(FieldError("/options", error.detail)) from None


def _files(created: BatchCreate, files: list[Part]) -> list[ItemRequest]:
    sent = [file for file in files if file.data or file.filename]
    if not sent:
        raise ValidationFailed(FieldError("/image", f"give 1 to {MAX_ITEMS} files of this name"))
    if created.mode is None:
        raise ValidationFailed(FieldError("/mode", "is required"))
    return [
        ItemRequest(
            f"/image/{index}",
            created.mode,
            created.options or {},
            image=file.data,
            filename=file.filename[:255],
            shared=_shared({"mode", "options"}),
        )
        for index, file in enumerate(sent)
    ]
