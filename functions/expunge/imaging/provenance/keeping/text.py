"""Keep keyed texts of PNG, and single fields of the profiles and packets in them."""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING

from expunge.imaging.provenance import text
from expunge.imaging.provenance.keeping import exif, photoshop, xmp
from expunge.imaging.provenance.survey import in_context

if TYPE_CHECKING:
    from collections.abc import Callable

    from expunge.imaging.containers.block import Block
    from expunge.imaging.provenance.keeping.wanted import Wanted

    Writer = Callable[[memoryview, Wanted], bytes | None]

_WRITERS: dict[str, Writer] = {
    "exif": exif.excerpt,
    "app1": exif.excerpt,
    "xmp": xmp.excerpt,
    "iptc": photoshop.excerpt,
    "8bim": photoshop.excerpt,
}
_PREFIXES = {b"Exif\0\0": exif.excerpt, text.XMP_PREFIX: xmp.excerpt}
"""Identifiers before a profile, as in JPEG segments."""
_LINE = 72
"""Digits per line."""


def excerpt(block: Block, wanted: Wanted, beside: str) -> bytes | None:
    """Return the content of a text chunk with nothing but wanted fields, or ``None``.

    A single text stays as it is, or goes. ``beside`` is the tool that another text names.
    """
    data = block.data
    key = bytes(data[: text.MAX_KEYWORD + 1]).partition(b"\0")[0]
    keyword = key.decode("latin-1")
    if keyword != text.XMP_KEYWORD and not text.profile_type(keyword):
        facts = [in_context(fact, beside) for fact in text.read(block.name, data, wanted.budget)]
        return bytes(data) if wanted.any(facts) and all(map(wanted, facts)) else None
    try:
        whole, at = text.content(block.name, data, min(len(key) + 1, len(data)), wanted.budget)
    except text.Inflated:
        return None
    new = _inner(keyword, whole, wanted)
    if not new:
        return None
    compressed = block.name == "zTXt" or (block.name == "iTXt" and data[len(key) + 1] == 1)
    return bytes(data[:at]) + (zlib.compress(new) if compressed else new)


def _inner(keyword: str, whole: bytes, wanted: Wanted) -> bytes | None:
    """The new text of a packet or profile."""
    if keyword == text.XMP_KEYWORD:
        return xmp.excerpt(memoryview(whole), wanted)
    profile = text.profile_in(whole)
    writer = _WRITERS.get(text.profile_type(keyword))
    if not profile or writer is None:
        return None
    prefix = next((each for each in _PREFIXES if profile.startswith(each)), b"")
    writer = _PREFIXES.get(prefix, writer)
    kept = writer(memoryview(profile)[len(prefix) :], wanted)
    return _digits(text.profile_type(keyword), prefix + kept) if kept else None


def _digits(name: str, profile: bytes) -> bytes:
    digits = profile.hex().encode()
    lines = b"\n".join(digits[at : at + _LINE] for at in range(0, len(digits), _LINE))
    return b"\n%s\n%8d\n%s\n" % (name.encode(), len(profile), lines)
