"""Read decoded CBOR and JSON by type. A value of an unexpected type becomes an empty value.

Claims and assertions come from many programs. A report shows the valid values and ignores others.
"""

from __future__ import annotations

import base64
import binascii
import json
from dataclasses import dataclass
from typing import Any

from expunge.errors import MalformedImage
from expunge.imaging.provenance.c2pa import cbor

MAX_TEXT = 1_000
"""Characters of any returned text."""


def text(value: object) -> str:
    """Return text, also from a tag (dates are tagged), cut to `MAX_TEXT` characters."""
    inner = value.value if isinstance(value, cbor.Tag) else value
    return inner[:MAX_TEXT] if isinstance(inner, str) else ""


def mapping(value: object) -> dict[Any, Any]:
    return value if isinstance(value, dict) else {}


def mappings(value: object) -> list[dict[Any, Any]]:
    """Return the maps in a list."""
    return [item for item in sequence(value) if isinstance(item, dict)]


def sequence(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def octets(value: object) -> bytes:
    """Return a byte string, or decode it from base64 text, because JSON has no byte strings."""
    if isinstance(value, str):
        try:
            return base64.b64decode(value, validate=True)
        except (binascii.Error, ValueError):
            return b""
    return value if isinstance(value, bytes) else b""


def whole(value: object) -> int | None:
    """Return a non-negative integer, else ``None``."""
    return value if type(value) is int and value >= 0 else None


def from_json(data: memoryview, budget: cbor.Budget) -> object:
    """Decode JSON. Its item count is estimated from its punctuation first.

    Raises
    ------
    expunge.errors.MalformedImage
        The bytes are not JSON, or have more items than ``budget`` allows.
    """
    raw = bytes(data)
    budget.spend(sum(raw.count(mark) for mark in (b",", b":", b"[", b"{")) + 1)
    try:
        return json.loads(raw)
    except (ValueError, RecursionError):
        raise MalformedImage("The C2PA data holds malformed JSON.") from None


@dataclass(frozen=True, slots=True)
class HashedUri:
    """A reference to a box in the store, with its digest (C2PA 2.2, 8.4.2)."""

    url: str
    digest: bytes
    algorithm: str
    """Digest algorithm; empty for the claim's default."""

    @classmethod
    def of(cls, value: object) -> HashedUri:
        found = mapping(value)
        return cls(text(found.get("url")), octets(found.get("hash")), text(found.get("alg")))

    @property
    def manifest(self) -> str:
        """The label of the target's manifest; empty for the same manifest."""
        first, *rest = self._labels
        return rest[0] if first == "c2pa" and rest else ""

    @property
    def label(self) -> str:
        """The label of the target box."""
        return self._labels[-1]

    @property
    def _labels(self) -> list[str]:
        return self.url.removeprefix("self#jumbf=").strip("/").split("/")
