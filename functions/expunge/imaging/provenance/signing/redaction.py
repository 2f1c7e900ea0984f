"""Which assertions of a manifest store are private, and may be taken out."""

from __future__ import annotations

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
creators: that is credit, and stays."""
_THUMBNAIL = "c2pa.thumbnail"
_OWN_THUMBNAIL = "c2pa.thumbnail.claim"


def private_facts(store: ManifestStore) -> list[str]:
    """Return the JUMBF URIs of the assertions that may hold private facts."""
    return [uri for uri, label, _ in _assertions(store) if label.startswith(_FACTS)]


def earlier_pictures(store: ManifestStore) -> list[str]:
    """Return the URIs of thumbnails that show other states than the file itself: all but that of
    the active claim."""
    return [
        uri
        for uri, label, is_active in _assertions(store)
        if label.startswith(_THUMBNAIL) and not (is_active and label.startswith(_OWN_THUMBNAIL))
    ]


def redactions(store: ManifestStore) -> list[str]:
    """Return the URIs of everything that a new manifest leaves out: private facts, and all
    thumbnails."""
    return [uri for uri, label, _ in _assertions(store) if label.startswith((*_FACTS, _THUMBNAIL))]


def _assertions(store: ManifestStore) -> Iterator[tuple[str, str, bool]]:
    """Yield URI and label of each assertion, and whether it is in the active manifest."""
    for manifest in store.manifests:
        for label in manifest.assertions:
            uri = f"self#jumbf=/c2pa/{manifest.label}/c2pa.assertions/{label}"
            yield uri, label, manifest is store.active
