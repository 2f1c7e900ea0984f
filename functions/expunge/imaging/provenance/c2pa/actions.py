"""The rules that version 2 claims set for their actions (C2PA 2.2, 15.10.3.2)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from expunge.imaging.provenance.c2pa.values import HashedUri, mapping, mappings, sequence, text

if TYPE_CHECKING:
    from expunge.imaging.provenance.c2pa.opened import OpenedManifest

_FIRST = ("c2pa.created", "c2pa.opened")
_NEEDS = {"c2pa.opened": "parentOf", "c2pa.placed": "componentOf", "c2pa.removed": "componentOf"}
"""Actions that must name an ingredient, and the relationship it must have."""


def check(opened: OpenedManifest) -> None:
    """Note on the manifest where its actions break the rules."""
    if opened.claim_version < 2 or not opened.contents:
        return
    assertions = opened.labelled("c2pa.actions")
    first = [mappings(data.get("actions"))[:1] for _, data in assertions]
    if not opened.is_update and not any(a and text(a[0].get("action")) in _FIRST for a in first):
        opened.fail("assertion.action.malformed", "the first action must create or open")
    for label, data in assertions:
        for action in mappings(data.get("actions")):
            needed = _NEEDS.get(text(action.get("action")))
            if needed and not _has_ingredient(opened, action, needed):
                opened.fail(
                    "assertion.action.ingredientMismatch",
                    f"{text(action.get('action'))} names no ingredient of the kind {needed}",
                    *("c2pa.assertions", label),
                )


def _has_ingredient(opened: OpenedManifest, action: dict[Any, Any], relationship: str) -> bool:
    parameters = mapping(action.get("parameters"))
    named = [parameters.get("ingredient"), *sequence(parameters.get("ingredients"))]
    return any(
        mapping(opened.contents.get(HashedUri.of(uri).label)).get("relationship") == relationship
        for uri in named
        if uri
    )
