"""The ``Content-Disposition`` of a download."""

from __future__ import annotations

import re
from urllib.parse import quote

_UNSAFE = re.compile(r'[\x00-\x1f\x7f-\x9f\ud800-\udfff/\\:*?"<>|%;]')
_MAX_LENGTH = 150


def attachment(filename: str) -> str:
    """``attachment`` under this name, for old and new browsers (RFC 6266 §4, RFC 8187 §3.2).

    What file systems or header parsers choke on is replaced with ``_``. A name
    that is not ASCII also travels as ``filename*``, percent-encoded UTF-8.
    """
    name = _UNSAFE.sub("_", filename).strip(" .")[:_MAX_LENGTH] or "download"
    fallback = name.encode("ascii", errors="replace").decode().replace("?", "_")
    value = f'attachment; filename="{fallback}"'
    if fallback != name:
        value += f"; filename*=UTF-8''{quote(name, safe='')}"
    return value
