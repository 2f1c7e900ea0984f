"""Decoded CBOR and JSON read by shape: a value of another shape than asked for is an empty one.

Claims and assertions come from many hands; a report tells what is there and passes over
what is not as expected.
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
"""Characters of any text that is passed on."""


def text(value: object) -> str:
    """Text, also when tagged (dates are), cut to `MAX_TEXT` characters."""
    inner = value.value if isinstance(value, cbor.Tag) else value
    return inner[:MAX_TEXT] if isinstance(inner, str) else ""


def mapping(value: object) -> dict[Any, Any]:
    return value if isinstance(value, dict) else {}


def mappings(value: object) -> list[dict[Any, Any]]:
    """The maps in a list."""
    return [item for item in sequence(value) if isinstance(item, dict)]


def sequence(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def octets(value: object) -> bytes:
    """A byte string, or what base64 text says (JSON has no byte strings)."""
    if isinstance(value, str):
        try:
            return base64.b64decode(value, validate=True)
        except (binascii.Error, ValueError):
            return b""
    return value if isinstance(value, bytes) else b""


def whole(value: object) -> int | None:
    """An integer that is not negative."""
    return value if type(value) is int and value >= 0 else None


def from_json(data: memoryview, budget: cbor.Budget) -> object:
    """Decode JSON; what it may hold is counted by its punctuation before it is read.

    Raises
    ------
    expunge.errors.MalformedImage
        For bytes that are no JSON, or that hold more than ``budget`` has left.
    """
    raw = bytes(data)
    budget.spend(sum(raw.count(mark) for mark in (b",", b":", b"[", b"{")) + 1)
    try:
        return json.loads(raw)
    except (ValueError, RecursionError):
        raise MalformedImage("The C2PA data holds malformed JSON.") from None


@dataclass(frozen=True, slots=True)
class HashedUri:
    """A reference into the store with the digest of what it names (C2PA 2.2, 8.4.2)."""

    url: str
    digest: bytes
    algorithm: str
    """Empty where the claim's default is meant."""

    @classmethod
    def of(cls, value: object) -> HashedUri:
        found = mapping(value)
        return cls(text(found.get("url")), octets(found.get("hash")), text(found.get("alg")))

    @property
    def manifest(self) -> str:
        """The label of the manifest named, empty for one within the manifest that refers."""
        first, *rest = self._labels
        return rest[0] if first == "c2pa" and rest else ""

    @property
    def label(self) -> str:
        """The label of the box itself."""
        return self._labels[-1]

    @property
    def _labels(self) -> list[str]:
        return self.url.removeprefix("self#jumbf=").strip("/").split("/")
