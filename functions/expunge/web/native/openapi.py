"""The OpenAPI schemas of a new job: one for each mode, with the mode's options typed."""

from __future__ import annotations

from typing import Any

from expunge.operations import MODES, Mode
from expunge.operations.options.described import json_schema
from expunge.web.native.schemas import JobCreate

_REF = "#/components/schemas/{}"
_FILE: dict[str, Any] = {"schema": {"type": "string", "format": "binary"}}
JOB_BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {"schema": {"$ref": _REF.format("JobForm")}},
            "application/json": {"schema": {"$ref": _REF.format("JobCreate")}},
            "image/*": _FILE,
        },
    }
}
"""The body of `POST /api/v1/jobs`; `complete` adds the schemas that it refers to."""


PICTURE_BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "description": "The image, up to 10 MB: the body itself, or the file `image` of a form.",
        "content": {
            "multipart/form-data": {"schema": {"$ref": _REF.format("JobForm")}},
            "application/json": {"schema": {"$ref": _REF.format("JobCreate")}},
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
    for mode in MODES.values():
        schemas[_options_name(mode)] = json_schema(mode.options_type)
        schemas[_job_name(mode)] = _job(mode)
    schemas["JobCreate"] = _any_job()
    schemas["JobForm"] = _form()
    examples = {name: {"value": example} for name, example in _examples().items()}
    for path in spec["paths"].values():
        content = path.get("post", {}).get("requestBody", {}).get("content", {})
        in_json = content.get("application/json", {})
        if in_json.get("schema") == {"$ref": _REF.format("JobCreate")}:
            in_json["examples"] = examples
    _add_image_answers(spec["paths"]["/api/v1/jobs"]["post"].setdefault("responses", {}))


def _add_image_answers(responses: dict[str, Any]) -> None:
    """Add what `POST /api/v1/jobs` answers to ``Accept: image/*``."""
    for status, picture in PICTURE.items():
        given = responses.setdefault(str(status), {"description": picture["description"]})
        given.setdefault("content", {}).update(picture.get("content", {}))


def _title(mode: Mode) -> str:
    return "".join(word.capitalize() for word in mode.name.split("_"))


def _options_name(mode: Mode) -> str:
    return f"{_title(mode)}Options"


def _job_name(mode: Mode) -> str:
    return f"{_title(mode)}JobCreate"


def _any_job() -> dict[str, Any]:
    """`JobCreate` of any mode; the mode decides which options apply."""
    refs = {mode.name: _REF.format(_job_name(mode)) for mode in MODES.values()}
    return {
        "title": "JobCreate",
        "description": JobCreate.__doc__,
        "oneOf": [{"$ref": ref} for ref in refs.values()],
        "discriminator": {"propertyName": "mode", "mapping": refs},
        "examples": list(_examples().values()),
    }


def _job(mode: Mode) -> dict[str, Any]:
    """`JobCreate` with its mode fixed."""
    schema = JobCreate.model_json_schema()
    options = {"$ref": _REF.format(_options_name(mode))}
    schema["properties"] |= {
        "mode": {"const": mode.name, "type": "string", "description": mode.summary},
        "options": schema["properties"]["options"] | {"anyOf": [options, {"type": "null"}]},
    }
    return schema | {
        "title": _job_name(mode),
        "description": mode.summary,
        "examples": [_example(mode)],
    }


def _form() -> dict[str, Any]:
    fields = JobCreate.model_json_schema()["properties"]
    options = [{"$ref": _REF.format(_options_name(mode))} for mode in MODES.values()]
    return {
        "title": "JobForm",
        "description": "A new job as a form: its image as a file, by an upload's key, or by URL.",
        "type": "object",
        "required": ["mode"],
        "additionalProperties": False,
        "properties": {
            "image": {
                "type": "string",
                "format": "binary",
                "description": "The file, up to 10 MB. Give this, `object_key` or `image_url`.",
            },
            **{
                # Tools fill a form with its defaults. An empty string counts as absent.
                name: {"type": "string", "default": "", "description": fields[name]["description"]}
                for name in ("object_key", "image_url", "webhook_url", "purpose")
            },
            "mode": {
                "type": "string",
                "enum": list(MODES),
                "description": "What to do: "
                + "; ".join(f"`{mode.name}`: {mode.summary}" for mode in MODES.values()),
            },
            "options": {
                "type": "string",
                "default": "{}",
                "description": "The mode's options, as a JSON object.",
                "contentMediaType": "application/json",
                "contentSchema": {"anyOf": options},
                "examples": ["{}", '{"method": "solid"}'],
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
    return {"object_key": "in/2026-05-24/up_01KAYZ.png", "mode": mode.name, "options": options}
