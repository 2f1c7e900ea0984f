"""Validate opened manifests without network access (C2PA 2.2, section 15)."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from expunge.errors import MalformedImage
from expunge.imaging.provenance.c2pa import (
    binding,
    credential,
    facts,
    identities,
    rules,
    signature,
)
from expunge.imaging.provenance.c2pa.asset import AssetHasher, digest
from expunge.imaging.provenance.c2pa.manifest import EXPIRED_CODE, UNTRUSTED_CODE
from expunge.imaging.provenance.c2pa.opened import SIGNED_CODE
from expunge.imaging.provenance.c2pa.values import HashedUri, mappings, sequence, text
from expunge.imaging.provenance.c2pa.verdict import CannotCheck, Mismatch

if TYPE_CHECKING:
    from collections.abc import Iterator

    from expunge.imaging.provenance.c2pa.manifest import Status
    from expunge.imaging.provenance.c2pa.opened import OpenedManifest
    from expunge.imaging.provenance.c2pa.trust import TrustLists

_ASSERTION_LISTS = ("assertions", "created_assertions", "gathered_assertions")


def check(store: list[OpenedManifest], asset: AssetHasher | None, lists: TrustLists) -> None:
    """Validate all manifests, and record problems on each.

    For every manifest, check the assertions against the claim's digests, the claim's signature,
    and the links to ingredient manifests. For the active one and its ancestors, judge the signer
    and the identities. Only for the active one, check the rules for actions, and the hard binding,
    which hashes the file once.
    """
    by_label = {opened.label: opened for opened in store}
    redacted = _redacted(store)
    touched = {HashedUri(uri, b"", "").manifest for uri in redacted}
    digests = _Digests()
    for opened in store:
        _check_assertions(opened, redacted, digests)
        _check_signature(opened)
        _check_ingredients(opened, by_label, touched, digests)
    if store and store[-1].claim:
        active = store[-1]
        now = datetime.now(UTC)
        credential.check(_ancestry(store), lists, now)
        rules.check(active)
        for opened in _ancestry(store):
            identities.check(opened, lists, now)
        bound = _bound(active, by_label)
        if bound is None:
            active.fail("claim.hardBindings.missing", "there is no manifest with a hard binding")
        else:
            binding.check(active, bound, asset)


def reasons(store: list[OpenedManifest]) -> Iterator[Status]:
    """Yield the problems that affect the store: those of the active manifest and its ancestors,
    except problems that a signer recorded when it added an ancestor as ingredient."""
    ancestry = _ancestry(store)
    recorded = _recorded(ancestry)
    for opened in ancestry:
        yield from (p for p in opened.problems if (opened.label, p.code) not in recorded)


def is_trusted(store: list[OpenedManifest]) -> bool:
    """Whether all signers of a store without problems are on the trust list, and no identity is
    in doubt. A signer of an ancestor may be unknown if that was recorded when it became an
    ingredient."""
    ancestry = _ancestry(store)
    recorded = _recorded(ancestry)
    named = {label for label, code in recorded if code.startswith("cawg.")}
    if any(found.has_doubtful_identity and found.label not in named for found in ancestry):
        return False
    return bool(ancestry) and all(
        (opened.credential is not None and opened.credential.is_listed)
        or (opened is not store[-1] and (opened.label, UNTRUSTED_CODE) in recorded)
        for opened in ancestry
    )


def codes(active: OpenedManifest) -> tuple[str, ...]:
    """The status codes of a manifest: success, information and failure, without repeats."""
    judged = active.credential.codes if active.credential else ()
    failed = (problem.code for problem in active.problems if problem.is_failure)
    return tuple(dict.fromkeys((*active.passed, *judged, *failed)))


def _recorded(ancestry: list[OpenedManifest]) -> set[tuple[str, str]]:
    """Labels of ingredients' manifests with failure codes that do not count: those that were known
    when they were added, and the expiry of a certificate that was valid then."""
    ingredients = [
        facts.ingredient(label, data)
        for opened in ancestry
        for label, data in opened.labelled("c2pa.ingredient")
    ]
    known = {(found.manifest, code) for found in ingredients for code in found.validation_failures}
    return known | {(i.manifest, EXPIRED_CODE) for i in ingredients if i.was_inside_validity}


def _ancestry(store: list[OpenedManifest]) -> list[OpenedManifest]:
    """The active manifest and its ancestors. Other manifests in the store do not count, because
    anyone can add them."""
    by_label = {opened.label: opened for opened in store}
    reached = {opened.label: opened for opened in store[-1:]}
    waiting = list(reached.values())
    while waiting:
        for _, data in waiting.pop().labelled("c2pa.ingredient"):
            label = facts.manifest_link(data).manifest
            if label in by_label and label not in reached:
                reached[label] = by_label[label]
                waiting.append(by_label[label])
    return list(reached.values())


def _redacted(store: list[OpenedManifest]) -> set[str]:
    """URIs of assertions that a later manifest redacts, except those of the active one."""
    uris = (
        text(uri)
        for opened in _ancestry(store)
        for uri in sequence(opened.claim.get("redacted_assertions"))
    )
    active = store[-1].label if store else ""
    return {uri for uri in uris if HashedUri(uri, b"", "").manifest != active}


class _Digests:
    """A cache of digests of views in opened manifests."""

    def __init__(self) -> None:
        self._known: dict[tuple[int, str], bytes] = {}

    def of(self, view: memoryview, algorithm: str) -> bytes:
        key = (id(view), algorithm)
        if key not in self._known:
            self._known[key] = digest(algorithm, view)
        return self._known[key]


def _check_assertions(opened: OpenedManifest, redacted: set[str], digests: _Digests) -> None:
    """The claim must list each assertion, with a matching digest (C2PA 2.2, 15.10)."""
    declared = set()
    default = text(opened.claim.get("alg")) or binding.DEFAULT_ALGORITHM
    for listed in (mappings(opened.claim.get(key)) for key in _ASSERTION_LISTS):
        for uri in map(HashedUri.of, listed):
            declared.add(uri.label)
            box = opened.assertions.get(uri.label)
            is_redacted = opened.url("c2pa.assertions", uri.label) in redacted
            if not is_redacted or (box and not box.is_blank):
                _check_assertion(opened, uri, uri.algorithm or default, digests)
    for label in opened.assertions if opened.claim else ():
        if label not in declared:
            _failed(opened, "assertion.undeclared", "the claim does not list it", label)


def _check_assertion(
    opened: OpenedManifest, uri: HashedUri, algorithm: str, digests: _Digests
) -> None:
    if uri.manifest not in ("", opened.label):
        return _failed(opened, "assertion.outsideManifest", "it is in another manifest", uri.label)
    box = opened.assertions.get(uri.label)
    if box is None:
        return _failed(
            opened, "assertion.missing", "the claim lists it, but it is missing", uri.label
        )
    try:
        if digests.of(box.payload, algorithm) != uri.digest:
            reason = "its digest differs from the claim"
            _failed(opened, "assertion.hashedURI.mismatch", reason, uri.label)
        else:
            opened.succeed("assertion.hashedURI.match")
    except CannotCheck as error:
        opened.fail("algorithm.unsupported", str(error), "c2pa.assertions", uri.label)
    return None


def _failed(opened: OpenedManifest, code: str, explanation: str, label: str) -> None:
    opened.fail(code, explanation, "c2pa.assertions", label)


def _check_signature(opened: OpenedManifest) -> None:
    if opened.signature is None:
        return
    try:
        signature.verify(opened.signature)
    except Mismatch as error:
        opened.fail("claimSignature.mismatch", str(error), "c2pa.signature")
    except MalformedImage as error:
        opened.fail("signingCredential.invalid", error.detail, "c2pa.signature")
    except CannotCheck as error:
        opened.leave_open(str(error), "c2pa.signature")
    else:
        opened.succeed("claimSignature.insideValidity")
        opened.succeed(SIGNED_CODE)


def _check_ingredients(
    opened: OpenedManifest,
    by_label: dict[str, OpenedManifest],
    touched: set[str],
    digests: _Digests,
) -> None:
    """Check the links to ingredient manifests (C2PA 2.2, 15.11.3). Redaction changes a manifest's
    digest; then the digest of its signature counts."""
    for label, data in opened.labelled("c2pa.ingredient"):
        uri = facts.manifest_link(data)
        if not uri.url:
            continue
        target = by_label.get(uri.manifest)
        if target is None:
            _failed(opened, "ingredient.manifest.missing", "its manifest is missing", label)
            continue
        try:
            signed = HashedUri.of(data.get("claimSignature") if uri.manifest in touched else None)
            if not _links(uri, signed, target, digests):
                reason = "its manifest has a different digest"
                _failed(opened, "ingredient.manifest.mismatch", reason, label)
        except CannotCheck as error:
            opened.fail("algorithm.unsupported", str(error), "c2pa.assertions", label)


def _links(
    uri: HashedUri, signature_uri: HashedUri, target: OpenedManifest, digests: _Digests
) -> bool:
    """Whether a link matches this manifest, by the digest of the manifest, of its claim (before
    C2PA 1.3), or of its signature."""
    default = text(target.claim.get("alg")) or binding.DEFAULT_ALGORITHM
    candidates = [(uri, target.box.payload), (uri, target.claim_bytes)]
    if target.signature_box:
        candidates.append((signature_uri, target.signature_box.payload))
    return any(
        link.digest and digests.of(view, link.algorithm or default) == link.digest
        for link, view in candidates
    )


def _bound(opened: OpenedManifest, by_label: dict[str, OpenedManifest]) -> OpenedManifest | None:
    """The manifest whose hard binding counts. For an update manifest this is its parent."""
    passed: set[str] = set()
    while opened.is_update and not binding.bindings(opened):
        passed.add(opened.label)
        parents = [
            facts.manifest_link(data).manifest
            for _, data in opened.labelled("c2pa.ingredient")
            if data.get("relationship") == "parentOf"
        ]
        if len(parents) != 1 or parents[0] not in by_label or parents[0] in passed:
            return None
        opened = by_label[parents[0]]
    return opened
