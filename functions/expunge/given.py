"""What counts as given: words without the white space around them, and absent values.

Forms, spreadsheets and workflow tools send every field that they know, also an empty one. So
``""``, ``null`` and an empty array are absent where an optional text or an optional object may be.
Every door of the service has this rule from here.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import BeforeValidator


def trimmed(value: Any) -> Any:  # noqa: ANN401
    """A text without the white space around it; any other value is unchanged."""
    return value.strip() if isinstance(value, str) else value


def present(value: Any) -> Any:  # noqa: ANN401
    """The value, trimmed; ``None`` if it counts as absent.

    >>> present(" metadata "), present("  "), present([]), present(0)
    ('metadata', None, None, 0)
    """
    found = trimmed(value)
    return None if found in ("", []) else found


def named(values: Any) -> Any:  # noqa: ANN401
    """Values by name: each trimmed, without those that are an empty text or ``null``.

    An empty list is a value here: «hide none of the faces».
    """
    if not isinstance(values, Mapping):
        return values
    words = {name: trimmed(value) for name, value in values.items()}
    return {name: value for name, value in words.items() if value is not None and value != ""}


def whole(value: Any) -> Any:  # noqa: ANN401
    """A whole number as an integer: to JSON, 2 and 2.0 are the same number.

    >>> whole(2.0), whole(2.5), whole("2")
    (2, 2.5, '2')
    """
    return int(value) if isinstance(value, float) and value.is_integer() else value


WHOLE = BeforeValidator(whole)
"""For strict integers."""
PRESENT = BeforeValidator(present)
"""Belongs outside of limits: ``Annotated[Annotated[str, Field(max_length=9)] | None, PRESENT]``."""
Word = Annotated[str, BeforeValidator(trimmed)]
"""A text that must be there."""
OptionalWord = Annotated[str | None, PRESENT]
"""A text that may be absent."""
OptionalObject = Annotated[dict[str, Any] | None, PRESENT]
"""An object that may be absent; PHP writes an empty one as ``[]``."""
