"""The OpenAPI entry of ``GET /clean``: its own parameters, and the options of every mode."""

from __future__ import annotations

from typing import Any

from expunge.clean.request import AUTO, no_picture
from expunge.clean.signature import PATH
from expunge.operations import MODES
from expunge.operations.options.described import Option, options_of


def _parameter(name: str, description: str, *, required: bool = False, **schema: Any) -> Any:  # noqa: ANN401
    return {
        "name": name,
        "in": "query",
        "required": required,
        "description": description,
        "schema": {"type": "string"} | schema,
    }


_PICTURE = {"image/*": {"schema": {"type": "string", "format": "binary"}}}
_PLACEHOLDER = {"image/png": {"schema": {"type": "string", "format": "binary"}}}
_HEADER = {"schema": {"type": "string"}}
DOCUMENTED: dict[str, Any] = {
    "parameters": [
        _parameter(
            "image",
            "Public https URL of the image.",
            required=True,
            examples=["https://pictures.example/photo.png"],
        ),
        _parameter("mode", "The mode that cleans the image.", required=True, examples=["metadata"]),
        _parameter("download", "File name; browsers then save the image instead of showing it."),
        _parameter("purpose", "What this is for, if the server wants to know it."),
        _parameter("exp", "Unix time in seconds when the signed URL expires.", type="integer"),
        _parameter("sig", "The site owner's signature, made with `expunge sign`."),
        _parameter("If-None-Match", "The `ETag` of an earlier answer.") | {"in": "header"},
    ],
    "responses": {
        "200": {
            "description": "The cleaned image.",
            "headers": {
                "ETag": _HEADER,
                "Cache-Control": _HEADER,
                "Expunge-Receipt": _HEADER | {"description": "The receipt, with `receipt=true`."},
            },
            "content": _PICTURE,
        },
        "302": {"description": "Redirect to an image that is too large for one response."},
        "304": {"description": "The image of `If-None-Match` is still current."},
        "4XX": {
            "description": "A placeholder image whose text explains the problem.",
            "headers": {"X-Error-Type": _HEADER, "Link": _HEADER},
            "content": _PLACEHOLDER,
        },
        "5XX": {
            "description": "A placeholder image whose text explains the problem.",
            "headers": {"X-Error-Type": _HEADER, "Link": _HEADER},
            "content": _PLACEHOLDER,
        },
    },
}
_AUTO = f"`{AUTO}`: AVIF or WebP if `Accept` lists them and the result is smaller"


def complete(spec: dict[str, Any]) -> None:
    """Add the query parameters for the options of each mode."""
    parameters = spec["paths"][PATH]["get"]["parameters"]
    modes = [mode for mode in MODES.values() if no_picture(mode.name) is None]
    for parameter in parameters:
        if parameter["name"] == "mode":
            parameter["schema"]["enum"] = [mode.name for mode in modes]
    meanings: dict[str, dict[str, Option]] = {}
    for mode in modes:
        for option in options_of(mode.options_type):
            meanings.setdefault(option.name, {})[mode.name] = option
    options = [_of_options(name, meanings[name]) for name in meanings]
    parameters += options
    posted = spec["paths"][PATH].setdefault("post", {}).setdefault("parameters", [])
    posted += [
        _parameter(
            "mode",
            "The mode that cleans the image; a form or JSON may have it instead.",
            examples=["metadata"],
            enum=[mode.name for mode in modes],
        ),
        *(option for option in options if option["name"] != "format"),
        *(_without_auto(option) for option in options if option["name"] == "format"),
    ]


def _without_auto(option: dict[str, Any]) -> dict[str, Any]:
    """The parameter ``format`` of a route that does not negotiate."""
    schemas = [each for each in option["schema"]["anyOf"] if each.get("const") != AUTO]
    words = option["description"].partition(f"{_AUTO}. ")[2]
    return option | {"description": words, "schema": {"anyOf": schemas}}


def _of_options(name: str, meant: dict[str, Option]) -> dict[str, Any]:
    """One parameter for all options with the same name, described mode by mode."""
    schemas: list[dict[str, Any]] = []
    words: dict[str, list[str]] = {}
    if name == "format":
        schemas.append({"const": AUTO, "type": "string"})
        words[_AUTO] = ["every mode"]
    for mode, option in meant.items():
        if option.schema not in schemas:
            schemas.append(option.schema)
        words.setdefault(option.description.rstrip("."), []).append(f"`{mode}`")
    described = (f"For {', '.join(modes)}: {text}." for text, modes in words.items())
    return {
        "name": name,
        "in": "query",
        "required": False,
        "description": " ".join(described),
        "schema": schemas[0] if len(schemas) == 1 else {"anyOf": schemas},
    }
