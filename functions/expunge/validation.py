"""Pydantic's validation errors as field errors with JSON pointers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from expunge.errors import FieldError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pydantic import ValidationError


def field_errors(error: ValidationError, prefix: str = "") -> list[FieldError]:
    """Pydantic's errors, with JSON pointers below ``prefix``.

    A list is also too short for Pydantic where one of its items is wrong; only the item is told.
    """
    places = [pointer(item["loc"]) for item in error.errors()]
    return [
        FieldError(prefix + place, sentence(item["type"], item["msg"]))
        for place, item in zip(places, error.errors(), strict=True)
        if item["type"] != "too_short" or not any(one.startswith(f"{place}/") for one in places)
    ]


def pointer(parts: Iterable[object]) -> str:
    """A JSON pointer (RFC 6901) from the parts of a path."""
    escaped = (str(part).replace("~", "~0").replace("/", "~1") for part in parts)
    return "".join(f"/{part}" for part in escaped)


def sentence(kind: str, message: str) -> str:
    """A plainer message for some of Pydantic's error types, else Pydantic's own message."""
    known = {
        "extra_forbidden": "there is no such field",
        "missing": "is required",
        "model_type": "must be a JSON object",
        "model_attributes_type": "must be a JSON object",
        "dict_type": "must be a JSON object",
        "tuple_type": "must be a list",
        "frozen_set_type": "must be a list",
    }
    return known.get(kind, message.removeprefix("Value error, ").replace("Tuple ", "List "))
