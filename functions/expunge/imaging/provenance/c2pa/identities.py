"""Check the named identities of a manifest (CAWG Identity Assertion 1.1).

They affect its state as in the official SDK. A manifest is invalid if the credential of a claims
aggregator is wrong. It is not trusted if an identity has a certificate, because there is no trust
list for those, or if the assertion breaks a rule.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from expunge.imaging.provenance.c2pa import aggregation
from expunge.imaging.provenance.c2pa.values import HashedUri, mapping, mappings, octets, text
from expunge.imaging.provenance.c2pa.verdict import CannotCheck

if TYPE_CHECKING:
    from datetime import datetime

    from expunge.imaging.provenance.c2pa.opened import OpenedManifest
    from expunge.imaging.provenance.c2pa.trust import TrustLists

UNAVAILABLE = f"cawg.ica.{aggregation.UNAVAILABLE}"
"""The code of an identity that only its issuer can confirm. The official SDK without a network
takes it for a failure."""
_CLAIMED = ("assertions", "created_assertions", "gathered_assertions")


def check(opened: OpenedManifest, lists: TrustLists, now: datetime) -> None:
    """Record what is wrong with the identities of a manifest."""
    for label, data in opened.labelled("cawg.identity"):
        where = ("c2pa.assertions", label)
        payload = mapping(data.get("signer_payload"))
        if not text(payload.get("sig_type")) or "signature" not in data:
            opened.fail("assertion.required.missing", "the identity has no payload", *where)
            continue
        is_aggregated = payload["sig_type"] == aggregation.KIND
        if not is_aggregated or _breaks_a_rule(opened, data, payload):
            opened.has_doubtful_identity = True
        if not is_aggregated or not _refers(opened, payload):
            continue
        try:
            _check_aggregation(opened, data, label, lists, now)
        except CannotCheck as error:
            opened.leave_open(str(error), *where)


def _check_aggregation(
    opened: OpenedManifest, data: dict[Any, Any], label: str, lists: TrustLists, now: datetime
) -> None:
    where = ("c2pa.assertions", label)
    for code, words in aggregation.faults(data, lists, now):
        if code == aggregation.UNAVAILABLE:
            opened.leave_open(words, *where, code=UNAVAILABLE)
        else:
            opened.fail(f"cawg.ica.{code}", words, *where)


def _breaks_a_rule(opened: OpenedManifest, data: dict[Any, Any], payload: dict[Any, Any]) -> bool:
    """Whether anything but the signature is wrong (section 7.2)."""
    labels = [HashedUri.of(u).label for u in mappings(payload.get("referenced_assertions"))]
    return (
        any(octets(data.get("pad1")))
        or any(octets(data.get("pad2")))
        or not any(label.startswith("c2pa.hash.") for label in labels)
        or len(set(labels)) < len(labels)
        or not set(labels) <= _claimed(opened).keys()
    )


def _refers(opened: OpenedManifest, payload: dict[Any, Any]) -> bool:
    """Whether the digests that an identity refers to are those of the claim."""
    claimed = _claimed(opened)
    found = map(HashedUri.of, mappings(payload.get("referenced_assertions")))
    return all(claimed.get(uri.label, uri.digest) == uri.digest for uri in found)


def _claimed(opened: OpenedManifest) -> dict[str, bytes]:
    """Digests of the claim's assertions by label."""
    uris = (HashedUri.of(uri) for key in _CLAIMED for uri in mappings(opened.claim.get(key)))
    return {uri.label: uri.digest for uri in uris}
