"""Validate hard bindings between a manifest and its file (C2PA 2.2, 15.12)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from expunge.imaging.provenance.c2pa import bmff, boxes
from expunge.imaging.provenance.c2pa.opened import OpenedManifest, base_label
from expunge.imaging.provenance.c2pa.values import mappings, octets, text, whole
from expunge.imaging.provenance.c2pa.verdict import CannotCheck, Mismatch, Misplaced

if TYPE_CHECKING:
    from expunge.imaging.provenance.c2pa.asset import AssetHasher

_DATA, _BMFF, _BOXES = "c2pa.hash.data", "c2pa.hash.bmff", "c2pa.hash.boxes"
_MISMATCH = {
    _DATA: "assertion.dataHash.mismatch",
    _BMFF: "assertion.bmffHash.mismatch",
    _BOXES: "assertion.boxesHash.mismatch",
}
MAX_EXCLUSIONS = 1_000
DEFAULT_ALGORITHM = "sha256"


def bindings(opened: OpenedManifest) -> list[str]:
    """Return the labels of a manifest's hard bindings. There should be one."""
    return [label for label in opened.assertions if label.startswith("c2pa.hash.")]


def check(opened: OpenedManifest, bound: OpenedManifest, asset: AssetHasher | None) -> None:
    """Check a manifest's hard binding, and record problems on the manifest.

    Parameters
    ----------
    opened
        The active manifest.
    bound
        The manifest with the binding: the active one, or the parent of an update manifest.
    """
    labels = bindings(bound)
    if len(labels) != 1:
        several = "multipleHardBindings" if labels else "hardBindings.missing"
        code = f"assertion.{several}" if labels else f"claim.{several}"
        return opened.fail(code, f"the manifest has {len(labels)} hard bindings instead of one")
    label = labels[0]
    where = ("c2pa.assertions", label)
    kind = base_label(label)
    if asset is None or kind not in _MISMATCH or label not in bound.contents:
        reason = "the file is not available" if asset is None else f"{kind} is not supported"
        return opened.leave_open(reason, *where)
    matched = _MISMATCH[kind].replace("mismatch", "match")
    try:
        if not _matches(label, bound, asset, updated=opened is not bound):
            raise Mismatch("the file is not the one that was signed")  # noqa: TRY301
        opened.succeed(matched)
    except Mismatch as error:
        if isinstance(error, Misplaced):
            opened.succeed(matched)
        opened.fail(_MISMATCH[kind], str(error), *where)
    except CannotCheck as error:
        opened.leave_open(str(error), *where)
    return None


def _matches(label: str, bound: OpenedManifest, asset: AssetHasher, *, updated: bool) -> bool:
    assertion = bound.contents[label]
    algorithm = text(assertion.get("alg")) or text(bound.claim.get("alg")) or DEFAULT_ALGORITHM
    kind = base_label(label)
    if kind == _BMFF:
        version = label.removeprefix(_BMFF).partition("__")[0].removeprefix(".v")
        return bmff.matches(assertion, int(version or 1), algorithm, asset)
    if kind == _BOXES:
        return boxes.matches(assertion, algorithm, asset)
    return _data_matches(assertion, algorithm, asset, updated=updated)


def _data_matches(
    assertion: dict[Any, Any], algorithm: str, asset: AssetHasher, *, updated: bool
) -> bool:
    """Check a data hash of all bytes except some ranges, one of which is exactly the store."""
    if "url" in assertion:
        raise CannotCheck("the hard binding refers to external data, which is never fetched")
    found = mappings(assertion.get("exclusions"))
    ranges = [(whole(r.get("start")), whole(r.get("length"))) for r in found]
    excluded = [(s, n) for s, n in ranges if s is not None and n is not None]
    if len(excluded) != len(found) or len(excluded) > MAX_EXCLUSIONS:
        raise Mismatch("the excluded ranges are malformed")
    place = asset.store_range
    if place and updated:
        excluded = _moved(excluded, place)
    if asset.without(algorithm, excluded) != octets(assertion.get("hash")):
        return False
    if place and any(n for _, n in excluded) and place not in excluded:
        raise Misplaced("no excluded range is the location of the manifest store")
    return True


def _moved(excluded: list[tuple[int, int]], store: tuple[int, int]) -> list[tuple[int, int]]:
    """Adjust excluded ranges to a store that an update manifest made longer."""
    start, length = store
    old = next((n for s, n in excluded if s == start), None)
    if old is None:
        return excluded
    return [store if s == start else (s + (length - old) * (s > start), n) for s, n in excluded]
