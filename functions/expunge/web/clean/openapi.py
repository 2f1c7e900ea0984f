"""The OpenAPI entry of ``GET /clean``: its own parameters, and the options of every mode."""

from __future__ import annotations

from typing import Any

from expunge.clean.request import AUTO, no_picture
from expunge.clean.signature import PATH
from expunge.jobs.operator_rules import MAX_PURPOSE
from expunge.operations import MODES, Mode
from expunge.operations.options.described import Option, json_schema, options_of
from expunge.web.choices import URL_PATTERN


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
            pattern=URL_PATTERN,
            examples=["https://pictures.example/photo.png"],
        ),
        _parameter("download", "File name; browsers then save the image instead of showing it."),
        _parameter(
            "purpose", "What this is for, if the server wants to know it.", maxLength=MAX_PURPOSE
        ),
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
_NUMBER = r"-?\d{1,6}(\.\d{1,9})?"
_BOX = f"^{_NUMBER}(,{_NUMBER}){{3}}$"
_AREA = f"^{_NUMBER}(,{_NUMBER}){{3,199}}$"
"""A box, and a box or a polygon: numbers with commas."""
_MAX_TEXT = 2_048
"""Characters of a file in base64; a whole URL has at most 8,192."""
_MAX_LIST = 50
"""Boxes in a list, for the same reason."""
_UNSIGNED = {
    "properties": {"format": {"const": AUTO}, "receipt": {"const": True}},
    "required": ["format", "receipt"],
}
"""A receipt for a format that varies, which does not exist."""
_MODE = {"description": "The mode that cleans the image."}
_AUTO = f"`{AUTO}`: AVIF or WebP if `Accept` lists them and the result is smaller"


def complete(spec: dict[str, Any]) -> None:
    """Add the parameter that holds the mode and its options, to both operations of the path."""
    path = spec["paths"][PATH]
    path["get"]["parameters"].insert(1, _cleaning(automatic=True))
    path.setdefault("post", {}).setdefault("parameters", []).append(_cleaning(automatic=False))


def _cleaning(*, automatic: bool) -> dict[str, Any]:
    """The mode and its options: an object whose members are parameters.

    Parameters that stand alone could not say which options belong to which mode.

    Parameters
    ----------
    automatic
        Whether the format may depend on what the browser accepts.
    """
    modes = [mode for mode in MODES.values() if no_picture(mode.name) is None]
    meanings: dict[str, dict[str, Option]] = {}
    for mode in modes:
        for option in _options_of(mode):
            meanings.setdefault(option.name, {})[mode.name] = option
    if automatic:
        meanings.setdefault("format", {})
    names = {"mode": {"type": "string", "enum": [mode.name for mode in modes]} | _MODE}
    described = {n: _described(n, meant, automatic=automatic) for n, meant in meanings.items()}
    return {
        "name": "cleaning",
        "in": "query",
        "required": True,
        "style": "form",
        "explode": True,
        "description": "The mode and its options, each a parameter of its own.",
        "example": {"mode": "metadata"},
        "schema": {
            "title": "Cleaning",
            "type": "object",
            "required": ["mode"],
            "additionalProperties": False,
            "properties": names | described,
            "allOf": [{"anyOf": [_of_mode(mode, automatic=automatic) for mode in modes]}],
        },
    }


def _of_mode(mode: Mode, *, automatic: bool) -> dict[str, Any]:
    """The parameters of one mode, and what its options say of one another."""
    whole = json_schema(mode.options_type)
    options = {option.name: _as_text(option) for option in _options_of(mode)}
    if automatic:
        varies: dict[str, Any] = {"const": AUTO, "type": "string"}
        fixed = options.get("format")
        options["format"] = {"anyOf": [varies, fixed]} if fixed else varies
    more = [*whole.get("allOf", ()), *([{"not": _UNSIGNED}] if automatic else [])]
    return {
        "type": "object",
        "required": ["mode"],
        "additionalProperties": False,
        "properties": {"mode": {"const": mode.name}} | options,
    } | ({"allOf": more} if more else {})


def _options_of(mode: Mode) -> list[Option]:
    """The options that a query may have."""
    return [option for option in options_of(mode.options_type) if option.in_url]


def _as_text(option: Option) -> dict[str, Any]:
    """The schema of an option in a query: shorter, and a list in a list is a text with commas."""
    if option.is_file:
        return option.schema | {"maxLength": _MAX_TEXT}
    if not option.holds_lists:
        return option.schema
    kinds = [kind for kind in option.items.get("anyOf", ()) if kind.get("type") != "array"]
    if not kinds:
        written = {"type": "string", "pattern": _AREA}
        return option.schema | {"maxItems": _MAX_LIST, "items": written}
    items = {"anyOf": [*kinds, {"type": "string", "pattern": _BOX}]}
    return option.schema | {"maxItems": _MAX_LIST, "items": items}


def _described(name: str, meant: dict[str, Option], *, automatic: bool) -> dict[str, Any]:
    """The schema of all options with the same name, described mode by mode."""
    schemas: list[dict[str, Any]] = []
    words: dict[str, list[str]] = {}
    if name == "format" and automatic:
        schemas.append({"const": AUTO, "type": "string"})
        words[_AUTO] = ["every mode"]
    for mode, option in meant.items():
        if _as_text(option) not in schemas:
            schemas.append(_as_text(option))
        words.setdefault(option.description.rstrip("."), []).append(f"`{mode}`")
    description = " ".join(f"For {', '.join(modes)}: {text}." for text, modes in words.items())
    schema = schemas[0] if len(schemas) == 1 else {"anyOf": schemas}
    return schema | {"description": description}
