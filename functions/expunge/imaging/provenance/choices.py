"""The options for removing metadata. This module imports no third-party library."""

from __future__ import annotations

from enum import StrEnum


class Keep(StrEnum):
    """Metadata that can be kept."""

    ICC = "icc"
    """Colour profiles, which always stay."""
    COPYRIGHT = "copyright"
    """Artist and Copyright of EXIF, rebuilt; Author and Copyright texts of PNG."""
    GPS = "gps"
    """The GPS fields of EXIF, rebuilt."""
    EXIF = "exif"
    XMP = "xmp"
    IPTC = "iptc"
    COMMENTS = "comments"
    TEXT = "text"
    THUMBNAILS = "thumbnails"


class Scope(StrEnum):
    """How much metadata is removed."""

    ALL = "all"
    """All metadata that ``keep`` does not name."""
    AI = "ai"
    """Only traces of AI tools, field by field; a photographer's data stays."""


class OnConflict(StrEnum):
    """What happens to a C2PA manifest that cannot stay and cannot be signed anew."""

    DROP = "drop"
    """The manifest goes, and the report says so."""
    REFUSE = "refuse"
    """The file is refused."""
