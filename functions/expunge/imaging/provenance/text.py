"""Read keyed text and comments into facts: PNG tEXt, zTXt and iTXt, JPEG and GIF comments.

PNG specification, third edition, 11.3.3. Inflated text is limited per chunk and per file.
ImageMagick's ``Raw profile type …`` texts are read as the profiles in them.
"""

from __future__ import annotations

import binascii
import re
import zlib
from dataclasses import replace
from typing import TYPE_CHECKING

from expunge.imaging.provenance import exif, photoshop, xmp
from expunge.imaging.provenance.fact import Fact, decoded, text_or_sample, unreadable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from expunge.imaging.provenance.fact import Budget

MAX_INFLATED = 1 << 20
"""Bytes inflated per chunk. The rest is not examined."""
MAX_KEYWORD = 79
XMP_KEYWORD = "XML:com.adobe.xmp"
XMP_PREFIX = b"http://ns.adobe.com/xap/1.0/\0"
PROFILE = re.compile(rb"\s*([a-zA-Z0-9 ]{1,20})\n\s*(\d{1,10})\n")
_PROFILE_READERS: dict[str, Callable[[memoryview, Budget], Iterator[Fact]]] = {
    "exif": exif.read,
    "app1": exif.read,
    "xmp": xmp.read,
    "iptc": photoshop.read,
    "8bim": photoshop.read,
}


class Inflated(Exception):
    """Compressed text is broken or exceeds a limit."""


def read(name: str, data: memoryview, budget: Budget) -> Iterator[Fact]:
    """Yield the fact of one PNG text chunk, or those of a profile or packet in it."""
    key = bytes(data[: MAX_KEYWORD + 1]).partition(b"\0")[0]
    keyword = decoded(key, "latin-1")
    if not key or len(key) > MAX_KEYWORD:
        yield unreadable("text", name, "no keyword of 1–79 bytes", 0, len(data))
    try:
        text, at = content(name, data, min(len(key) + 1, len(data)), budget)
    except Inflated as error:
        yield unreadable("text", keyword, str(error), 0, len(data))
        return
    if keyword == XMP_KEYWORD:
        compressed = len(text) != len(data) - at
        for fact in xmp.read(memoryview(text), budget):
            yield _within(fact, keyword, None if compressed else at, len(data))
        return
    yield Fact("text", keyword, keyword, decoded(text), at, len(data) - at)
    if profile_type(keyword):
        yield from _profile(keyword, text, at, len(data), budget)


def comment(data: memoryview) -> Iterator[Fact]:
    """Yield the fact of a JPEG or GIF comment. Binary data is shown as a sample."""
    yield Fact("comment", "Comment", "Comment", text_or_sample(data), 0, len(data))


def content(name: str, data: memoryview, at: int, budget: Budget) -> tuple[bytes, int]:
    """Return a chunk's inflated text, and its offset in the chunk.

    Raises
    ------
    Inflated
        The chunk is damaged, or exceeds a limit.
    """
    if name == "tEXt":
        return bytes(data[at:]), at
    if name == "zTXt":
        if at >= len(data) or data[at] != 0:
            raise Inflated("unknown compression method")
        return inflate(data[at + 1 :], budget), at + 1
    flags = bytes(data[at : at + 2])
    head = bytes(data[at + 2 : at + 2 + 1_000])
    ends = [i for i, byte in enumerate(head) if byte == 0][:2]
    if len(flags) < 2 or len(ends) < 2:
        raise Inflated("the chunk ends before its text")
    at += 2 + ends[1] + 1
    if flags == b"\1\0":
        return inflate(data[at:], budget), at
    if flags[0] != 0:
        raise Inflated("unknown compression method")
    return bytes(data[at:]), at


def inflate(data: memoryview, budget: Budget) -> bytes:
    """Inflate text within the limits of the chunk and the file.

    Raises
    ------
    Inflated
        The data is not a zlib stream, or the file's limit is used up.
    """
    ceiling = min(MAX_INFLATED, budget.inflated)
    if ceiling <= 0:
        raise Inflated("the file's inflated texts exceed the limit")
    try:
        text = zlib.decompressobj().decompress(data, ceiling)
    except zlib.error:
        raise Inflated("not a zlib stream") from None
    budget.inflated -= len(text)
    return text


def _profile(keyword: str, text: bytes, at: int, length: int, budget: Budget) -> Iterator[Fact]:
    """The facts of ImageMagick's profile in hexadecimal digits."""
    reader = _PROFILE_READERS.get(profile_type(keyword))
    profile = profile_in(text)
    if reader is None or profile is None:
        return
    if not profile:
        yield unreadable("text", keyword, "the profile is not hexadecimal", at, length - at)
        return
    if profile.startswith(XMP_PREFIX):
        reader, profile = xmp.read, profile[len(XMP_PREFIX) :]
    for fact in reader(memoryview(profile), budget):
        yield _within(fact, keyword, None, length)


def profile_type(keyword: str) -> str:
    """Return the type in ImageMagick's keyword: ``exif``, ``iptc``, …; empty for other keywords."""
    lowered = keyword.lower()
    head = "raw profile type "
    return lowered[len(head) :].strip() if lowered.startswith(head) else ""


def profile_in(text: bytes) -> bytes | None:
    """Return the profile in ImageMagick's text; empty if it is damaged, ``None`` without one."""
    head = PROFILE.match(text)
    if head is None:
        return None
    try:
        digits = b"".join(text[head.end() :].split())
        return binascii.unhexlify(digits[: 2 * int(head[2])])  # other bytes may follow
    except binascii.Error:
        return b""


def _within(fact: Fact, keyword: str, at: int | None, length: int) -> Fact:
    """Convert a fact's offset to one in the chunk, or to the whole chunk if it is unknown."""
    offset, span = (0, length) if at is None else (at + fact.offset, fact.length)
    return replace(fact, path=f"{keyword}/{fact.path}", offset=offset, length=span)
