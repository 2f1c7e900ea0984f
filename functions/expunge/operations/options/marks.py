"""The name of a visible mark, as an option."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, WithJsonSchema

from expunge.imaging.marks.names import known


def _known(name: str) -> str:
    if name not in known():
        raise ValueError(f"there is no mark of this name; the known ones are {', '.join(known())}")
    return name


MarkName = Annotated[
    str, AfterValidator(_known), WithJsonSchema({"type": "string", "enum": list(known())})
]
"""A mark of the package, or one of the operator's folder."""
