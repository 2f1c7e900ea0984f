"""Reading a whole store: every manifest's facts, and one validity."""

from __future__ import annotations

from typing import TYPE_CHECKING

from expunge.imaging.provenance.c2pa import cbor, facts, jumbf, validation
from expunge.imaging.provenance.c2pa.manifest import ManifestStore, Status, Validity
from expunge.imaging.provenance.c2pa.opened import (
    COMPRESSED_MANIFEST,
    MANIFEST,
    UPDATE_MANIFEST,
    OpenedManifest,
    open_manifest,
)

if TYPE_CHECKING:
    from expunge.imaging.provenance.c2pa.asset import AssetHasher

MAX_MANIFESTS = 100
"""Each costs a signature check; later ones than these are the ones that count, and are read."""


def read(
    store: bytes | memoryview, *, asset: AssetHasher | None = None, verify: bool = True
) -> ManifestStore:
    """Read a C2PA manifest store, and check it as far as can be without a trust list.

    Parameters
    ----------
    store
        The ``jumb`` superbox labelled ``c2pa``, as a container carries it; several in file
        order, where an ISO-BMFF file carries an original store and an update of it. The content
        of one does as well: a JPEG XL box is the superbox itself, without its header.
    asset
        The file the store stands in, for its hard binding; without it that stays unchecked.
    verify
        False tells the facts alone: nothing is hashed, no signature checked.

    Returns
    -------
    ManifestStore
        Nothing raises: of a store that is malformed, what can be read is returned, and the
        reasons say where it broke. Nothing is ever fetched.
    """
    faults: list[str] = []
    opened = _open(store, faults)
    if verify:
        validation.check(opened, asset)
    manifests = tuple(facts.manifest(found) for found in opened)
    reasons = [Status("general.error", "", fault) for fault in faults]
    if not verify:
        reasons.append(Status("", "", "checking was not asked for", is_failure=False))
    reasons += validation.reasons(opened)
    return ManifestStore(manifests, _validity(reasons), tuple(reasons))


def _open(store: bytes | memoryview, faults: list[str]) -> list[OpenedManifest]:
    if bytes(store[4:8]) == b"jumd":
        store = (len(store) + 8).to_bytes(4) + b"jumb" + bytes(store)
    boxes = jumbf.parse(store, faults)
    stores = [box for box in boxes if (box.kind, box.label) == (b"c2pa", "c2pa")]
    kinds = (MANIFEST, UPDATE_MANIFEST, COMPRESSED_MANIFEST)
    found = [box for whole in stores for box in whole.children if box.kind in kinds]
    if not found and not faults:
        faults.append("The C2PA manifest store holds no manifest.")
    if len(found) > MAX_MANIFESTS:
        faults.append(f"The C2PA manifest store holds more than {MAX_MANIFESTS} manifests.")
    budget = cbor.Budget()
    # The active manifest is opened first, so that it is not the one that a limit leaves out.
    return [open_manifest(box, budget) for box in reversed(found[-MAX_MANIFESTS:])][::-1]


def _validity(reasons: list[Status]) -> Validity:
    if any(reason.is_failure for reason in reasons):
        return Validity.INVALID
    return Validity.UNVERIFIED if reasons else Validity.VALID
