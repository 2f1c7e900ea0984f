"""Options given as text, in a query or on the command line."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

    from expunge.operations.options.described import Option

FLAGS = {
    **dict.fromkeys(("true", "1", "yes", "on"), True),
    **dict.fromkeys(("false", "0", "no", "off"), False),
}
"""Words of a boolean in a query, a form or an option of the command line, in lower case."""


def from_text(option: Option, values: Sequence[str]) -> Any:  # noqa: ANN401
    """Parse text into a value, which the mode's model then validates.

    A list takes commas and repetition. If its items may be lists, each repetition is one item. For
    any other option the last of ``values`` counts. Text that does not parse stays text, so that the
    model reports the error.
    """
    if option.kind == "array":
        if option.holds_lists:
            return [_item(value) for value in values]
        return [word for value in values for word in re.split(r"[,\s]+", value) if word]
    text = values[-1].strip()
    if option.kind == "boolean":
        return FLAGS.get(text.lower(), text)
    return _parsed(text) if option.kind in ("object", "any") else text


def _item(text: str) -> Any:  # noqa: ANN401
    """``3`` as a number, ``1,2,3,4`` as a list of them."""
    try:
        numbers = json.loads(f"[{text}]")
    except (ValueError, RecursionError):
        return text
    return numbers[0] if len(numbers) == 1 else numbers


def _parsed(text: str) -> Any:  # noqa: ANN401
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return text
