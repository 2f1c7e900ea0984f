"""The C2PA manifest store under a strip that keeps labels.

The store is never edited here: it stays byte for byte, or goes whole. A hash in it covers the
file's other bytes, so it seldom validates after a private field was removed elsewhere.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from expunge.imaging.containers.block import Kind, Layout
from expunge.imaging.provenance.fact import Kept

if TYPE_CHECKING:
    from expunge.imaging.data import Data

PRIVATE_ASSERTIONS = (
    "stds.exif", "stds.iptc", "stds.schema-org", "c2pa.metadata", "cawg.metadata",
    "c2pa.thumbnail", "c2pa.location", "cawg.identity",
)  # fmt: skip
"""Beginnings of the labels of assertions that may hold a place, a time, a device, a person, or the
image before its changes (C2PA Technical Specification 2.2, section 18; CAWG metadata 1.1)."""
TRAINING = ("c2pa.training-mining", "cawg.training-mining")
"""Labels of the assertion that reserves a work from training and mining."""


@dataclass(frozen=True, slots=True)
class Manifests:
    """What a store holds that matters to a strip."""

    private_assertions: tuple[str, ...]
    opts_out: bool
    """Whether a manifest speaks of training or mining."""


def manifests_in(layout: Layout, data: Data) -> Manifests | None:
    """Read the file's manifest store. Return ``None`` if there is none that can be read."""
    if all(block.kind is not Kind.C2PA for block in layout.blocks):
        return None
    from expunge.imaging.provenance.credentials import credentials_in  # noqa: PLC0415 - CBOR, COSE

    found = credentials_in(layout, data, verify=False)
    if found is None or not found.store.manifests:
        return None
    labels = [label for manifest in found.store.manifests for label in manifest.assertions]
    return Manifests(
        tuple(dict.fromkeys(x for x in labels if x.startswith(PRIVATE_ASSERTIONS))),
        any(label.startswith(TRAINING) for label in labels),
    )


def stays(layout: Layout, data: Data, reasons: Kept) -> bool:
    """Whether the store stays: as a label, or as a training opt-out. Other JUMBF boxes go."""
    if not reasons & (Kept.MANIFEST | Kept.OPT_OUT):
        return False
    found = manifests_in(layout, data)
    return found is not None and (bool(reasons & Kept.MANIFEST) or found.opts_out)
