"""A page's metadata fields as one EXIF structure, and back.

A TIFF file has no EXIF block: Artist or Make are fields of the page, and the Exif and GPS IFDs hang
below it. Gathered in a classic TIFF structure, they are read and reduced like EXIF in any other
container.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from expunge.errors import MalformedImage
from expunge.imaging import exif
from expunge.imaging import tiff as classic
from expunge.imaging.containers.tiff import tags
from expunge.imaging.containers.tiff.pages import Span

if TYPE_CHECKING:
    from collections.abc import Iterable

    from expunge.imaging.containers.tiff.directories import Entry, File

_BELOW = {tags.EXIF_IFD: (tags.INTEROP_IFD,), tags.GPS_IFD: ()}


@dataclass(slots=True)
class Gathered:
    """Metadata fields of a page, and all bytes of the file that belong to them."""

    directory: exif.Directory
    spans: list[Span] = field(default_factory=list)

    @property
    def is_empty(self) -> bool:
        return self.directory.is_empty


class Gatherer:
    """Gathers fields. Their total length is at most that of the file, though they may overlap."""

    def __init__(self, file: File) -> None:
        self._file = file
        self._left = len(file.view)

    def gather(self, entries: Iterable[Entry]) -> Gathered:
        """Return the given fields of a page, with the directories that they point to."""
        found = Gathered(exif.Directory([]))
        self._add(found.directory, entries, tuple(_BELOW), found.spans)
        return found

    def _add(
        self,
        to: exif.Directory,
        entries: Iterable[Entry],
        pointers: tuple[int, ...],
        spans: list[Span],
    ) -> None:
        for entry in entries:
            if entry.tag in pointers:
                self._follow(to, entry, spans)
            elif entry.fits and entry.type in classic.SIZES and entry.length <= self._left:
                self._left -= entry.length
                spans.append((entry.start, entry.start + entry.length))
                value = self._file.value(entry)
                to.fields.append(classic.Field(entry.tag, entry.type, entry.count, value))

    def _follow(self, to: exif.Directory, entry: Entry, spans: list[Span]) -> None:
        at = self._file.number(entry)
        try:
            found = self._file.directory(at or 0)
        except MalformedImage:
            return
        spans.append((found.start, found.end))
        below = exif.Directory([])
        self._add(below, found.entries, _BELOW.get(entry.tag, ()), spans)
        if not below.is_empty and entry.tag not in to.below:
            to.below[entry.tag] = below
