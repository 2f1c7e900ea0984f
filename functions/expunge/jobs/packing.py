"""Reports in job records, compressed: a unit of writing is 1 KB, and reports repeat their words.

The text is JSON, deflated (RFC 1951) with a preset dictionary, in base 85. It begins with the
dictionary's number. A dictionary never changes, since records hold what it compressed: a better one
gets a new number.
"""

from __future__ import annotations

import base64
import json
import logging
import zlib
from functools import cache
from importlib.resources import files
from typing import Any

log = logging.getLogger(__name__)

_NUMBER = "1"
_LEAST = 128
"""Bytes of JSON below which facts stay as they are."""
_RAW = -zlib.MAX_WBITS
"""Deflate without a header; see `zlib.compressobj`."""


def packed(report: dict[str, Any]) -> str | None:
    """The report as text; ``None`` if that would not be shorter."""
    plain = json.dumps(report, ensure_ascii=False, separators=(",", ":")).encode(
        errors="surrogatepass"
    )
    if len(plain) < _LEAST:
        return None
    coder = zlib.compressobj(9, zlib.DEFLATED, _RAW, zdict=_words(_NUMBER))
    deflated = coder.compress(plain) + coder.flush()
    coded = f"{_NUMBER}:{base64.b85encode(deflated).decode()}"
    return coded if len(coded) < len(plain) else None


def unpacked(text: str) -> dict[str, Any]:
    """The inverse of `packed`; empty for a text that this version cannot read.

    A newer version may have written it, with a dictionary that is not here. Its job can still be
    listed, ended and deleted.
    """
    number, _, coded = text.partition(":")
    try:
        coder = zlib.decompressobj(_RAW, zdict=_words(number))
        facts: dict[str, Any] = json.loads(coder.decompress(base64.b85decode(coded)))
    except (OSError, ValueError, zlib.error) as error:
        log.warning("a report with dictionary %.20r cannot be read: %s", number, error)
        return {}
    return facts


@cache
def _words(number: str) -> bytes:
    return files("expunge.jobs").joinpath(f"report_words_{number}.txt").read_bytes()
