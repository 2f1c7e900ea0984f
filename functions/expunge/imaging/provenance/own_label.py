"""The label of this service's own synthetic results, which none of its modes removes.

It is one value (`OwnLabel`) in an XMP property of an own namespace, beside IPTC's source type
``compositeSynthetic``; in Matroska, which has no XMP, two tags. It names the mode, the version and
the time, and no person. Only a label with this value stays: those of other tools go as before.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Self

from expunge.errors import RewriteUnproven
from expunge.imaging import carriers
from expunge.imaging.containers.block import Kind
from expunge.imaging.provenance.fact import Fact, Kept

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import BinaryIO

    from expunge.imaging.containers.block import Block
    from expunge.imaging.source import Source

NAMESPACE = "urn:x-expunge:label/1.0/"
PREFIX, PROPERTY = "expunge", "Label"
SOURCE_TYPE = "http://cv.iptc.org/newscodes/digitalsourcetype/compositeSynthetic"
TAG, SOURCE_TYPE_TAG = "EXPUNGE_LABEL", "DIGITAL_SOURCE_TYPE"
"""Names of the tags in Matroska."""
STAYS = "This service made a face in the picture. Its label stays in every result."
_VERSION = r"\d{1,4}(?:\.\d{1,4}){1,2}(?:(?:a|b|rc|\.dev|\.post)\d{1,4})?"
_TIME = r"20\d\d-[01]\d-[0-3]\dT[0-2]\d:[0-5]\d:[0-5]\dZ"
_VALUE = rf"expunge {_VERSION}; swap; {_TIME}"
"""Exact, so that nobody can hide a private text in what stays."""
_WORDS = re.compile(_VALUE.encode())
_FULL = re.compile(_VALUE)
_MARKERS = (NAMESPACE.encode(), TAG.encode())
_HOLDING = (Kind.XMP, Kind.EXIF, Kind.IPTC, Kind.TEXT)
_WIDE = (b"\xff\xfe", b"\xfe\xff", b"<\0", b"\0<", b"\0\0")
"""The first bytes of XMP in UTF-16 or UTF-32."""
_PLACES = {
    ("xmp", f"{PREFIX}:{PROPERTY}"): _FULL,
    ("movie", TAG): _FULL,
    ("xmp", "Iptc4xmpExt:DigitalSourceType"): re.compile(re.escape(SOURCE_TYPE)),
    ("movie", SOURCE_TYPE_TAG): re.compile(re.escape(SOURCE_TYPE)),
}


@dataclass(frozen=True, slots=True)
class OwnLabel:
    """What the label says. Its text form is the value in the file."""

    mode: str
    """The mode that made the picture: ``swap``."""
    version: str
    made: str
    """ISO 8601 in UTC, to the second."""

    @classmethod
    def of(cls, mode: str, version: str, seconds: float) -> Self:
        """The label of a result; ``seconds`` is the Unix time."""
        made = datetime.fromtimestamp(int(seconds), UTC)
        return cls(mode, version, made.strftime("%Y-%m-%dT%H:%M:%SZ"))

    @classmethod
    def parsed(cls, value: str) -> Self | None:
        """Read a value; ``None`` if it is none of this service."""
        if not _FULL.fullmatch(value):
            return None
        software, mode, made = value.split("; ")
        return cls(mode, software.removeprefix("expunge "), made)

    def report(self, detail: str = STAYS, *, added: bool = False) -> dict[str, Any]:
        """What a report says about it."""
        facts = {"mode": self.mode, "version": self.version, "made": self.made}
        return {**facts, "added": added, "detail": detail}

    def __str__(self) -> str:
        return f"expunge {self.version}; {self.mode}; {self.made}"


def carried(source: Source) -> OwnLabel | None:
    """The label that a file carries, wherever other programs may have moved its XMP."""
    for content in _contents(source):
        is_marked = any(marker in content for marker in _MARKERS)
        if is_marked and (found := _WORDS.search(content)):
            return OwnLabel.parsed(found[0].decode())
    return None


def kept(source: Source, data: bytes) -> tuple[bytes, dict[str, Any] | None]:
    """What was made of a file in memory, with the file's label, and the report's section on it.

    Raises
    ------
    expunge.errors.RewriteUnproven
        The result takes no label.
    """
    from expunge.imaging.source import Source  # noqa: PLC0415 - it may have a label itself

    label = carried(source)
    if label is None:
        return data, None
    result = Source.of(data, limits=None)
    return (data if carried(result) == label else labelled(result, label)), label.report()


def reasons(fact: Fact) -> Kept:
    """`Kept.OWN` for a fact that is a part of the label."""
    pattern = _PLACES.get((fact.reader, fact.key))
    return Kept.OWN if pattern is not None and pattern.fullmatch(fact.value) else Kept.NONE


def labelled(source: Source, label: OwnLabel) -> bytes:
    """The file in memory with the label.

    Raises
    ------
    expunge.errors.RewriteUnproven
        Its container takes no label.
    """
    from expunge.imaging.provenance import packets  # noqa: PLC0415 - few files have a label
    from expunge.imaging.source import Source  # noqa: PLC0415 - it may have a label itself

    for data in packets.with_properties(source, _properties(label)):
        if carried(Source.of(data, limits=None)) == label:
            return data
    raise RewriteUnproven(_REFUSED)


def labelled_file(source: Source, label: OwnLabel) -> BinaryIO:
    """The same for a movie on disk, as a new file that the caller closes."""
    from expunge.imaging.data import FileData  # noqa: PLC0415 - only movies
    from expunge.imaging.provenance import packets  # noqa: PLC0415
    from expunge.imaging.source import Source  # noqa: PLC0415

    assert source.file is not None
    out = source.file.scratch()
    try:
        for piece in packets.movie_with_properties(source, _properties(label)):
            out.write(piece)
        out.flush()
        found = carried(Source.over(FileData(out), limits=None))
    except BaseException:
        out.close()
        raise
    if found != label:
        out.close()
        raise RewriteUnproven(_REFUSED)
    return out


_REFUSED = (
    "The result has to say that this service made its faces, and its format or its metadata "
    "takes no label. Ask for another format."
)


def _properties(label: OwnLabel) -> dict[str, str]:
    return {f"{PREFIX}:{PROPERTY}": str(label), "Iptc4xmpExt:DigitalSourceType": SOURCE_TYPE}


def _contents(source: Source) -> Iterator[bytes]:
    """The metadata of the main picture in which the label may stand, decompressed."""
    blocks = source.layout.blocks
    held = [block for block in blocks if block.kind in _HOLDING and block.role is None]
    yield from (content for block in held if (content := _content(block)))
    if any(block.name == "APP1" and len(block.data) > _SEGMENT for block in held):
        from expunge.imaging.provenance.survey import extended  # noqa: PLC0415 - the rule table

        yield from extended(source.layout)


_SEGMENT = 40
"""A part of extended XMP is longer."""


def _content(block: Block) -> bytes:
    """A block's text, decompressed and in UTF-8."""
    carrier = carriers.carrier_of(block) if block.kind in (Kind.XMP, Kind.TEXT) else None
    raw = bytes(carrier.content if carrier else block.data)
    if raw[:2] in _WIDE:
        from expunge.imaging.provenance.xmp import as_text  # noqa: PLC0415 - loads a parser

        return as_text(memoryview(raw)).encode()
    return raw
