"""Read a whole store: the facts of every manifest, and one validity."""

from __future__ import annotations

from typing import TYPE_CHECKING

from expunge.imaging.provenance.c2pa import cbor, facts, jumbf, validation
from expunge.imaging.provenance.c2pa.identities import UNAVAILABLE
from expunge.imaging.provenance.c2pa.manifest import (
    EXPIRED_CODE,
    ManifestStore,
    State,
    Status,
    Trust,
    Validity,
)
from expunge.imaging.provenance.c2pa.opened import (
    COMPRESSED_MANIFEST,
    MANIFEST,
    UPDATE_MANIFEST,
    OpenedManifest,
    open_manifest,
)
from expunge.imaging.provenance.c2pa.trust import TrustLists, public_lists

if TYPE_CHECKING:
    from expunge.imaging.provenance.c2pa.asset import AssetHasher

MAX_MANIFESTS = 100
"""Manifests read per store, the last ones. Each costs a signature check."""


def read(
    store: bytes | memoryview,
    *,
    asset: AssetHasher | None = None,
    verify: bool = True,
    lists: TrustLists | None = None,
) -> ManifestStore:
    """Read a C2PA manifest store, and validate it.

    Parameters
    ----------
    store
        The ``jumb`` superbox labelled ``c2pa``, as in the container. An ISO-BMFF file may have
        several in file order: an original store and its update. The content of a superbox is
        accepted too, because a JPEG XL box is the superbox itself without its header.
    asset
        The file with the store, to check its hard binding. Without it the binding is unchecked.
    verify
        If false, return only the facts: no hash and no signature is checked.
    lists
        The trust lists; by default the public ones.

    Returns
    -------
    ManifestStore
        The readable part, even of a malformed store; the reasons describe the faults. Nothing
        raises, and nothing is ever fetched.
    """
    faults: list[str] = []
    opened = _open(store, faults)
    if verify:
        validation.check(opened, asset, public_lists() if lists is None else lists)
    manifests = tuple(facts.manifest(found) for found in opened)
    reasons = [Status("general.error", "", fault) for fault in faults]
    if not verify:
        reasons.append(Status("", "", "verification was not requested", is_failure=False))
    reasons += validation.reasons(opened)
    active = opened[-1] if opened else None
    return ManifestStore(
        manifests,
        _validity(reasons),
        tuple(reasons),
        trust=manifests[-1].signer.trust if active and manifests[-1].signer else Trust.UNKNOWN,
        state=_state(reasons, opened),
        codes=validation.codes(active) if active and verify else (),
    )


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
    # Open the active manifest first, so that a limit never drops it.
    return [open_manifest(box, budget) for box in reversed(found[-MAX_MANIFESTS:])][::-1]


def _validity(reasons: list[Status]) -> Validity:
    failures = {reason.code for reason in reasons if reason.is_failure}
    if failures == {EXPIRED_CODE}:
        return Validity.EXPIRED
    if failures:
        return Validity.INVALID
    return Validity.UNVERIFIED if reasons else Validity.VALID


def _state(reasons: list[Status], opened: list[OpenedManifest]) -> State | None:
    if any(reason.is_failure or reason.code == UNAVAILABLE for reason in reasons):
        return State.INVALID
    if reasons or not opened:
        return None
    return State.TRUSTED if validation.is_trusted(opened) else State.VALID
