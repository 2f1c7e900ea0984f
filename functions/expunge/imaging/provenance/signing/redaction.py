"""Which assertions of a manifest store are private, and may be taken out."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from expunge.imaging.provenance.c2pa import ManifestStore

PRIVATE = (
    "stds.exif",
    "stds.iptc",
    "stds.metadata",
    "c2pa.metadata",
    "cawg.metadata",
    "c2pa.thumbnail",
    "c2pa.location",
)
"""Beginnings of the labels of assertions that may hold a place, a time, a device, or the image
before its changes (C2PA 2.2, section 18; CAWG metadata 1.1). ``stds.schema-org.CreativeWork`` and
``cawg.identity`` name creators: that is credit, and stays."""
_NEVER = ("c2pa.actions", "c2pa.hash.", "c2pa.ingredient")
"""Redaction of these is forbidden, or breaks the chain (C2PA 2.2, section 6.8)."""


def private_assertions(store: ManifestStore, labels: Sequence[str] = PRIVATE) -> list[str]:
    """Return the JUMBF URIs of the assertions whose labels begin with one of some words."""
    return list(_private(store, tuple(labels)))


def _private(store: ManifestStore, labels: tuple[str, ...]) -> Iterator[str]:
    for manifest in store.manifests:
        for label in manifest.assertions:
            if label.startswith(labels) and not label.startswith(_NEVER):
                yield f"self#jumbf=/c2pa/{manifest.label}/c2pa.assertions/{label}"
