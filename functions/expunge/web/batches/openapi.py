"""The OpenAPI schemas of a new batch, whose body the route reads by itself."""

from __future__ import annotations

from typing import Any

from expunge.batches.batch import MAX_ITEMS
from expunge.jobs.operator_rules import MAX_PURPOSE
from expunge.operations import MODES, Mode
from expunge.web.batches.schemas import BatchCreate
from expunge.web.choices import (
    NO_TEXT,
    OBJECT_KEY,
    OPTIONAL_URL_PATTERN,
    REF,
    URL,
    exactly_one,
    options_by_mode,
    options_of,
)

BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            "application/json": {"schema": {"$ref": REF.format(BatchCreate.__name__)}},
            "multipart/form-data": {"schema": {"$ref": REF.format("BatchForm")}},
        },
    }
}
"""The body of `POST /api/v1/batches`; `complete` adds the schemas that it refers to."""
_ITEM = "BatchItemCreate"
OFFERED = tuple(mode for mode in MODES.values() if not mode.companions)
"""The modes of a batch: an item has one image."""
_NO_MODE: dict[str, Any] = {"type": "object", "properties": {"mode": NO_TEXT}}
_OWN_MODE: dict[str, Any] = {
    "type": "object",
    "required": ["mode"],
    "properties": {"mode": {"type": "string", "minLength": 1}},
}


def complete(spec: dict[str, Any]) -> None:
    """Add the schemas of a new batch, in JSON and as a form."""
    schema = BatchCreate.model_json_schema(ref_template=REF.replace("{}", "{model}"))
    item = schema.pop("$defs")[_ITEM]
    item["allOf"] = [
        exactly_one({"object_key": OBJECT_KEY}, {"image_url": URL}, absent=NO_TEXT),
        options_by_mode(_NO_MODE, modes=OFFERED),
    ]
    schema["allOf"] = [{"anyOf": [_without_mode(), *map(_with_mode, OFFERED)]}]
    spec["components"]["schemas"] |= {
        BatchCreate.__name__: schema,
        _ITEM: item,
        "BatchForm": _form(),
    }


def _without_mode() -> dict[str, Any]:
    """A batch whose items all have a mode of their own."""
    return {
        "type": "object",
        "properties": {"mode": NO_TEXT, "items": {"type": "array", "items": _OWN_MODE}},
    }


def _with_mode(mode: Mode) -> dict[str, Any]:
    """A batch with a mode, and items of that mode or of one of their own."""
    shared = {"type": "object", "properties": {"options": options_of(mode)}}
    return {
        "type": "object",
        "required": ["mode"],
        "properties": {
            "mode": {"const": mode.name},
            "options": options_of(mode),
            "items": {"type": "array", "items": {"anyOf": [shared, _OWN_MODE]}},
        },
    }


def _form() -> dict[str, Any]:
    return {
        "title": "BatchForm",
        "description": "A new batch as a form, with its images as files.",
        "type": "object",
        "required": ["image", "mode"],
        "additionalProperties": False,
        "allOf": [options_by_mode(modes=OFFERED)],
        "properties": {
            "image": {
                "type": "array",
                "minItems": 1,
                "maxItems": MAX_ITEMS,
                "items": {"type": "string", "format": "binary"},
                "description": "The files. A request has at most 10 MB on a server of your own, "
                "and 6 MB on AWS; send more through `POST /api/v1/uploads`.",
            },
            "mode": {
                "type": "string",
                "enum": [mode.name for mode in OFFERED],
                "description": "What to do with every file.",
            },
            "options": {
                "type": "object",
                "default": {},
                "description": "The mode's options, as a JSON object.",
            },
            "zip": {
                "type": ["boolean", "integer", "null"],
                "minimum": 0,
                "maximum": 1,
                "default": False,
                "description": "Whether a worker puts all results into one ZIP at the end.",
            },
            "webhook_url": {"type": "string", "default": "", "pattern": OPTIONAL_URL_PATTERN},
            "purpose": {"type": "string", "default": "", "maxLength": MAX_PURPOSE},
        },
    }
