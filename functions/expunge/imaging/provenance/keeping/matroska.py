"""Keep single tags of Matroska (RFC 9559, section 5.1.8)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from expunge.errors import MalformedImage
from expunge.imaging.containers.matroska.ebml import element, elements
from expunge.imaging.provenance.fact import Fact, decoded, text_or_sample

if TYPE_CHECKING:
    from expunge.imaging.provenance.keeping.wanted import Wanted

_TAG, _TARGETS, _SIMPLE_TAG = 0x7373, 0x63C0, 0x67C8
_NAME, _STRING = 0x45A3, 0x4487
_TARGET_LEVEL = 0x68CA


def excerpt(data: memoryview, wanted: Wanted) -> bytes | None:
    """Return the content of ``Tags`` with nothing but wanted tags, or ``None``.

    Tags keep the level that they apply to, but neither the identifiers of tracks nor nested tags.
    """
    content = bytes(data)
    try:
        kept = b"".join(
            _tag(content[each.body : each.end], wanted)
            for each in elements(content, 0, len(content))
            if each.id == _TAG
        )
    except MalformedImage:
        return None
    return kept or None


def tag(name: str, value: str) -> bytes:
    """Return a tag of the whole file."""
    pair = element(_NAME, name.encode()), element(_STRING, value.encode())
    return element(_TAG, element(_TARGETS), element(_SIMPLE_TAG, *pair))


def _tag(content: bytes, wanted: Wanted) -> bytes:
    targets, kept = b"", b""
    for child in elements(content, 0, len(content)):
        body = content[child.body : child.end]
        if child.id == _TARGETS:
            targets = b"".join(
                body[each.start : each.end]
                for each in elements(body, 0, len(body))
                if each.id == _TARGET_LEVEL
            )
        elif child.id == _SIMPLE_TAG:
            kept += _simple(body, wanted)
    return element(_TAG, element(_TARGETS, targets), kept) if kept else b""


def _simple(body: bytes, wanted: Wanted) -> bytes:
    parts = [each for each in elements(body, 0, len(body)) if each.id != _SIMPLE_TAG]
    name = value = ""
    for each in parts:
        inner = body[each.body : each.end]
        name = decoded(inner) if each.id == _NAME else name
        value = text_or_sample(inner) if each.id == _STRING else value
    if not wanted.any((Fact("movie", name, name, value, 0, 0),)):
        return b""
    return element(_SIMPLE_TAG, *(body[each.start : each.end] for each in parts))
