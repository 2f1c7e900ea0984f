"""Read Tags, Chapters, attachments and single elements of Matroska into facts (RFC 9559).

They share their reader with other movies: the tags of both name the same things.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from expunge.errors import MalformedImage
from expunge.imaging.containers.block import Kind
from expunge.imaging.containers.matroska.ebml import elements
from expunge.imaging.provenance.fact import Fact, decoded, text_or_sample, unreadable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from expunge.imaging.containers.block import Block

_READER = "movie"
_TAG, _SIMPLE_TAG, _TAG_NAME, _TAG_STRING, _TAG_BINARY = 0x7373, 0x67C8, 0x45A3, 0x4487, 0x4485
_EDITION, _ATOM, _DISPLAY, _CHAPTER_STRING = 0x45B9, 0xB6, 0x80, 0x85
_MAX_DEPTH = 4
_EPOCH = datetime(2001, 1, 1, tzinfo=UTC)


def facts(block: Block) -> Iterator[Fact]:
    """Yield the facts of one block."""
    content, size = bytes(block.data), len(block.data)
    if block.name == "AttachedFile":
        yield _attachment(block)
        return
    if block.name == "element":
        key = block.path.rpartition("/")[2].partition("[")[0]
        yield Fact(_READER, key, "value", _value(key, content), 0, size)
        return
    try:
        for key, value, at in _texts(content, block.name, 0):
            yield Fact(_READER, key, key, value, at, size - at)
    except MalformedImage as error:
        yield unreadable(_READER, block.name, error.detail, 0, size)


def _attachment(block: Block) -> Fact:
    size = len(block.data)
    kind, name, _ = ([*bytes(block.data).split(b"\n", 2), b"", b""])[:3]
    if block.kind is Kind.THUMBNAIL:
        return Fact("thumbnail", "Thumbnail", "AttachedFile", decoded(name), 0, size)
    value = f"{decoded(name)}, {decoded(kind)}"
    return Fact(_READER, "Attachment", "AttachedFile", value, 0, size)


def _value(key: str, content: bytes) -> str:
    if key == "DateUTC" and len(content) == 8:
        moment = int.from_bytes(content, "big", signed=True) // 1000
        try:
            return (_EPOCH + timedelta(microseconds=moment)).isoformat()
        except OverflowError:
            return text_or_sample(content)
    return content.hex() if key.endswith("UID") else text_or_sample(content)


def _texts(content: bytes, name: str, depth: int) -> Iterator[tuple[str, str, int]]:
    """Key, value and offset of each tag or chapter title, in elements that may be nested."""
    key = value = ""
    for child in elements(content, 0, len(content)):
        body = content[child.body : child.end]
        if child.id == _TAG_NAME:
            key = decoded(body)
        elif child.id in (_TAG_STRING, _TAG_BINARY):
            value = text_or_sample(body)
        elif child.id == _CHAPTER_STRING:
            yield "Chapter", decoded(body), child.body
        elif child.id in (_TAG, _SIMPLE_TAG, _EDITION, _ATOM, _DISPLAY) and depth < _MAX_DEPTH:
            yield from _texts(body, name, depth + 1)
    if key:
        yield key, value, 0
