"""The mode and its options in the query of a request for a job."""

from __future__ import annotations

from typing import Any

from expunge.clean.request import options_in
from expunge.errors import FieldError, ValidationFailed
from expunge.given import present
from expunge.operations import mode_named

Query = list[tuple[str, str]]

NOT_OPTIONS = frozenset({"wait", "store"})
"""Parameters of the routes themselves."""


def completed(document: dict[str, Any], query: Query) -> dict[str, Any]:
    """A body with the mode and the options that the query has instead.

    Raises
    ------
    ValidationFailed
        For what both have, and for options that the mode does not have.
    """
    given: dict[str, list[str]] = {}
    for name, value in query:
        if present(value) is not None and name not in NOT_OPTIONS:
            given.setdefault(name, []).append(value)
    modes, purposes = given.pop("mode", []), given.pop("purpose", [])
    if purposes and present(document.get("purpose")) is None:
        document = document | {"purpose": purposes[-1]}
    known = [present(word) for word in (*modes, document.get("mode"))]
    known = [word for word in known if word is not None]
    if any(word != known[0] for word in known):
        raise ValidationFailed(FieldError("/query/mode", "the query and the body name two modes"))
    if given and present(document.get("options")):
        raise ValidationFailed(FieldError("/options", "give options here or in the query"))
    if modes:
        document = document | {"mode": modes[0]}
    if given and known and isinstance(known[0], str):
        document = document | {"options": options_in(mode_named(known[0].strip()), given)}
    return document
