"""A face that an option names: a picture of it, or its descriptor.

A descriptor is written as ``face1.`` and 128 half-precision numbers in base64, or as a JSON list.
The digit changes with the network, so that descriptors of different ones are never compared.
"""

from __future__ import annotations

import base64
import binascii
import math
import re
import struct
from typing import Annotated, Any

from pydantic import BeforeValidator, StringConstraints, WithJsonSchema
from pydantic_core import PydanticCustomError

PREFIX = "face1."
_ANY = re.compile(r"face\d+\.", re.IGNORECASE)
LENGTH = 128
"""Numbers of a descriptor."""
MAX_CHARACTERS = 100_000
"""Most characters of a picture in base64: a job's options must fit into one record."""
_FORM = struct.Struct(f"<{LENGTH}e")
_NORMS = (0.8, 2.0)
"""The least and the greatest length of a face's descriptor; measured ones have 1.2 to 1.6."""


def written(numbers: list[float]) -> str:
    """A descriptor as text.

    Raises
    ------
    ValueError
        If these are not the 128 numbers of a face.
    """
    norm = math.hypot(*numbers) if all(map(math.isfinite, numbers)) else 0.0
    if len(numbers) != LENGTH or not _NORMS[0] <= norm <= _NORMS[1]:
        raise ValueError(f"a descriptor has {LENGTH} numbers, as expunge describe-face prints them")
    packed = _FORM.pack(*numbers)
    return PREFIX + base64.urlsafe_b64encode(packed).decode().rstrip("=")


def numbers_of(text: str) -> list[float] | None:
    """The numbers of a descriptor; ``None`` for a text that is no descriptor, but a picture.

    Raises
    ------
    ValueError
        If the descriptor is damaged.
    """
    if not text.startswith(PREFIX):
        if _ANY.match(text):
            raise ValueError(
                "the descriptor is of another version; make it again with expunge describe-face"
            )
        return None
    digits = text.removeprefix(PREFIX)
    try:
        data = base64.b64decode(digits + "=" * (-len(digits) % 4), b"-_", validate=True)
        numbers = list(_FORM.unpack(data))
    except (binascii.Error, ValueError, struct.error):
        raise ValueError("the descriptor is damaged; it must be copied whole") from None
    written(numbers)
    return numbers


def _text(given: object) -> object:
    """A list of numbers as text; a wrong descriptor is refused without its value."""
    try:
        if isinstance(given, list | tuple):
            return written([float(number) for number in given])
        if isinstance(given, str):
            numbers_of(given.strip())
            return given.strip()
    except (TypeError, ValueError, OverflowError) as error:
        raise PydanticCustomError("reference", "{reason}", {"reason": _reason(error)}) from None
    return given


def _reason(error: Exception) -> str:
    known = isinstance(error, ValueError) and "descriptor" in str(error)
    return str(error) if known else f"a descriptor is a list of {LENGTH} numbers"


_SCHEMA: dict[str, Any] = {
    "anyOf": [
        {"type": "string", "minLength": 1, "maxLength": MAX_CHARACTERS},
        {
            "type": "array",
            "items": {"type": "number", "minimum": -2, "maximum": 2},
            "minItems": LENGTH,
            "maxItems": LENGTH,
        },
    ]
}
Reference = Annotated[
    str,
    StringConstraints(min_length=1, max_length=MAX_CHARACTERS),
    BeforeValidator(_text),
    WithJsonSchema(_SCHEMA),
]
"""A picture in base64, or a descriptor; as a list of numbers it becomes text."""
