"""The options for removing metadata. This module imports no third-party library."""

from __future__ import annotations

from enum import StrEnum


class Keep(StrEnum):
    """Metadata that can be kept."""

    ICC = "icc"
    """Colour profiles, which always stay."""
    CREDIT = "credit"
    """Creators, rights, credit lines, terms, licensors and training opt-outs, field by field."""
    COPYRIGHT = "copyright"
    """The same as ``credit``."""
    PROVENANCE = "provenance"
    """AI labels, the C2PA manifest and ``credit``."""
    CAPTIONS = "captions"
    """Titles, descriptions, keywords and comments."""
    PANORAMA = "panorama"
    """How a panorama is shown (GPano)."""
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
    PRIVATE = "private"
    """All but AI labels, the C2PA manifest, credit, and camera settings, field by field."""


class OnConflict(StrEnum):
    """What happens to a C2PA manifest that cannot stay and cannot be signed again."""

    DROP = "drop"
    """The manifest goes, and the report says so."""
    REFUSE = "refuse"
    """The file is refused."""
