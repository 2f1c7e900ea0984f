"""Check a manifest's label, actions and redactions. Digests are checked elsewhere."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from expunge.imaging.provenance.c2pa.values import HashedUri, mapping, mappings, sequence, text

if TYPE_CHECKING:
    from expunge.imaging.provenance.c2pa.opened import OpenedManifest

_LABEL = re.compile(r"urn:uuid:.+|urn:c2pa:[^:]*(:[!-9;-~]{0,32}(:(\d+(_\d+)?)?)?)?")
"""``urn:c2pa:``, a UUID, and optionally vendor, version and reason (C2PA 2.2, 8.2)."""
_FIRST = ("c2pa.created", "c2pa.opened")
_NEEDS = {"c2pa.opened": "parentOf", "c2pa.placed": "componentOf", "c2pa.removed": "componentOf"}
"""Actions that must name an ingredient, and its required relationship."""
_UPDATES = ("c2pa.edited.metadata", "c2pa.opened", "c2pa.published", "c2pa.redacted")
"""Actions that do not change pixels. An update manifest may hold only these."""


def check(opened: OpenedManifest) -> None:
    """Record violations of C2PA 2.2, section 15 on the manifest."""
    _check_redactions(opened)
    if opened.is_update:
        _check_update(opened)
    if opened.claim_version > 1:
        if not _LABEL.fullmatch(opened.label):
            opened.fail("claim.malformed", "the manifest's label does not have the required form")
        _check_actions(opened)


def _check_actions(opened: OpenedManifest) -> None:
    """Section 15.10.3.2. It does not apply to version 1 claims."""
    assertions = opened.labelled("c2pa.actions")
    first = [
        text(a.get("action")) for _, data in assertions for a in mappings(data.get("actions"))[:1]
    ]
    if not opened.is_update and not any(action in _FIRST for action in first):
        opened.fail("assertion.action.malformed", "the first action must create or open")
    for label, data in assertions:
        for action in mappings(data.get("actions")):
            _check_action(opened, label, action)


def _check_action(opened: OpenedManifest, label: str, action: dict[Any, Any]) -> None:
    name = text(action.get("action"))
    if name in _NEEDS and not _has_ingredient(opened, action, _NEEDS[name]):
        opened.fail(
            "assertion.action.ingredientMismatch",
            f"{name} names no ingredient of the relationship {_NEEDS[name]}",
            *("c2pa.assertions", label),
        )


def _check_update(opened: OpenedManifest) -> None:
    """Check an update manifest. Its kind is not signed, so it must not have a hard binding."""
    held = [label for label in opened.assertions if label.startswith("c2pa.hash.")]
    for _, data in opened.labelled("c2pa.actions"):
        actions = (text(action.get("action")) for action in mappings(data.get("actions")))
        held += [action for action in actions if action not in _UPDATES]
    if held:
        opened.fail("manifest.update.invalid", f"an update manifest may not hold {held[0]}")


def _has_ingredient(opened: OpenedManifest, action: dict[Any, Any], relationship: str) -> bool:
    parameters = mapping(action.get("parameters"))
    named = [parameters.get("ingredient"), *sequence(parameters.get("ingredients"))]
    found = (mapping(opened.contents.get(HashedUri.of(uri).label)) for uri in named if uri)
    return any(ingredient.get("relationship") == relationship for ingredient in found)


def _check_redactions(opened: OpenedManifest) -> None:
    """A claim may redact assertions of other manifests, except actions and hard bindings."""
    for uri in map(text, sequence(opened.claim.get("redacted_assertions"))):
        if opened.label in uri:
            opened.fail("assertion.selfRedacted", "the claim redacts an assertion of its own")
        if "c2pa.actions" in uri:
            opened.fail("assertion.action.redacted", "actions must not be redacted")
        if "c2pa.hash." in uri:
            opened.fail("assertion.dataHash.redacted", "hard bindings must not be redacted")
