"""The pages of a TIFF file: their IFDs, and where their coded data lies."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from expunge.errors import ImageTooLarge, MalformedImage
from expunge.imaging.containers.tiff import tags
from expunge.imaging.containers.tiff.directories import Directory, Entry
from expunge.imaging.limits import LIMITS

if TYPE_CHECKING:
    from expunge.imaging.containers.tiff.directories import File

Span = tuple[int, int]
"""Start and end offsets in the file."""
SHARED_BYTES = 1 << 26
"""Bytes that the fields of a small file may have: pages may share a colour profile."""
MAX_CODED = 4
"""Limit for the total length of all strips and tiles, in file sizes. They may share bytes."""


@dataclass(frozen=True, slots=True)
class Page:
    """One image of a file."""

    path: str
    """``IFD0``, or ``IFD0/SubIFD[1]`` for an image below another one."""
    directory: Directory
    needed: tuple[Entry, ...]
    """The fields that a decoder needs, without those that occur twice."""
    spans: tuple[Span, ...]
    """Coded data, strip by strip or tile by tile. They may overlap."""
    is_reduced: bool
    below: tuple[Page, ...] = ()


def read_pages(file: File) -> tuple[list[Page], str]:
    """Return the pages of the chain, and why it could not be read to its end, or ``""``.

    Raises
    ------
    MalformedImage
        The chain loops, or the first page is damaged.
    ImageTooLarge
        There are too many pages.
    """
    found: list[Page] = []
    seen: set[int] = set()
    at = file.first
    reader = _Reader(file)
    while at:
        if at in seen:
            raise MalformedImage(f"the chain of IFDs loops back to byte {at:,}")
        seen.add(at)
        LIMITS.check_picture(1, 1, len(seen))
        try:
            page = reader.page(at, f"IFD{len(found)}")
        except MalformedImage as error:
            if not found:
                raise
            return found, error.detail
        found.append(page)
        at = page.directory.following
    if not found:
        raise MalformedImage("the file has no IFD, and so no image")
    return found, ""


_TEXTS, _OPAQUE, _JPEG_TABLES = (2, 129), 7, 347


def _is_usable(entry: Entry) -> bool:
    """Whether a field has a type that a decoder accepts; numbers need no text."""
    opaque = entry.type == _OPAQUE and entry.tag != _JPEG_TABLES
    return entry.fits and entry.type not in _TEXTS and not opaque


class _Reader:
    """Reads pages, and counts the length of their coded data."""

    def __init__(self, file: File) -> None:
        self._file = file
        self._left = MAX_CODED * len(file.view)
        self._fields_left = max(self._left, SHARED_BYTES)

    def page(self, at: int, path: str, *, top: bool = True) -> Page:
        file = self._file
        directory = file.directory(at)
        self._count_fields(directory, path)
        entries: dict[int, Entry] = {}
        for entry in directory.entries:
            if entry.tag in tags.NEEDED and _is_usable(entry):
                entries.setdefault(entry.tag, entry)
            elif entry.tag in tags.OFFSETS and not entry.fits:
                raise MalformedImage(f"{path}: the offsets of its coded data lie outside the file")
        kind = file.number(entries.get(tags.NEW_SUBFILE_TYPE)) or 0
        spans = self._spans(directory, path)
        below = self._below(directory, path) if top else ()
        return Page(
            path, directory, tuple(entries.values()), spans, bool(kind & tags.REDUCED), below
        )

    def _count_fields(self, directory: Directory, path: str) -> None:
        """Count the bytes of fields, since those of many pages may be the same bytes."""
        self._fields_left -= sum(entry.length for entry in directory.entries if entry.fits)
        if self._fields_left < 0:
            raise ImageTooLarge(f"{path}: the fields of the IFDs have far more bytes than the file")

    def _below(self, directory: Directory, path: str) -> tuple[Page, ...]:
        """The images below a page. Only one level is read."""
        offsets = self._file.numbers(directory.entry(tags.SUB_IFDS))
        LIMITS.check_blocks(len(offsets))
        found = []
        for number, at in enumerate(dict.fromkeys(offsets)):
            try:
                found.append(self.page(at, f"{path}/SubIFD[{number}]", top=False))
            except MalformedImage:
                continue
        return tuple(found)

    def _spans(self, directory: Directory, path: str) -> tuple[Span, ...]:
        found: list[Span] = []
        for offset_tag, length_tag in tags.DATA:
            offsets = self._file.numbers(directory.entry(offset_tag))
            lengths = self._file.numbers(directory.entry(length_tag))
            if len(lengths) < len(offsets):
                raise MalformedImage(
                    f"{path} has {len(offsets):,} pieces of coded data and {len(lengths):,} lengths"
                )
            pairs = zip(offsets, lengths, strict=False)
            found += ((start, start + size) for start, size in pairs if size and start)
        found += self._tables(directory)
        self._left -= sum(end - start for start, end in found)
        if self._left < 0:
            raise MalformedImage(f"{path}: strips or tiles have far more bytes than the file")
        return tuple(found)

    def _tables(self, directory: Directory) -> list[Span]:
        """Tables of the old form of JPEG compression: 64 bytes, or 16 counts and their values."""
        file = self._file
        quantisation = file.numbers(directory.entry(tags.QUANTISATION_TABLES))
        found = [(at, at + 64) for at in quantisation]
        for tag in tags.HUFFMAN_TABLES:
            starts = file.numbers(directory.entry(tag))
            found += [(at, at + 16 + sum(file.view[at : at + 16])) for at in starts]
        return found
