"""SHA-256 of inputs and results, in hexadecimal digits."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from expunge.imaging.data import pieces

if TYPE_CHECKING:
    from collections.abc import Iterable

    from expunge.imaging.source import Source


def digest_of(source: Source) -> str:
    """The digest of an input."""
    return digest(pieces(source.content, 0, len(source.content)))


def digest(parts: Iterable[bytes]) -> str:
    """The digest of a file in pieces."""
    sha = hashlib.sha256()
    for part in parts:
        sha.update(part)
    return sha.hexdigest()
