"""Decodes an image in JSON, in the forms of base64 that clients write (RFC 4648, RFC 2397)."""

from __future__ import annotations

import base64
import binascii
import re

from expunge.errors import FieldError, PayloadTooLarge, ValidationFailed

MAX_BYTES = 1_048_576
"""Maximum size of a decoded image in JSON."""
_DATA_URL = re.compile(r"data:([^;,]*)((?:;[^;,]*)*),", re.IGNORECASE)
_URL_SAFE = str.maketrans("-_", "+/")


def read(text: str) -> tuple[bytes, str | None]:
    """Return the bytes, and the media type of a data URL if the text is one.

    Line breaks, missing padding and the URL-safe alphabet are accepted.

    Raises
    ------
    PayloadTooLarge
        For more than ``MAX_BYTES``, before anything is decoded.
    ValidationFailed
        For text that is not base64.
    """
    url = _DATA_URL.match(text)
    if url and not url[2].lower().endswith(";base64"):
        raise ValidationFailed(
            FieldError("/image_base64", "is a data URL without «;base64»; encode it in base64")
        )
    compact = "".join(text[url.end() if url else 0 :].split()).translate(_URL_SAFE)
    bare = compact.rstrip("=") if len(compact) - len(compact.rstrip("=")) <= 2 else compact
    if len(bare) * 3 // 4 > MAX_BYTES:
        raise PayloadTooLarge(
            f"image_base64 may hold at most {MAX_BYTES:,} bytes decoded. Send the file as "
            "multipart/form-data, or through POST /api/v1/uploads."
        )
    try:
        data = base64.b64decode(bare + "=" * (-len(bare) % 4), validate=True)
    except (binascii.Error, ValueError):
        raise ValidationFailed(FieldError("/image_base64", "is not base64")) from None
    return data, (url[1].strip() or None) if url else None
