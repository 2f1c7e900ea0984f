"""Keep single EXIF fields, in a new TIFF structure of the same byte order."""

from __future__ import annotations

from typing import TYPE_CHECKING

from expunge.imaging import exif as writing
from expunge.imaging import tiff
from expunge.imaging.provenance import exif
from expunge.imaging.provenance import exif_tags as tags
from expunge.imaging.provenance.fact import Fact, Kept
from expunge.imaging.provenance.keeping import photoshop, xmp
from expunge.imaging.provenance.keeping.wanted import Wanted

if TYPE_CHECKING:
    from expunge.imaging.provenance.exif import Entry

_BELOW = {
    "Exif": (tags.EXIF_IFD,),
    "GPS": (tags.GPS_IFD,),
    "Interop": (tags.EXIF_IFD, tags.INTEROP_IFD),
}
"""The pointers from IFD0 to each directory."""
_FIRST = ("IFD0", *_BELOW)
_EMBEDDED = {tags.XMP_PACKET: xmp.excerpt, tags.IPTC_NAA: photoshop.excerpt}
_BYTES = 1
_POINTED = (tags.THUMBNAIL_OFFSET, tags.THUMBNAIL_LENGTH)


def excerpt(data: memoryview, wanted: Wanted) -> bytes | None:
    """Return a structure with the wanted fields, or ``None`` without any.

    A field whose entry is damaged cannot be read, and goes.
    """
    start = exif.header_length(data)
    reader = tiff.Reader.of(data[start:])
    if reader is None:
        return None
    root = writing.Directory([])
    later = Wanted(
        wanted.reasons & ~Kept.SETTING, wanted.left
    )  # an IFD after the first describes a thumbnail
    found = False
    for entry in wanted.limited(exif.entries(reader)):
        if isinstance(entry, Fact) or entry.is_pointer or entry.raw.tag in _POINTED:
            continue
        value = _value(reader, entry, wanted if entry.directory in _FIRST else later)
        directory = _directory(root, entry.directory) if value is not None else None
        if value is None or directory is None:
            continue
        if all(each.tag != value.tag for each in directory.fields):
            directory.fields.append(value)
            found = True
    return root.structure(reader.order) if found else None


def _value(reader: tiff.Reader, entry: Entry, wanted: Wanted) -> tiff.Field | None:
    """The field to keep, whose value may be an excerpt itself."""
    raw = entry.raw
    value = reader.content[raw.start : raw.start + raw.length]
    embedded = _EMBEDDED.get(raw.tag) if entry.directory.startswith("IFD") else None
    if embedded is not None:
        kept = embedded(value, wanted)
        return tiff.Field(raw.tag, _BYTES, len(kept), memoryview(kept)) if kept else None
    own = next(iter(exif.facts_of_entry(reader, entry)), None)
    if own is None or not raw.length or not wanted.any((own,)):
        return None
    return tiff.Field(raw.tag, raw.type, raw.count, value)


def _directory(root: writing.Directory, name: str) -> writing.Directory | None:
    """The directory of a name, made where it is missing; ``None`` if none of that name is kept."""
    if name.startswith("IFD"):
        return root.page(int(name.removeprefix("IFD")))
    at = root
    for pointer in _BELOW.get(name, ()):
        at = at.below.setdefault(pointer, writing.Directory([]))
    return at if at is not root else None
