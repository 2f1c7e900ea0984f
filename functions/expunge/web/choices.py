"""Parts of schemas that say which members of an object go together.

Each is an entry of ``allOf``. Generators of clients then make one type from the properties beside
it, where alternatives beside them would make one type for each combination.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from expunge.operations import MODES
from expunge.operations.options.described import json_schema

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from expunge.operations import Mode

    Schema = dict[str, Any]

REF = "#/components/schemas/{}"
NO_TEXT: dict[str, Any] = {"enum": [None, ""]}
"""An optional member of JSON that counts as absent."""
EMPTY_FIELD: dict[str, Any] = {"maxLength": 0}
"""An optional field of a form that counts as absent."""
URL_PATTERN = r"^https://\S+$"
OPTIONAL_URL_PATTERN = r"^(https://\S+)?$"
_DIGIT = "[A-Za-z0-9+/_-]"
_BASE64 = f"({_DIGIT}{{4}})*({_DIGIT}{{4}}|{_DIGIT}{{3}}=?|{_DIGIT}{{2}}(==)?)$"
_SEGMENT = "[A-Za-z0-9_-][A-Za-z0-9_.-]*"
URL: dict[str, Any] = {"type": "string", "pattern": URL_PATTERN}
OBJECT_KEY: dict[str, Any] = {
    "type": "string",
    "maxLength": 512,
    "pattern": f"^{_SEGMENT}(/{_SEGMENT})*$",
}
BASE64: dict[str, Any] = {"type": "string", "pattern": f"^{_BASE64}"}
DATA_URL: dict[str, Any] = {
    "type": "string",
    "pattern": f"^data:[a-z]+/[a-z0-9.+-]+;base64,{_BASE64}",
}


def exactly_one(*given: Mapping[str, Schema], absent: Schema) -> Schema:
    """Exactly one of several members.

    Parameters
    ----------
    given
        For each way: the member that is present, then those that must come with it.
    absent
        The schema of a member that counts as absent.
    """
    names = {next(iter(way)) for way in given}
    return {
        "anyOf": [
            {
                "type": "object",
                "required": list(way),
                "properties": dict(way) | dict.fromkeys(sorted(names - way.keys()), absent),
            }
            for way in given
        ]
    }


def options_by_mode(*more: Schema, modes: Iterable[Mode] = MODES.values()) -> Schema:
    """The members ``mode`` and ``options``: options of that mode; or what ``more`` says of them."""
    each = {"oneOf": [_of_mode(mode) for mode in modes]}
    return {"anyOf": [*more, each]} if more else each


def _of_mode(mode: Mode) -> Schema:
    return {
        "type": "object",
        "required": ["mode"],
        "properties": {"mode": {"const": mode.name}, "options": options_of(mode)},
    }


def options_of(mode: Mode) -> Schema:
    """The options of a mode, or none."""
    return {"anyOf": [{"$ref": REF.format(options_name(mode))}, {"type": "null"}]}


def title_of(mode: Mode) -> str:
    """The name of a mode in the names of schemas."""
    return "".join(word.capitalize() for word in mode.name.split("_"))


def options_name(mode: Mode) -> str:
    """The name of the schema of a mode's options."""
    return f"{title_of(mode)}Options"


def add_options(schemas: dict[str, Any], modes: Iterable[Mode] = MODES.values()) -> None:
    """Add the schemas of the modes' options."""
    for mode in modes:
        schemas[options_name(mode)] = json_schema(mode.options_type)
