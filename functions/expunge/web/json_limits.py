"""Limits of JSON from callers, checked before it is parsed.

The check is one pass over the bytes and builds no objects. So refusing a document that is too
large costs less than parsing it.
"""

from __future__ import annotations

import json
import re
from typing import Any, NoReturn

from expunge.errors import InvalidRequest, PayloadTooLarge
from expunge.imaging.media_types import bare

MAX_BYTES = 2_097_152
"""Of a document: fits an image of 1,048,576 bytes in base64 with line breaks and escapes."""
MAX_DEPTH = 32
"""Nesting levels of objects and arrays."""
MAX_MEMBERS = 10_000
"""Members of objects and elements of arrays, over the whole document."""
MAX_NUMBER = 64
"""Characters of one number."""
_MAX_TOKENS = 10 * MAX_MEMBERS
"""A member has at most 10 tokens: name, colon, value, comma, brackets and white space."""

# All quantifiers are possessive: no byte is read twice.
_TOKEN = re.compile(rb'"(?:[^"\\]++|\\.)*+"?|[\[\]{},]|[\s:]++|[^\s"\[\]{},:]++', re.DOTALL)
_HALF = rb"\\u[dD][89a-fA-F]"
_PAIR = rb"\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F]"
_SURROGATE = rb"\xed[\xa0-\xbf]"
_WHOLE = rb"[^\\\xed]++|" + _PAIR + rb"|(?!" + _HALF + rb")\\.|(?!" + _SURROGATE + rb")\xed"
_HALF_CHARACTER = re.compile(b"(?:%b)*+(?:%b|%b)" % (_WHOLE, _HALF, _SURROGATE), re.DOTALL)
"""Matches if a surrogate stands alone, escaped or in UTF-8 (RFC 7493, section 2.1)."""


def is_json(content_type: str | None) -> bool:
    """Whether a body is JSON: ``application/json`` or ``application/*+json`` (RFC 6839).

    >>> is_json("application/JSON;charset=utf-8"), is_json("application/vnd.api+json")
    (True, True)
    """
    kind, _, name = bare(content_type).partition("/")
    return kind == "application" and (name == "json" or name.endswith("+json"))


def parse(data: bytes | str) -> Any:  # noqa: ANN401
    """Parse a JSON document (RFC 8259) within the limits above.

    Raises
    ------
    expunge.errors.PayloadTooLarge
        If the document has too many bytes.
    expunge.errors.InvalidRequest
        If it nests too deep, has too many members or half of a character, or does not parse.
    """
    document = data.encode("utf-8", "replace") if isinstance(data, str) else data
    check(document)
    try:
        return json.loads(document, parse_constant=_refuse_constant)
    except ValueError as error:
        raise InvalidRequest(f"The JSON does not parse: {error}.") from None


def check(document: bytes) -> None:
    """Check the limits only, not the syntax; raises the same errors as `parse`."""
    check_length(len(document))
    if b"\0" in document:
        raise InvalidRequest("The JSON has a NUL byte; it must be text in UTF-8.")
    if _HALF_CHARACTER.match(document):
        raise InvalidRequest("The JSON has half of a surrogate pair, which is not a character.")
    depth = members = 0
    for count, token in enumerate(_TOKEN.finditer(document)):
        first = document[token.start()]
        if first in b"[{":
            depth, members = depth + 1, members + 1
        elif first in b"]}":
            depth -= 1
        elif first in b",":
            members += 1
        elif first not in b'": \t\r\n' and token.end() - token.start() > MAX_NUMBER:
            raise InvalidRequest(f"The JSON has a number with over {MAX_NUMBER} characters.")
        if depth > MAX_DEPTH:
            raise InvalidRequest(f"The JSON nests deeper than {MAX_DEPTH} levels.")
        if members > MAX_MEMBERS or count > _MAX_TOKENS:
            raise InvalidRequest(f"The JSON has more than {MAX_MEMBERS:,} members.")


def check_length(length: int) -> None:
    """Raise `PayloadTooLarge` for a document of more than ``MAX_BYTES`` bytes."""
    if length > MAX_BYTES:
        raise PayloadTooLarge(
            f"The JSON has more than {MAX_BYTES:,} bytes. Send the image as multipart/form-data, "
            "or through POST /api/v1/uploads."
        )


def _refuse_constant(word: str) -> NoReturn:
    raise ValueError(f"{word} is not a JSON value")
