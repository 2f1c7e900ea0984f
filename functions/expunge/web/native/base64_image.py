"""An image as text within JSON, in the forms in which clients write base64 (RFC 4648, RFC 2397)."""

from __future__ import annotations

import base64
import binascii
import re

from expunge.errors import FieldError, PayloadTooLarge, ValidationFailed

MAX_BYTES = 1_048_576
"""Of an image inside JSON, decoded."""
_DATA_URL = re.compile(r"data:([^;,]*)((?:;[^;,]*)*),", re.IGNORECASE)
_URL_SAFE = str.maketrans("-_", "+/")


def read(text: str) -> tuple[bytes, str | None]:
    """The bytes, and the media type that a data URL states, if it is one.

    Line breaks, missing padding and the URL-safe alphabet are taken.

    Raises
    ------
    PayloadTooLarge
        For more bytes than are taken, before any is decoded.
    ValidationFailed
        For what is no base64.
    """
    url = _DATA_URL.match(text)
    if url and not url[2].lower().endswith(";base64"):
        raise ValidationFailed(
            FieldError("/image_base64", "is a data URL without «;base64»; encode the file so")
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
