"""Google's directory of the images in a file: GContainer, in the primary image's XMP.

Sources: Ultra HDR image format 1.1, Motion Photo format 1.0 (``Semantic``), Dynamic Depth 1.0
(``DataURI``). The images follow the end of the primary image in list order. Each has its stated
length, then padding.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from expunge.imaging.containers.block import Role

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from expunge.imaging.provenance.fact import Fact

_CONTAINER = "http://ns.google.com/photos/1.0/container/"
NAMESPACES = [f'xmlns:Container="{_CONTAINER}"', f'xmlns:Item="{_CONTAINER}item/"']

_FIELD = re.compile(r"(?:.*/)?Container:Directory\[([0-9]{1,4})\](?:/Container:Item)?/Item:(\w+)")
_SEMANTICS = {
    "GainMap": Role.GAIN_MAP,
    "Depth": Role.DEPTH,
    "Confidence": Role.CONFIDENCE,
    "Original": Role.ORIGINAL,
}
_URIS = {
    "primary_image": "Primary",
    "android/depthmap": "Depth",
    "android/confidencemap": "Confidence",
    "android/original_image": "Original",
}
"""Names that Google's camera writes instead of a semantic."""
_MIMES = frozenset(f"image/{kind}" for kind in ("jpeg", "png", "webp", "heic", "heif", "avif"))
_MOST = 64
"""Items read from a directory. Real files have a few."""
_NUMBER = re.compile("[0-9]{1,10}")


@dataclass(frozen=True, slots=True)
class Entry:
    """One item of a directory."""

    semantic: str = ""
    mime: str = ""
    length: int = 0
    padding: int = 0
    length_at: tuple[int, int] | None = None
    """Start and end offsets of the length in the packet."""

    @property
    def role(self) -> Role | None:
        """The purpose of the image; ``None`` for the primary image and for other items."""
        if self.semantic == "Primary" or not self.mime.startswith("image/"):
            return None
        return _SEMANTICS.get(self.semantic, Role.OTHER)


def entries(facts: Iterable[Fact]) -> list[Entry]:
    """Return the items in order, including the primary image."""
    found: dict[str, Entry] = {}
    for fact in facts:
        match = _FIELD.fullmatch(fact.path)
        if match:
            found[match[1]] = _with(found.get(match[1], Entry()), match[2], fact)
    return list(found.values())[:_MOST]


def _with(entry: Entry, name: str, fact: Fact) -> Entry:
    value = fact.value.strip()
    if name == "Semantic":
        return replace(entry, semantic=value)
    if name == "DataURI" and not entry.semantic:
        return replace(entry, semantic=_URIS.get(value, value))
    if name == "Mime":
        return replace(entry, mime=value.lower())
    number = int(value) if _NUMBER.fullmatch(value) else 0
    if name == "Length":
        return replace(entry, length=number, length_at=(fact.offset, fact.offset + fact.length))
    return replace(entry, padding=number) if name == "Padding" else entry


def starts(listed: Sequence[Entry], end: int) -> Iterator[tuple[int, Entry]]:
    """Yield the offset of each item after the primary image, which ends at ``end``."""
    at = end + (listed[0].padding if listed else 0)
    for entry in listed[1:]:
        yield at, entry
        at += entry.length + entry.padding


def matched(
    listed: Sequence[Entry], end: int, spans: Sequence[tuple[int, int]]
) -> list[Entry | None]:
    """Return the item of each image, given the start and end of the images.

    Match by offset, else by length, else by order if both counts are equal.
    """
    at = dict(starts(listed, end))
    pictures = [entry for entry in listed[1:] if entry.role]
    by_length = {entry.length: entry for entry in pictures}
    in_order = len(pictures) == len(spans)
    return [
        found
        if (found := at.get(start)) and found.role
        else by_length.get(stop - start) or (pictures[number] if in_order else None)
        for number, (start, stop) in enumerate(spans)
    ]


def lengths(
    listed: Sequence[Entry], pictures: Iterable[tuple[Role | None, int | None]]
) -> dict[int, int | None]:
    """Return the image length by item index, given roles and lengths in file order.

    The n-th item of a role is the n-th image of that role.
    """
    left: dict[Role | None, list[int | None]] = {}
    for role, size in pictures:
        left.setdefault(role, []).append(size)
    return {
        place: left[entry.role].pop(0)
        for place, entry in enumerate(listed)
        if entry.role and left.get(entry.role)
    }


def of_pictures(pictures: Iterable[tuple[Role | None, int | None]]) -> list[Entry]:
    """Return the items for consecutive images, given roles and lengths in file order.

    Images without a length were removed. Images of other roles have no name in a directory.
    """
    names = {role: name for name, role in _SEMANTICS.items()}
    return [
        Entry(names[role], "image/jpeg", size)
        for role, size in pictures
        if role in names and size is not None
    ]


def written(first: Entry, items: Sequence[Entry]) -> str:
    """Serialise a directory of the primary image and ``items``; empty without items."""
    if not items:
        return ""
    listed = "".join(
        f'<rdf:li rdf:parseType="Resource"><Container:Item Item:Mime="{_mime(entry)}" '
        f'Item:Semantic="{entry.semantic}"'
        + (f' Item:Length="{entry.length}"' if entry.semantic != "Primary" else "")
        + "/></rdf:li>"
        for entry in (replace(first, semantic="Primary"), *items)
    )
    return f"<Container:Directory><rdf:Seq>{listed}</rdf:Seq></Container:Directory>"


def _mime(entry: Entry) -> str:
    return entry.mime if entry.mime in _MIMES else "image/jpeg"


def with_lengths(
    packet: memoryview, listed: Sequence[Entry], sizes: Mapping[int, int | None]
) -> bytes:
    """Update the image lengths in the directory of a packet that stays.

    A removed image gets length 0, so that a viewer still finds the images after it.
    """
    text = packet.tobytes()
    for place in sorted(sizes, reverse=True):
        span = listed[place].length_at
        if span is not None:
            start, end = span
            old = re.search(rb"[0-9]+", text[start:end])
            if old:
                at = start + old.start()
                text = text[:at] + b"%d" % (sizes[place] or 0) + text[start + old.end() :]
    return text
