"""A mode's options as data, from which HTTP, command line and docs are built."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from expunge.operations.options.base import ImageOptions

if TYPE_CHECKING:
    from pydantic import BaseModel
    from pydantic.fields import FieldInfo

Schema = dict[str, Any]
"""JSON Schema, draft 2020-12."""
BIOMETRIC = "x-biometric"
"""The keyword of an option that identifies people."""
MOVING = "x-moving"
"""The keyword of an option that is for moving pictures alone."""
COMPANIONS = "x-companions"
"""The keyword of an option whose items name companions, and the faces that they are for."""


@dataclass(frozen=True, slots=True)
class Option:
    """One option of a mode."""

    name: str
    description: str
    default: Any
    """As JSON; ``None`` if the option has no fixed default, as the description explains."""
    schema: Schema
    """Schema of a given value, without ``null``, default and description."""

    @property
    def kind(self) -> str:
        """A JSON Schema type, or ``any`` if the option takes several types."""
        return str(self.schema.get("type", "any"))

    @property
    def choices(self) -> tuple[str, ...]:
        """The allowed words, for a list those of its items; empty if any value is allowed."""
        return tuple(self.schema.get("enum") or self.items.get("enum", ()))

    @property
    def items(self) -> Schema:
        """Schema of the items of a list."""
        schema: Schema = self.schema.get("items", {})
        return schema

    @property
    def holds_lists(self) -> bool:
        """Whether an item of the list may itself be a list, written with commas."""
        kinds = self.items.get("anyOf", (self.items,))
        return any(one.get("type") == "array" for one in kinds)

    @property
    def is_file(self) -> bool:
        """Whether the value is a whole file in base64."""
        return self.schema.get("contentEncoding") == "base64"

    @property
    def names_companions(self) -> bool:
        """Whether an item of the list names another picture; on the command line it is a file."""
        return bool(self.schema.get(COMPANIONS))

    @property
    def shows_people(self) -> bool:
        """Whether an item of the list is a face: a picture of it, or its descriptor."""
        return bool(self.schema.get(BIOMETRIC))

    @property
    def is_for_moving(self) -> bool:
        """Whether only moving pictures have a use for it."""
        return bool(self.schema.get(MOVING))

    @property
    def in_url(self) -> bool:
        """Whether a URL whose answer is a still image may have it."""
        return not (self.shows_people or self.is_for_moving)


@cache
def options_of(model: type[BaseModel]) -> tuple[Option, ...]:
    """Every option of a mode, in the order of its model; also the fields of another model."""
    return tuple(
        Option(
            name,
            schema.get("description", ""),
            schema.get("default"),
            _given({key: part for key, part in schema.items() if key not in _BESIDE}),
        )
        for name, schema in json_schema(model)["properties"].items()
    )


@cache
def json_schema(model: type[BaseModel]) -> Schema:
    """The model's complete JSON Schema, without references and titles."""
    schema = model.model_json_schema()
    definitions = schema.pop("$defs", {})
    whole: Schema = _inlined(schema, definitions)
    shared = ImageOptions.model_fields
    named = whole.get("properties", {}).items()
    whole["properties"] = dict(sorted(named, key=lambda one: one[0] in shared))  # own ones first
    for name, part in whole["properties"].items():
        described = _field(model, name).description
        if described:  # pydantic drops it if the type has the same description
            part["description"] = described
    return whole


def _field(model: type[BaseModel], name: str) -> FieldInfo:
    """The field of an option, whose name may be a keyword of Python."""
    fields = model.model_fields
    return fields[name] if name in fields else next(f for f in fields.values() if f.alias == name)


_BESIDE = ("description", "default", "examples")


def _given(schema: Schema) -> Schema:
    """A schema without ``null``."""
    kinds = [kind for kind in schema.get("anyOf", ()) if kind != {"type": "null"}]
    if not kinds:
        return schema
    rest = {key: part for key, part in schema.items() if key != "anyOf"}
    return rest | (kinds[0] if len(kinds) == 1 else {"anyOf": kinds})


def _inlined(schema: Any, definitions: Schema) -> Any:  # noqa: ANN401
    if isinstance(schema, list):
        return [_inlined(part, definitions) for part in schema]
    if not isinstance(schema, dict):
        return schema
    part = {
        key: _inlined(value, definitions)
        for key, value in schema.items()
        if key != "$ref" and not (key == "title" and isinstance(value, str))
    }
    if "$ref" not in schema:
        return part
    definition = _inlined(definitions[schema["$ref"].rsplit("/", 1)[-1]], definitions)
    definition.pop("description", None)
    return definition | part
