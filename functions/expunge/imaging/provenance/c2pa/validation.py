"""Checks over opened manifests, without a trust list and without a network (C2PA 2.2, 15)."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from expunge.errors import MalformedImage
from expunge.imaging.provenance.c2pa import actions, binding, credential, facts, signature
from expunge.imaging.provenance.c2pa.asset import AssetHasher, digest
from expunge.imaging.provenance.c2pa.values import HashedUri, mappings, sequence, text
from expunge.imaging.provenance.c2pa.verdict import CannotCheck, Mismatch

if TYPE_CHECKING:
    from collections.abc import Iterator

    from expunge.imaging.provenance.c2pa.jumbf import Superbox
    from expunge.imaging.provenance.c2pa.manifest import Status
    from expunge.imaging.provenance.c2pa.opened import OpenedManifest

MAX_CHAIN = 100
"""Update manifests followed down to the one with the hard binding."""
_ASSERTION_LISTS = ("assertions", "created_assertions", "gathered_assertions")


def check(store: list[OpenedManifest], asset: AssetHasher | None) -> None:
    """Check every manifest and note on each what is wrong or left open.

    All manifests: assertions against the claim's digests, the claim's signature, links to the
    manifests of ingredients. The active one alone: the certificate's validity, the rules for
    actions, and the hard binding, for which the file is hashed once.
    """
    by_label = {opened.label: opened for opened in store}
    redacted = {text(uri) for opened in store for uri in _redactions(opened)}
    digests = _Digests()
    for opened in store:
        _check_assertions(opened, redacted, digests)
        _check_signature(opened)
        _check_ingredients(opened, by_label, redacted, digests)
    if store and store[-1].claim:
        active = store[-1]
        credential.check(active, datetime.now(UTC))
        actions.check(active)
        bound = _bound(active, by_label)
        if bound is None:
            active.fail("claim.hardBindings.missing", "no manifest with a hard binding is there")
        else:
            binding.check(active, bound, asset)


def reasons(store: list[OpenedManifest]) -> Iterator[Status]:
    """What stands against the store: problems of the active manifest, and those of others that
    no signer recorded when it took them in as ingredients."""
    recorded = {
        (found.manifest, code)
        for opened in store
        for label, data in opened.labelled("c2pa.ingredient")
        for found in [facts.ingredient(label, data)]
        for code in found.validation_failures
    }
    for opened in store[-1:]:
        yield from opened.problems
    for opened in store[:-1]:
        yield from (p for p in opened.problems if (opened.label, p.code) not in recorded)


class _Digests:
    """Digests of boxes, each taken once however often it is referred to."""

    def __init__(self) -> None:
        self._known: dict[tuple[int, str], bytes] = {}

    def of(self, box: Superbox, algorithm: str) -> bytes:
        key = (box.offset, algorithm)
        if key not in self._known:
            self._known[key] = digest(algorithm, box.payload)
        return self._known[key]


def _redactions(opened: OpenedManifest) -> list[object]:
    return sequence(opened.claim.get("redacted_assertions"))


def _check_assertions(opened: OpenedManifest, redacted: set[str], digests: _Digests) -> None:
    """Each assertion must be in the claim, and be as the claim has it (C2PA 2.2, 15.10)."""
    declared = set()
    default = text(opened.claim.get("alg")) or binding.DEFAULT_ALGORITHM
    for listed in (mappings(opened.claim.get(key)) for key in _ASSERTION_LISTS):
        for uri in map(HashedUri.of, listed):
            declared.add(uri.label)
            if opened.url("c2pa.assertions", uri.label) not in redacted:
                _check_assertion(opened, uri, uri.algorithm or default, digests)
    for label in opened.assertions if opened.claim else ():
        if label not in declared:
            _failed(opened, "assertion.undeclared", "the claim does not list it", label)


def _check_assertion(
    opened: OpenedManifest, uri: HashedUri, algorithm: str, digests: _Digests
) -> None:
    if uri.manifest not in ("", opened.label):
        return _failed(opened, "assertion.outsideManifest", "it is elsewhere", uri.label)
    box = opened.assertions.get(uri.label)
    if box is None:
        return _failed(opened, "assertion.missing", "the claim lists it", uri.label)
    try:
        if digests.of(box, algorithm) != uri.digest:
            _failed(opened, "assertion.hashedURI.mismatch", "it was changed", uri.label)
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
        opened.leave_open("", str(error), "c2pa.signature")


def _check_ingredients(
    opened: OpenedManifest,
    by_label: dict[str, OpenedManifest],
    redacted: set[str],
    digests: _Digests,
) -> None:
    """Links to manifests of ingredients. Claims before C2PA 1.3 hash the claim alone; one whose
    assertions were redacted since has another digest."""
    for label, data in opened.labelled("c2pa.ingredient"):
        uri = HashedUri.of(data.get("activeManifest") or data.get("c2pa_manifest"))
        if not uri.url:
            continue
        target = by_label.get(uri.label)
        if target is None:
            _failed(opened, "ingredient.manifest.missing", "its manifest is not there", label)
        elif not any(target.url() in address for address in redacted):
            _check_link(opened, label, uri, target, digests)


def _check_link(
    opened: OpenedManifest, label: str, uri: HashedUri, target: OpenedManifest, digests: _Digests
) -> None:
    algorithm = uri.algorithm or text(target.claim.get("alg")) or binding.DEFAULT_ALGORITHM
    try:
        whole = digests.of(target.box, algorithm)
        if uri.digest not in (whole, digest(algorithm, target.claim_bytes)):
            _failed(opened, "ingredient.manifest.mismatch", "its manifest was changed", label)
    except CannotCheck as error:
        opened.fail("algorithm.unsupported", str(error), "c2pa.assertions", label)


def _bound(opened: OpenedManifest, by_label: dict[str, OpenedManifest]) -> OpenedManifest | None:
    """The manifest whose hard binding counts: an update manifest's is its parent's."""
    for _ in range(MAX_CHAIN):
        if not opened.is_update:
            return opened
        parents = [
            HashedUri.of(data.get("activeManifest") or data.get("c2pa_manifest")).label
            for _, data in opened.labelled("c2pa.ingredient")
            if data.get("relationship") == "parentOf"
        ]
        if len(parents) != 1 or parents[0] not in by_label:
            return None
        opened = by_label[parents[0]]
    return None
