"""EXIF and XMP in PNG text chunks, as ImageMagick writes them (``Raw profile type …``).

The text has an empty line, the profile's name, its length, then hexadecimal digits. The chunk is
tEXt, zTXt or iTXt (third edition, 11.3.3).
"""

from __future__ import annotations

import re
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from expunge.imaging.containers.block import Block

_KEYWORD = re.compile(rb"(Raw profile type (?:exif|APP1|xmp))\0", re.IGNORECASE)
_HEADS = {
    "tEXt": re.compile(rb""),
    "zTXt": re.compile(rb"\0"),
    "iTXt": re.compile(rb"([\0\1])\0[^\0]{0,80}\0[^\0]{0,80}\0"),
}
"""Fields between keyword and text. zTXt: method. iTXt: flag, method, language, second keyword."""
_BREAK = rb"[^\S\n]*+\n\s*+"
"""White space with a line break. Possessive quantifiers: no byte of a long run is read twice."""
_LINES = re.compile(rb"\n(exif|app1|xmp)%b([0-9]{1,8})%b" % (_BREAK, _BREAK), re.IGNORECASE)
_HEXADECIMAL = re.compile(rb"(?:[0-9a-fA-F]{2})*")
_MAX_DIGITS = 1 << 20
_MAX_INFLATED = 1 << 20
_LINE = 72
"""Digits per line."""
_EXIF, _XMP = b"Exif\0\0", b"http://ns.adobe.com/xap/1.0/\0"


@dataclass(frozen=True, slots=True)
class RawProfile:
    """A profile in a text chunk, and its original form.

    Only the beginning of a long profile is read. IFD0 is usually there.
    """

    keyword: bytes
    chunk: str
    compressed: bool
    name: bytes
    prefix: bytes
    """JPEG APP1 identifier before the content, if any."""
    content: memoryview
    is_xmp: bool

    def written(self, content: bytes) -> bytes:
        """Return the chunk content with another profile in it."""
        profile = self.prefix + content
        digits = profile.hex().encode()
        lines = [digits[at : at + _LINE] for at in range(0, len(digits), _LINE)]
        text = b"\n%s\n%8d\n%s\n" % (self.name, len(profile), b"\n".join(lines))
        head = {"tEXt": b"", "zTXt": b"\0"}.get(self.chunk, bytes((self.compressed, 0, 0, 0)))
        return self.keyword + b"\0" + head + (zlib.compress(text) if self.compressed else text)


def is_raw_profile(block: Block) -> bool:
    """Whether a text chunk has a profile's keyword. Its text is not read."""
    return block.name in _HEADS and _KEYWORD.match(block.data) is not None


def raw_profile(block: Block) -> RawProfile | None:
    """Return the EXIF or XMP in a text chunk, or ``None`` for any other text."""
    head = _HEADS.get(block.name)
    keyword = _KEYWORD.match(block.data) if head else None
    form = head.match(block.data, keyword.end()) if head and keyword else None
    if keyword is None or form is None:
        return None
    compressed = block.name == "zTXt" or (block.name == "iTXt" and form[1] == b"\1")
    rest = block.data[form.end() :]
    text = inflated(rest) if compressed else rest.tobytes()
    lines = _LINES.search(text)
    if lines is None:
        return None
    digits = b"".join(text[lines.end() : lines.end() + _MAX_DIGITS].split())
    found = _HEXADECIMAL.match(digits[: 2 * int(lines[2])])
    profile = bytes.fromhex(found[0].decode("ascii")) if found else b""
    prefix = next((p for p in (_EXIF, _XMP) if profile.startswith(p)), b"")
    return RawProfile(
        keyword[1],
        block.name,
        compressed,
        lines[1],
        prefix,
        memoryview(profile[len(prefix) :]),
        is_xmp=prefix == _XMP or lines[1].lower() == b"xmp",
    )


def inflated(content: memoryview) -> bytes:
    """Inflate up to 1 MiB of a zlib stream; empty for invalid data."""
    try:
        return zlib.decompressobj().decompress(content, _MAX_INFLATED)
    except zlib.error:
        return b""
