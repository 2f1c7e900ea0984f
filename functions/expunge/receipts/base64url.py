"""Base64url without padding (RFC 7515, section 2), in its one canonical spelling."""

from __future__ import annotations

import base64
import binascii


def encoded(data: bytes) -> str:
    """Encode bytes; the text has no padding."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def decoded(text: str) -> bytes:
    """Decode text that `encoded` could have made.

    Other decoders ignore the last bits of the last character. Then two texts mean the same bytes,
    and a changed receipt would still verify.

    Raises
    ------
    ValueError
        For any other text.
    """
    try:
        data = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        raise ValueError("is not base64url") from None
    if encoded(data) != text:
        raise ValueError("is not canonical base64url")
    return data
