"""Decodes a file that is given as text, in the forms of base64 that clients write.

RFC 4648 with either alphabet, with or without padding and line breaks, and data URLs (RFC 2397).
Every place that takes base64 reads it here.
"""

from __future__ import annotations

import base64
import binascii
import re

from expunge.errors import FieldError, ValidationFailed

_DATA_URL = re.compile(r"data:([^;,]*)((?:;[^;,]*)*),", re.IGNORECASE)
_URL_SAFE = str.maketrans("-_", "+/")


def read(text: str, pointer: str) -> tuple[bytes, str | None]:
    """Return the bytes, and the media type of a data URL if the text is one.

    Parameters
    ----------
    pointer
        JSON pointer of the field, for errors.

    Raises
    ------
    ValidationFailed
        For text that is not base64.
    """
    url = _DATA_URL.match(text.lstrip())
    if url and not url[2].lower().endswith(";base64"):
        reason = "is a data URL without «;base64»; encode it in base64"
        raise ValidationFailed(FieldError(pointer, reason))
    bare = _bare(text)
    try:
        data = base64.b64decode(bare + "=" * (-len(bare) % 4), validate=True)
    except (binascii.Error, ValueError):
        raise ValidationFailed(FieldError(pointer, "is not base64")) from None
    return data, (url[1].strip() or None) if url else None


def length(text: str) -> int:
    """Bytes that the text decodes to, before anything is decoded."""
    return len(_bare(text)) * 3 // 4


def _bare(text: str) -> str:
    """The digits in the standard alphabet, without data URL, white space and padding."""
    text = text.lstrip()
    url = _DATA_URL.match(text)
    compact = "".join(text[url.end() if url else 0 :].split()).translate(_URL_SAFE)
    digits = compact.rstrip("=")
    return digits if len(compact) - len(digits) <= 2 else compact
