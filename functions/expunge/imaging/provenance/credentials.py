"""Read the C2PA manifest store of a file, and convert it to facts and a report."""

from __future__ import annotations

import json
from bisect import bisect_right
from dataclasses import dataclass
from itertools import accumulate
from typing import TYPE_CHECKING, Any

from expunge.imaging.containers.block import Block, Kind, Layout
from expunge.imaging.data import FileData
from expunge.imaging.provenance import c2pa
from expunge.imaging.provenance.fact import Fact, shown
from expunge.imaging.provenance.survey import start_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from expunge.imaging.data import Data


MAX_LISTED = 25
"""Actions, ingredients, assertions or reasons in one list of a report."""
MAX_BYTES = 96_000
"""Bytes of all manifests in one report as JSON. The active manifest is always included."""
SHOWN = 200
"""Characters of a value in a manifest."""


@dataclass(frozen=True, slots=True)
class ContentCredentials:
    """A file's manifest store, and the blocks that carry it."""

    store: c2pa.ManifestStore
    blocks: tuple[Block, ...]

    @property
    def span(self) -> tuple[int, int]:
        """Offset and length of the store in the file."""
        return _span(self.blocks)


def credentials_in(layout: Layout, data: Data, *, verify: bool = True) -> ContentCredentials | None:
    """Read and check the file's C2PA manifest store. Return ``None`` if there is none.

    Parameters
    ----------
    layout, data
        The file and its blocks.
    verify
        Check signatures and hash the file. Otherwise the validity is ``unverified``.
    """
    blocks = tuple(block for block in layout.blocks if block.kind is Kind.C2PA)
    if not blocks:
        return None
    store = _store(layout.media_type, blocks)
    if store is None:
        return None
    whole = _whole(data) if verify else None
    asset = c2pa.AssetHasher(whole, layout.media_type, _span(blocks)) if whole else None
    return ContentCredentials(c2pa.read(store, asset=asset, verify=verify), blocks)


def _whole(data: Data) -> bytes | memoryview | None:
    """The whole file; ``None`` if it is neither in memory nor on disk."""
    if isinstance(data, FileData):
        return data.mapped()
    return data if isinstance(data, bytes) else None


def _span(blocks: tuple[Block, ...]) -> tuple[int, int]:
    """Offset and length of some blocks together, with container headers."""
    start = min(block.offset for block in blocks)
    return start, max(block.offset + block.length for block in blocks) - start


def _store(media_type: str, blocks: tuple[Block, ...]) -> bytes | memoryview | None:
    """The bytes of the first store. C2PA allows only one."""
    if media_type != "image/jpeg":
        return blocks[0].data
    stores = c2pa.assemble_app11(b"JP" + bytes(block.data) for block in blocks)
    return stores[0] if stores else None


class Carrier:
    """Maps offsets in the manifest store to offsets in the file."""

    def __init__(self, found: ContentCredentials, data: Data) -> None:
        self._blocks = found.blocks
        self._whole = (found.blocks[0], *found.span)
        self._ends: list[int] = []
        self._start: int | None = None
        if found.blocks[0].name != "APP11":
            self._start = start_of(found.blocks[0], data)
        elif len({bytes(block.data[:2]) for block in found.blocks}) == 1:  # box instances
            self._ends = list(accumulate(map(_carried, found.blocks)))

    def place(self, offset: int, length: int) -> tuple[Block, int, int]:
        """Return block, offset and length in the file for a box of the store.

        In JPEG this is the segment where the box begins. If that is unknown, it is the whole
        store.
        """
        if self._start is not None:
            return self._blocks[0], self._start + offset, length
        if self._ends and offset < self._ends[-1]:
            block = self._blocks[bisect_right(self._ends, offset)]
            return block, block.offset, block.length
        return self._whole


_PACKET = 6
"""Bytes of an APP11 block's content before the box header: box instance and packet number. Every
packet repeats them."""


def _carried(block: Block) -> int:
    """Number of bytes of the store in a segment."""
    header = 16 if bytes(block.data[_PACKET : _PACKET + 4]) == b"\0\0\0\1" else 8
    first = bytes(block.data[2:_PACKET]) in (bytes(4), b"\0\0\0\1")
    return max(len(block.data) - _PACKET - (0 if first else header), 0)


def facts_of_store(store: c2pa.ManifestStore) -> Iterator[Fact]:
    """Convert the manifests to facts. The path of a fact begins with the manifest's label.

    Offset and length are those of the fact's box in the store.
    """
    for manifest in store.manifests:
        for key, value, label in _statements(manifest):
            if value:
                place = manifest.places.get(label) or manifest.places.get("", (0, 0))
                yield Fact("c2pa", key, f"{manifest.label}/{key}", value, *place)


def _statements(manifest: c2pa.Manifest) -> Iterator[tuple[str, str, str]]:
    """Yield key, value and box label of each statement."""
    yield "claim_generator", manifest.claim_generator, _CLAIM
    for generator in manifest.generators:
        if str(generator) != manifest.claim_generator:
            yield "claim_generator", str(generator), _CLAIM
    if manifest.signer is not None:
        name = manifest.signer.organisation or manifest.signer.common_name
        yield "signer", name, _SIGNATURE
    actions = _first(manifest, "c2pa.actions")
    for term in manifest.source_types[:MAX_LISTED]:
        yield "digitalSourceType", term, actions
    for agent in dict.fromkeys(a.software_agent for a in manifest.actions[:MAX_LISTED]):
        yield "softwareAgent", agent, actions
    for action in dict.fromkeys(a.action for a in manifest.actions[:MAX_LISTED]):
        yield "action", action, actions
    for ingredient in manifest.ingredients[:MAX_LISTED]:
        yield "ingredient", ingredient.title, ingredient.label
    for binding in manifest.soft_bindings[:MAX_LISTED]:
        yield "soft_binding", binding.algorithm, _first(manifest, "c2pa.soft-binding")


_CLAIM, _SIGNATURE = "c2cl", "c2cs"


def _first(manifest: c2pa.Manifest, stem: str) -> str:
    """The label of the first assertion of a kind."""
    return next((label for label in manifest.assertions if label.startswith(stem)), "")


def report(store: c2pa.ManifestStore) -> dict[str, Any]:
    """Return the store as JSON: all manifests, and the active one again as ``manifest``."""
    manifests = _manifests(store)
    return {
        "present": True,
        "validity": store.validity.value,
        "state": store.state.value if store.state else None,
        "trust": store.trust.value,
        "codes": list(store.codes[:MAX_LISTED]),
        "reasons": [
            {
                "code": reason.code,
                "where": _short(reason.url),
                "explanation": _short(reason.explanation),
                "failure": reason.is_failure,
            }
            for reason in store.reasons[:MAX_LISTED]
        ],
        "claim_generators": [_short(name) for name in store.claim_generators[:MAX_LISTED]],
        "digital_source_types": [_short(term) for term in store.source_types[:MAX_LISTED]],
        "manifest": manifests[-1] if manifests else None,
        "manifests": manifests,
        "manifests_omitted": len(store.manifests) - len(manifests),
    }


def _manifests(store: c2pa.ManifestStore) -> list[dict[str, Any]]:
    """The manifests in store order, the active one last. The oldest are dropped first."""
    left = MAX_BYTES
    found: list[dict[str, Any]] = []
    for manifest in reversed(store.manifests):
        entry = _manifest(manifest)
        left -= len(json.dumps(entry, ensure_ascii=False).encode())
        if left < 0 and found:
            break
        found.append(entry)
    return found[::-1]


def _manifest(manifest: c2pa.Manifest) -> dict[str, Any]:
    signer = manifest.signer
    return {
        "label": _short(manifest.label),
        "claim_generator": _short(manifest.claim_generator) or None,
        "claim_version": manifest.claim_version,
        "title": _short(manifest.title) or None,
        "signer": _signer(signer) if signer else None,
        "digital_source_types": [_short(term) for term in manifest.source_types[:MAX_LISTED]],
        "actions": [
            {
                "action": _short(action.action),
                "software_agent": _short(action.software_agent) or None,
                "digital_source_type": _short(action.source_type) or None,
                "when": _short(action.when) or None,
                "description": _short(action.description) or None,
            }
            for action in manifest.actions[:MAX_LISTED]
        ],
        "ingredients": [
            {
                "title": _short(ingredient.title) or None,
                "format": _short(ingredient.format) or None,
                "relationship": _short(ingredient.relationship) or None,
                "manifest": _short(ingredient.manifest) or None,
            }
            for ingredient in manifest.ingredients[:MAX_LISTED]
        ],
        "assertions": [_short(label) for label in manifest.assertions[:MAX_LISTED]],
        "watermarks": [_short(action.action) for action in manifest.watermarks[:MAX_LISTED]],
    }


def _short(value: str) -> str:
    return shown(value)[:SHOWN]


def _signer(signer: c2pa.Signer) -> dict[str, Any]:
    return {
        "organisation": _short(signer.organisation) or None,
        "common_name": _short(signer.common_name) or None,
        "issued_by": _short(signer.issued_by) or None,
        "not_before": signer.not_before.isoformat(),
        "not_after": signer.not_after.isoformat(),
        "algorithm": signer.algorithm or None,
        "signed_at": signer.signed_at.isoformat() if signer.signed_at else None,
        "stamped_by": _short(signer.stamped_by) or None,
        "stamp_listed": signer.is_stamp_listed,
        "trust": signer.trust.value,
        "anchor": _short(signer.anchor) or None,
    }
