"""``modes.json`` of the n8n node: the modes of one image, their options as n8n's fields."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from expunge.clean.request import no_picture
from expunge.operations import MODES
from expunge.operations.options.described import Option, options_of

if TYPE_CHECKING:
    from expunge.operations import Mode

FILE = "integrations/n8n-nodes-expunge/nodes/Expunge/modes.json"
"""Where the node reads it, from the root of the repository."""


def n8n_modes() -> str:
    """JSON text: for each mode of one image its summary, whether it makes one, and its options."""
    modes = {mode.name: _described(mode) for mode in MODES.values() if not mode.companions}
    return json.dumps(modes, indent=2, ensure_ascii=False) + "\n"


def _described(mode: Mode) -> dict[str, Any]:
    return {
        "summary": mode.summary,
        "makesImage": not no_picture(mode.name),
        "options": [_field(option) for option in options_of(mode.options_type)],
    }


def _field(option: Option) -> dict[str, Any]:
    field: dict[str, Any] = {
        "name": option.name,
        "type": _type(option),
        "default": _default(option),
        "description": option.description,
    }
    if option.choices:
        field["choices"] = option.choices
    limits = {"minValue": option.schema.get("minimum"), "maxValue": option.schema.get("maximum")}
    return field | {name: value for name, value in limits.items() if value is not None}


def _type(option: Option) -> str:
    """A type of n8n's fields. A list without fixed words is written as JSON."""
    if option.kind == "array":
        return "multiOptions" if option.choices else "json"
    if option.choices:
        return "options"
    if "#[0-9a-fA-F]" in option.schema.get("pattern", ""):
        return "color"
    return {"integer": "number"}.get(option.kind, option.kind)


def _default(option: Option) -> Any:  # noqa: ANN401 - any JSON value
    """The option's own default, or a value with which n8n shows the field when it is added."""
    if option.default is not None and _type(option) != "json":
        return option.default
    if option.choices:
        return [] if option.kind == "array" else option.choices[0]
    return option.schema.get("minimum", 0) if _type(option) == "number" else ""
