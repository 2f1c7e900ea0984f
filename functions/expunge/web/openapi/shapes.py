"""Corrections to the schemas that the framework makes."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel

from expunge.imaging.media_types import MOVIES

if TYPE_CHECKING:
    from collections.abc import Iterator

_REFERENCE = re.compile(r'"#/components/(schemas|examples)/([^"]+)"')
_DATA = {"example", "examples", "default", "enum", "const", "mapping"}
"""Members that hold data, where nothing is a schema."""


def restore_nulls(schemas: dict[str, Any]) -> None:
    """Restore the ``null`` values in examples, which the framework removes."""
    for model in _subclasses(BaseModel):
        more = model.model_config.get("json_schema_extra")
        if model.__name__ in schemas and isinstance(more, dict) and "examples" in more:
            schemas[model.__name__]["examples"] = more["examples"]


def _subclasses(model: type[BaseModel]) -> Iterator[type[BaseModel]]:
    for subclass in model.__subclasses__():
        if subclass.__module__.startswith("expunge.web."):
            yield subclass
        yield from _subclasses(subclass)


def limit_uploads(schema: dict[str, Any], file_bytes: int, movie_bytes: int) -> None:
    """Give the size of an upload its maximum, which depends on its type."""
    types = schema["properties"]["content_type"]["enum"]
    movies = [kind for kind in types if kind in MOVIES]
    images = [kind for kind in types if kind not in MOVIES]
    schema["properties"]["size"]["maximum"] = max(file_bytes, movie_bytes)
    limited = ((images, file_bytes), (movies, movie_bytes))
    schema["allOf"] = [
        {
            "anyOf": [
                {"properties": {"content_type": {"enum": kinds}, "size": {"maximum": most}}}
                for kinds, most in limited
            ]
        }
    ]


def simplify_tuples(node: Any) -> None:  # noqa: ANN401
    """Give every array the ``items`` that tools look for, also the fixed ones.

    Where all elements are of one kind, ``items`` says it all, beside the length. Elsewhere it
    never applies, as the length is fixed, and repeats what an element may be.
    """
    if isinstance(node, list):
        for part in node:
            simplify_tuples(part)
    if not isinstance(node, dict):
        return
    places = node.get("prefixItems")
    if places:
        kinds = [place for index, place in enumerate(places) if place not in places[:index]]
        node["items"] = kinds[0] if len(kinds) == 1 else {"anyOf": kinds}
        if len(kinds) == 1:
            del node["prefixItems"]
    for key, part in node.items():
        if key not in _DATA:
            simplify_tuples(part)


def drop_null_parameters(spec: dict[str, Any]) -> None:
    """Remove ``null`` from the schemas of parameters: one that is absent is not sent."""
    for methods in spec["paths"].values():
        for operation in methods.values():
            for parameter in operation.get("parameters", ()):
                schema = parameter["schema"]
                kinds = [kind for kind in schema.get("anyOf", ()) if kind != {"type": "null"}]
                if len(kinds) == 1:
                    del schema["anyOf"]
                    schema.update(kinds[0])


def drop_unused(spec: dict[str, Any]) -> None:
    """Remove schemas and examples without a reference, such as the framework's own for errors."""
    components = spec["components"]
    while True:
        used = set(_REFERENCE.findall(json.dumps(spec)))
        kinds = ("schemas", "examples")
        unused = [(kind, name) for kind in kinds for name in components[kind]]
        unused = [one for one in unused if one not in used]
        if not unused:
            return
        for kind, name in unused:
            del components[kind][name]
