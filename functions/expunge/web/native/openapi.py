"""The OpenAPI schemas of a new job: one for each mode, with the mode's options typed."""

from __future__ import annotations

from typing import Any

from expunge.imaging.media_types import EXTENSIONS
from expunge.jobs.operator_rules import MAX_PURPOSE
from expunge.operations import MODES, Mode
from expunge.operations.options.described import json_schema
from expunge.web.choices import (
    BASE64,
    DATA_URL,
    EMPTY_FIELD,
    NO_TEXT,
    OBJECT_KEY,
    OPTIONAL_URL_PATTERN,
    REF,
    URL,
    add_options,
    exactly_one,
    options_by_mode,
    options_of,
    title_of,
)
from expunge.web.native.schemas import JobCreate, SourceImage

_FILE: dict[str, Any] = {"schema": {"type": "string", "format": "binary"}}
JOB_BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {"schema": {"$ref": REF.format("JobForm")}},
            "application/json": {"schema": {"$ref": REF.format("JobCreate")}},
        },
    }
}
"""The body of `POST /api/v1/jobs`; `complete` adds the schemas that it refers to."""


PICTURE_BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "description": "The image, up to 10 MB: the body itself, or the file `image` of a form.",
        "content": {
            "multipart/form-data": {"schema": {"$ref": REF.format("CleanForm")}},
            "application/json": {"schema": {"$ref": REF.format("CleanCreate")}},
            "image/*": _FILE,
            "application/octet-stream": _FILE,
        },
    }
}
"""The body of `POST /api/v1/clean`."""
_LINK = {
    "Link": {
        "description": "The job with its report, as `describedby`.",
        "schema": {"type": "string"},
        "example": '<https://expunge.example/api/v1/jobs/job_01KAYZ>; rel="describedby"',
    }
}
PICTURE: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "The cleaned image.",
        "headers": _LINK,
        "content": {"image/*": _FILE},
    },
    303: {
        "description": "The image is too large for one answer; fetch it at `Location`.",
        "headers": _LINK,
    },
}
"""The answers of `POST /api/v1/clean`."""


def complete(spec: dict[str, Any]) -> None:
    """Add the schemas of a new job, and an example for every body format and every mode."""
    schemas = spec["components"]["schemas"]
    add_options(schemas)
    for mode in MODES.values():
        schemas[_job_name(mode)] = _job(mode)
    schemas["JobCreate"] = _any_job()
    schemas["JobForm"] = _form()
    schemas[SourceImage.__name__] = SourceImage.model_json_schema()
    schemas["CleanCreate"] = _without_mode("CleanCreate", JobCreate.model_json_schema(), _SOURCES)
    schemas["CleanForm"] = _without_mode("CleanForm", _form(), _FORM_SOURCES)
    examples = {name: {"value": example} for name, example in _examples().items()}
    for path in spec["paths"].values():
        content = path.get("post", {}).get("requestBody", {}).get("content", {})
        in_json = content.get("application/json", {})
        if in_json.get("schema") == {"$ref": REF.format("JobCreate")}:
            in_json["examples"] = examples
    _add_image_answers(spec["paths"]["/api/v1/jobs"]["post"].setdefault("responses", {}))


def _add_image_answers(responses: dict[str, Any]) -> None:
    """Add what `POST /api/v1/jobs` answers to ``Accept: image/*``."""
    for status, picture in PICTURE.items():
        given = responses.setdefault(str(status), {"description": picture["description"]})
        given.setdefault("content", {}).update(picture.get("content", {}))


def _job_name(mode: Mode) -> str:
    return f"{title_of(mode)}JobCreate"


def _any_job() -> dict[str, Any]:
    """`JobCreate` of any mode; the mode decides which options apply."""
    refs = {mode.name: REF.format(_job_name(mode)) for mode in MODES.values()}
    return {
        "title": "JobCreate",
        "description": JobCreate.__doc__,
        "oneOf": [{"$ref": ref} for ref in refs.values()],
        "discriminator": {"propertyName": "mode", "mapping": refs},
        "examples": list(_examples().values()),
    }


def _job(mode: Mode) -> dict[str, Any]:
    """`JobCreate` with its mode fixed."""
    schema = JobCreate.model_json_schema(ref_template=REF.format("{model}"))
    schema["properties"] |= {
        "mode": {"const": mode.name, "type": "string", "description": mode.summary},
        "options": schema["properties"]["options"] | options_of(mode),
    }
    schema["allOf"] = [_SOURCES, _FACES] if mode.companions else [_SOURCES]
    if not mode.companions:
        schema["properties"] = _without_faces(schema["properties"])
    del schema["$defs"]
    return schema | {
        "title": _job_name(mode),
        "description": mode.summary,
        "examples": [_example(mode)],
    }


def _without_mode(title: str, schema: dict[str, Any], sources: dict[str, Any]) -> dict[str, Any]:
    """The same for `POST /api/v1/clean`, which has the mode and its options in the query."""
    properties = _without_faces(schema["properties"])
    named = {n: one for n, one in properties.items() if n not in {"mode", "options"}}
    example = {"image_url": "https://pictures.example/photo.png"}
    return {
        "title": title,
        "description": "An image to clean. It may also have the mode and the options of the query.",
        "type": "object",
        "additionalProperties": False,
        "allOf": [sources],
        "properties": named,
        "examples": [example],
    }


_SOURCES = exactly_one(
    {"image_base64": BASE64, "content_type": {"enum": list(EXTENSIONS)}},
    {"image_base64": DATA_URL},
    {"object_key": OBJECT_KEY},
    {"image_url": URL},
    absent=NO_TEXT,
)
_FORM_SOURCES = exactly_one(
    {"image": {"type": "string", "format": "binary"}},
    {"object_key": OBJECT_KEY},
    {"image_url": URL},
    absent=EMPTY_FIELD,
)


_FACES = exactly_one(
    {"source_base64": {"type": "string", "minLength": 1}},
    {"source_key": OBJECT_KEY},
    {"source_url": URL},
    {"sources": {"type": "object", "minProperties": 1}},
    absent=NO_TEXT,
)
"""The faces that a swap puts in."""
_FACE: dict[str, Any] = {
    "type": "object",
    "additionalProperties": False,
    "minProperties": 1,
    "maxProperties": 1,
    "properties": {"object_key": OBJECT_KEY, "image_url": URL, "image_base64": BASE64},
}
"""One of them in a form, which has no members that are null."""
_FACE_NUMBERED = "^source-[0-9]{1,2}$"


def _without_faces(properties: dict[str, Any]) -> dict[str, Any]:
    return {name: one for name, one in properties.items() if not name.startswith("source")}


def _form() -> dict[str, Any]:
    fields = JobCreate.model_json_schema()["properties"]
    return {
        "title": "JobForm",
        "description": "A new job as a form: its image as a file, by an upload's key, or by URL.",
        "type": "object",
        "required": ["mode"],
        "additionalProperties": False,
        "allOf": [_FORM_SOURCES, options_by_mode()],
        "patternProperties": {_FACE_NUMBERED: _FILE["schema"]},
        "properties": {
            "image": {
                "type": "string",
                "format": "binary",
                "description": "The file, up to 10 MB. Give this, `object_key` or `image_url`.",
            },
            "source": _FILE["schema"]
            | {
                "description": "For `swap`: the picture of the face to put in. Give this, "
                "`source_key` or `source_url`; with `face_swaps`, `source-0` and so on. All files "
                "of a form together may have 10 MB."
            },
            "sources": {
                "type": "object",
                "additionalProperties": _FACE,
                "default": {},
                "description": fields["sources"]["description"],
            },
            **{
                # Tools fill a form with its defaults. An empty string counts as absent.
                name: {"type": "string", "default": "", "description": fields[name]["description"]}
                | ({"pattern": OPTIONAL_URL_PATTERN} if name.endswith("_url") else {})
                | ({"maxLength": MAX_PURPOSE} if name == "purpose" else {})
                for name in (
                    *("object_key", "image_url", "source_key", "source_url"),
                    *("webhook_url", "purpose"),
                )
            },
            "mode": {
                "type": "string",
                "enum": list(MODES),
                "description": "What to do: "
                + "; ".join(f"`{mode.name}`: {mode.summary}" for mode in MODES.values()),
            },
            "options": {
                "type": "object",
                "default": {},
                "description": "The mode's options, as a JSON object.",
            },
        },
    }


def _examples() -> dict[str, Any]:
    """Examples by name: one for each way to send an image, then one for each mode."""
    ways = dict(
        zip(
            ("image_base64", "object_key", "image_url"),
            JobCreate.model_json_schema()["examples"],
            strict=True,
        )
    )
    return ways | {mode.name: _example(mode) for mode in MODES.values()}


def _example(mode: Mode) -> dict[str, Any]:
    options = json_schema(mode.options_type).get("examples", [{}])[0]
    example = {"object_key": "in/2026-05-24/up_01KAYZ.png", "mode": mode.name, "options": options}
    return example | ({"source_key": "in/2026-05-24/up_01KAYZ2.png"} if mode.companions else {})
