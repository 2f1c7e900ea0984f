"""The facts of XMP without which a second picture loses its meaning, and a packet of just those.

An HDR gain map is a picture that tells how much brighter each pixel may
get. How to apply it stands in XMP: in Adobe's and Google's ``hdrgm`` terms
(Ultra HDR image format 1.1, and ISO 21496-1 after it), with a ``Container``
directory in the first picture; or in Apple's ``HDRGainMap`` terms. Values
are let through by form, so that no text rides along.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

_NUMBER = r"[-+]?[0-9.]{1,24}(?:[eE][-+]?[0-9]{1,3})?"
_VALUE = re.compile(rf"{_NUMBER}|True|False|urn:com:apple:photo:20[0-9]{{2}}:aux:[a-z]{{1,24}}")


@dataclass(frozen=True, slots=True)
class _Vocabulary:
    """A namespace, its usual prefix, and the names in it that carry numbers or flags."""

    prefix: str
    uri: str
    names: tuple[str, ...]


_VOCABULARIES = (
    _Vocabulary(
        "hdrgm",
        "http://ns.adobe.com/hdr-gain-map/1.0/",
        ("Version", "BaseRenditionIsHDR", "GainMapMin", "GainMapMax", "Gamma", "OffsetSDR",
         "OffsetHDR", "HDRCapacityMin", "HDRCapacityMax"),
    ),
    _Vocabulary(
        "HDRGainMap",
        "http://ns.apple.com/HDRGainMap/1.0/",
        ("HDRGainMapVersion", "HDRGainMapHeadroom"),
    ),
    _Vocabulary(
        "apdi",
        "http://ns.apple.com/pixeldatainfo/1.0/",
        ("AuxiliaryImageType", "NativeFormat", "StoredFormat"),
    ),
)  # fmt: skip

_LONGEST_PACKET = 1 << 18
"""Bytes; a longer packet than four JPEG segments hold is none of a gain map's."""

_CONTAINER = "http://ns.google.com/photos/1.0/container/"
_ITEM = _CONTAINER + "item/"
_SEMANTICS = re.compile(r""":Semantic\s*=\s*["'](GainMap|Depth|Confidence)["']""")
_ELEMENT = re.compile(r"<[^<>]{1,1024}>")
_LENGTH = re.compile(r"""(:Length\s*=\s*["'])[0-9]{1,10}(["'])""")


_VERSIONS = 4
_COMMON_DENOMINATOR, _MULTICHANNEL = 0x08, 0x80
"""Flags behind the two versions; the first is libultrahdr's, for fractions that share one."""


def metadata(content: memoryview) -> bytes | None:
    """The binary gain map metadata that some bytes begin with; ``None`` where they hold none.

    ISO 21496-1, annex C.2: two 16-bit versions, and in a gain map itself flags, two headrooms,
    and for one channel or three minimum, maximum, gamma and two offsets, all fractions of 32-bit
    numbers. The picture that a gain map belongs to states the versions alone.
    """
    if len(content) < _VERSIONS or int.from_bytes(content[:2], "big") != 0:
        return None
    if len(content) == _VERSIONS:
        return content.tobytes()
    flags = content[_VERSIONS]
    channels = 3 if flags & _MULTICHANNEL else 1
    common = flags & _COMMON_DENOMINATOR
    length = _VERSIONS + 1 + (12 + 20 * channels if common else 16 + 40 * channels)
    if len(content) < length:
        return None
    return content[:length].tobytes()


def announced(packet: memoryview) -> bool:
    """Whether a first picture's packet says that a second one follows its end."""
    return _SEMANTICS.search(_text(packet)) is not None


def essentials(packet: memoryview, sizes: Sequence[int]) -> bytes | None:
    """The smallest packet that keeps gain maps working; ``None`` where none is needed.

    Parameters
    ----------
    packet
        XMP as it was found.
    sizes
        Lengths in bytes of the second pictures that this one will have; empty
        in a second picture.
    """
    text = _text(packet)
    if not text.lstrip("\ufeff \t\r\n").startswith("<"):
        return None  # a piece of extended XMP
    attributes: list[str] = []
    elements: list[str] = []
    for vocabulary in _VOCABULARIES:
        _collect(text, vocabulary, attributes, elements)
    semantics = _SEMANTICS.findall(text)[: len(sizes)]
    if semantics:
        attributes += [f'xmlns:Container="{_CONTAINER}"', f'xmlns:Item="{_ITEM}"']
        elements.append(_directory(semantics, sizes))
    if not attributes:
        return None
    return (
        '<x:xmpmeta xmlns:x="adobe:ns:meta/">'
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
        f'<rdf:Description rdf:about="" {" ".join(attributes)}>{"".join(elements)}'
        "</rdf:Description></rdf:RDF></x:xmpmeta>"
    ).encode()


def with_lengths(packet: memoryview, sizes: Sequence[int]) -> bytes:
    """A packet that stays, its directory telling the lengths that second pictures now have."""
    left = iter(sizes)

    def mended(element: re.Match[str]) -> str:
        if _SEMANTICS.search(element[0]) and (size := next(left, None)) is not None:
            return _LENGTH.sub(rf"\g<1>{size}\g<2>", element[0])
        return element[0]

    text = _text(packet)
    return _ELEMENT.sub(mended, text).encode() if announced(packet) else packet.tobytes()


def _text(packet: memoryview) -> str:
    return packet.tobytes().decode("utf-8", "replace") if len(packet) <= _LONGEST_PACKET else ""


def _collect(
    text: str, vocabulary: _Vocabulary, attributes: list[str], elements: list[str]
) -> None:
    """Each known name that has a value: one as an attribute, a sequence as an element."""
    bound = re.search(rf"""xmlns:(\w{{1,32}})\s*=\s*["']{re.escape(vocabulary.uri)}["']""", text)
    values = {name: _values(text, f"{bound[1]}:{name}") for name in vocabulary.names if bound}
    if not any(values.values()):
        return
    attributes.append(f'xmlns:{vocabulary.prefix}="{vocabulary.uri}"')
    for name, given in values.items():
        term = f"{vocabulary.prefix}:{name}"
        if len(given) == 1:
            attributes.append(f'{term}="{given[0]}"')
        elif given:
            items = "".join(f"<rdf:li>{value}</rdf:li>" for value in given)
            elements.append(f"<{term}><rdf:Seq>{items}</rdf:Seq></{term}>")


def _values(text: str, term: str) -> list[str]:
    """What an attribute or element holds: one value, or a sequence of up to three."""
    at = text.find(term) - 1
    if at < 0:
        return []
    attribute = re.compile(rf"""\s{term}\s*=\s*["']([^"'<]{{1,64}})["']""").search(text, at)
    if attribute:
        values = [attribute[1].strip()]
    else:
        element = re.compile(rf"<{term}>(.{{1,512}}?)</{term}>", re.DOTALL).search(text, at)
        values = re.sub(r"<[^>]*>", " ", element[1]).split() if element else []
    return values if len(values) <= 3 and all(map(_VALUE.fullmatch, values)) else []


def _directory(semantics: Sequence[str], sizes: Sequence[int]) -> str:
    """Google's directory of the pictures in a file; the first one has no length of its own."""
    items = [("Primary", 0), *zip(semantics, sizes, strict=False)]
    listed = "".join(
        '<rdf:li rdf:parseType="Resource"><Container:Item Item:Mime="image/jpeg" '
        f'Item:Semantic="{semantic}"' + (f' Item:Length="{size}"' if size else "") + "/></rdf:li>"
        for semantic, size in items
    )
    return f"<Container:Directory><rdf:Seq>{listed}</rdf:Seq></Container:Directory>"
