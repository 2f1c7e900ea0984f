"""Binary gain map metadata (ISO 21496-1), as in JPEG APP2, JPEG XL ``jhgm`` and PNG ``gmAP``."""

from __future__ import annotations

VERSIONS = 4
"""Bytes of the two version fields. A primary image states only these."""
_COMMON_DENOMINATOR, _MULTICHANNEL = 0x08, 0x80
"""Flags after the version fields. The first one is from libultrahdr: one denominator for all."""


def metadata(content: memoryview) -> bytes | None:
    """Return the gain map metadata at the start of ``content``, or ``None`` if there is none.

    ISO 21496-1, annex C.2: two 16-bit versions. A gain map itself also has flags, two headrooms,
    and for one or three channels minimum, maximum, gamma and two offsets. All are fractions of
    32-bit numbers. The primary image states only the versions.
    """
    if len(content) < VERSIONS or int.from_bytes(content[:2], "big") != 0:
        return None
    if len(content) == VERSIONS:
        return content.tobytes()
    flags = content[VERSIONS]
    channels = 3 if flags & _MULTICHANNEL else 1
    common = flags & _COMMON_DENOMINATOR
    length = VERSIONS + 1 + (12 + 20 * channels if common else 16 + 40 * channels)
    if len(content) < length:
        return None
    return content[:length].tobytes()
