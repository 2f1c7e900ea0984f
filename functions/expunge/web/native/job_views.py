"""The OpenAPI schemas of an answered job: one for each mode, with the mode's report typed."""

from __future__ import annotations

from typing import Any

from expunge.operations import MODES, Mode
from expunge.web.native.schemas import JobView

_REF = "#/components/schemas/{}"
_ANY_REF = "#/components/schemas/{model}"


def complete(spec: dict[str, Any]) -> None:
    """Replace the schema of `JobView` by one for each mode; the member ``mode`` tells which."""
    schemas = spec["components"]["schemas"]
    refs = {mode.name: _REF.format(_name(mode)) for mode in MODES.values()}
    whole = schemas["JobView"]
    for mode in MODES.values():
        report = mode.report_type.model_json_schema(ref_template=_ANY_REF)
        for name, part in (report.pop("$defs", {}) | {report["title"]: report}).items():
            if schemas.setdefault(name, part) != part:
                raise ValueError(f"two schemas are called {name}")
        schemas[_name(mode)] = _of_mode(mode, whole)
    schemas["JobView"] = {
        "title": "JobView",
        "description": whole["description"],
        "oneOf": [{"$ref": ref} for ref in refs.values()],
        "discriminator": {"propertyName": "mode", "mapping": refs},
        "examples": JobView.model_json_schema()["examples"],
    }


def _of_mode(mode: Mode, whole: dict[str, Any]) -> dict[str, Any]:
    """`JobView` with its mode fixed."""
    report = whole["properties"]["report"]
    typed = {
        "anyOf": [{"$ref": _REF.format(mode.report_type.__name__)}, {"type": "null"}],
        "description": report["description"],
    }
    properties = whole["properties"] | {
        "mode": {"const": mode.name, "type": "string"},
        "report": typed,
    }
    rest = {name: part for name, part in whole.items() if name != "examples"}
    return rest | {
        "title": _name(mode),
        "description": f"A job of the mode `{mode.name}`.",
        "properties": properties,
    }


def _name(mode: Mode) -> str:
    return f"{mode.name.capitalize()}JobView"
