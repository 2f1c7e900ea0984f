"""Which assertions of a manifest store are private, and may be taken out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from expunge.imaging.provenance.c2pa import ManifestStore

_FACTS = (
    "stds.exif",
    "stds.iptc",
    "stds.metadata",
    "c2pa.metadata",
    "cawg.metadata",
    "c2pa.location",
)
"""Beginnings of the labels of assertions that may hold a place, a time or a device (C2PA 2.2,
section 18; CAWG metadata 1.1). ``stds.schema-org.CreativeWork`` and ``cawg.identity`` name
creators: that is credit, and stays. Others count if a field in them is named like a place."""
_THUMBNAIL = "c2pa.thumbnail"
_OWN_THUMBNAIL = "c2pa.thumbnail.claim"
_FIXED = ("c2pa.actions", "c2pa.hash.", "c2pa.ingredient")
"""Assertions that must not be redacted, or whose loss breaks the chain (C2PA 2.2, section 6.8)."""


@dataclass(frozen=True, slots=True)
class Assertion:
    """An assertion of a store, and what speaks against it."""

    uri: str
    label: str
    tells: bool
    """Whether it may hold private facts."""
    is_active: bool
    """Whether it is in the active manifest."""

    @property
    def is_thumbnail(self) -> bool:
        return self.label.startswith(_THUMBNAIL)

    @property
    def shows_the_file(self) -> bool:
        """Whether it is the thumbnail of the active claim, which shows this very image."""
        return self.is_active and self.label.startswith(_OWN_THUMBNAIL)

    @property
    def is_fixed(self) -> bool:
        return self.label.startswith(_FIXED)


def unwanted(store: ManifestStore) -> list[Assertion]:
    """Return the assertions that a new manifest leaves out, as far as it may: those with private
    facts, and all thumbnails."""
    return [found for found in _assertions(store) if found.tells or found.is_thumbnail]


def _assertions(store: ManifestStore) -> Iterator[Assertion]:
    for manifest in store.manifests:
        for label in manifest.assertions:
            yield Assertion(
                f"self#jumbf=/c2pa/{manifest.label}/c2pa.assertions/{label}",
                label,
                label.startswith(_FACTS) or label in manifest.telling,
                manifest is store.active,
            )
