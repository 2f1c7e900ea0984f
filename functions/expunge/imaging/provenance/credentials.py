"""C2PA in a file: its store gathered from the container's blocks, its facts, its report."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from expunge.imaging.containers.block import Block, Kind, Layout
from expunge.imaging.provenance import c2pa
from expunge.imaging.provenance.fact import Fact, shown

if TYPE_CHECKING:
    from collections.abc import Iterator


MOST_LISTED = 100
"""Of manifests, actions, ingredients and assertions in one list of a report."""


@dataclass(frozen=True, slots=True)
class Credentials:
    """A file's manifest store, and the blocks that carry it."""

    store: c2pa.ManifestStore
    blocks: tuple[Block, ...]

    @property
    def span(self) -> tuple[int, int]:
        """Where the store stands in the file."""
        return _span(self.blocks)


def credentials_in(layout: Layout, data: bytes, *, verify: bool = True) -> Credentials | None:
    """The file's C2PA manifest store, read and checked; ``None`` where there is none.

    Parameters
    ----------
    layout, data
        The file, and the blocks it was read into.
    verify
        Check signatures and hash the file; without it the validity is ``unverified``.
    """
    blocks = tuple(block for block in layout.blocks if block.kind is Kind.C2PA)
    if not blocks:
        return None
    store = _store(layout.media_type, blocks)
    if store is None:
        return None
    asset = c2pa.AssetHasher(data, layout.media_type, _span(blocks)) if verify else None
    return Credentials(c2pa.read(store, asset=asset, verify=verify), blocks)


def _span(blocks: tuple[Block, ...]) -> tuple[int, int]:
    """Offset and length of some blocks together, container headers included."""
    start = min(block.offset for block in blocks)
    return start, max(block.offset + block.length for block in blocks) - start


def _store(media_type: str, blocks: tuple[Block, ...]) -> bytes | memoryview | None:
    """The store's bytes; of several stores the first, which is the one that C2PA allows."""
    if media_type != "image/jpeg":
        return blocks[0].data
    stores = c2pa.assemble_app11(b"JP" + bytes(block.data) for block in blocks)
    return stores[0] if stores else None


def facts_of_store(store: c2pa.ManifestStore) -> Iterator[Fact]:
    """What the manifests say, as facts; the path begins with the manifest's label."""
    for manifest in store.manifests:
        for key, value in _statements(manifest):
            if value:
                yield Fact("c2pa", key, f"{manifest.label}/{key}", value, 0, 0)


def _statements(manifest: c2pa.Manifest) -> Iterator[tuple[str, str]]:
    yield "claim_generator", manifest.claim_generator
    for generator in manifest.generators:
        if str(generator) != manifest.claim_generator:
            yield "claim_generator", str(generator)
    if manifest.signer is not None:
        yield "signer", manifest.signer.organisation or manifest.signer.common_name
    for term in manifest.source_types[:MOST_LISTED]:
        yield "digitalSourceType", term
    for agent in dict.fromkeys(a.software_agent for a in manifest.actions[:MOST_LISTED]):
        yield "softwareAgent", agent
    for action in dict.fromkeys(a.action for a in manifest.actions[:MOST_LISTED]):
        yield "action", action
    for ingredient in manifest.ingredients[:MOST_LISTED]:
        yield "ingredient", ingredient.title
    for binding in manifest.soft_bindings[:MOST_LISTED]:
        yield "soft_binding", binding.algorithm


def report(store: c2pa.ManifestStore) -> dict[str, Any]:
    """The store as JSON: every manifest, the active one once more as ``manifest``."""
    manifests = [_manifest(manifest) for manifest in store.manifests[-MOST_LISTED:]]
    return {
        "present": True,
        "validity": store.validity.value,
        "reasons": [
            {
                "code": reason.code,
                "where": shown(reason.url),
                "explanation": shown(reason.explanation),
                "failure": reason.is_failure,
            }
            for reason in store.reasons[:MOST_LISTED]
        ],
        "claim_generators": [shown(name) for name in store.claim_generators[:MOST_LISTED]],
        "digital_source_types": [shown(term) for term in store.source_types[:MOST_LISTED]],
        "manifest": manifests[-1] if manifests else None,
        "manifests": manifests,
    }


def _manifest(manifest: c2pa.Manifest) -> dict[str, Any]:
    signer = manifest.signer
    return {
        "label": shown(manifest.label),
        "claim_generator": shown(manifest.claim_generator) or None,
        "claim_version": manifest.claim_version,
        "title": shown(manifest.title) or None,
        "signer": _signer(signer) if signer else None,
        "digital_source_types": [shown(term) for term in manifest.source_types[:MOST_LISTED]],
        "actions": [
            {
                "action": shown(action.action),
                "software_agent": shown(action.software_agent) or None,
                "digital_source_type": shown(action.source_type) or None,
                "when": shown(action.when) or None,
                "description": shown(action.description) or None,
            }
            for action in manifest.actions[:MOST_LISTED]
        ],
        "ingredients": [
            {
                "title": shown(ingredient.title) or None,
                "format": shown(ingredient.format) or None,
                "relationship": shown(ingredient.relationship) or None,
                "manifest": shown(ingredient.manifest) or None,
            }
            for ingredient in manifest.ingredients[:MOST_LISTED]
        ],
        "assertions": [shown(label) for label in manifest.assertions[:MOST_LISTED]],
        "watermarks": [shown(action.action) for action in manifest.watermarks[:MOST_LISTED]],
    }


def _signer(signer: c2pa.Signer) -> dict[str, Any]:
    return {
        "organisation": shown(signer.organisation) or None,
        "common_name": shown(signer.common_name) or None,
        "issued_by": shown(signer.issued_by) or None,
        "not_before": signer.not_before.isoformat(),
        "not_after": signer.not_after.isoformat(),
        "algorithm": signer.algorithm or None,
        "signed_at": signer.signed_at.isoformat() if signer.signed_at else None,
    }
