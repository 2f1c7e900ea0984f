"""Binary gain map metadata: ISO 21496-1, which JPEG (APP2), JPEG XL (jhgm) and PNG (gmAP) carry."""

from __future__ import annotations

VERSIONS = 4
"""Bytes of the two versions, which are all that a first picture states."""
_COMMON_DENOMINATOR, _MULTICHANNEL = 0x08, 0x80
"""Flags behind the two versions; the first is libultrahdr's, for fractions that share one."""


def metadata(content: memoryview) -> bytes | None:
    """The binary gain map metadata that some bytes begin with; ``None`` where they hold none.

    ISO 21496-1, annex C.2: two 16-bit versions, and in a gain map itself flags, two headrooms,
    and for one channel or three minimum, maximum, gamma and two offsets, all fractions of 32-bit
    numbers. The picture that a gain map belongs to states the versions alone.
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
