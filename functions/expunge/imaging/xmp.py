"""The little of XMP that outlives a strip, read without an XML parser: no entity is ever expanded.

XMP specification part 1 (ISO 16684-1) gives the serialisation, part 2 the ``tiff`` namespace.
"""

from __future__ import annotations

import re

_ORIENTATION = re.compile(rb"""tiff:Orientation\s*(?:=\s*["']|>)\s*([1-8])\s*["'<]""")


def orientation(packet: bytes | memoryview) -> int | None:
    """The orientation (1–8) that a packet states as attribute or element, if it does."""
    found = _ORIENTATION.search(packet)
    return int(found[1]) if found else None
