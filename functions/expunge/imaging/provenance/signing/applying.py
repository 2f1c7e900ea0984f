"""Settle the manifest of a file that `strip` has changed."""

from __future__ import annotations

from dataclasses import replace
from time import perf_counter
from typing import TYPE_CHECKING, Any

from expunge.imaging.containers.block import Kind
from expunge.imaging.data import FileData
from expunge.imaging.provenance.choices import OnConflict, Scope
from expunge.imaging.provenance.fact import Kept
from expunge.imaging.provenance.strip import NOT_LISTED
from expunge.imaging.source import Source

if TYPE_CHECKING:
    from expunge.imaging.provenance.signing.settling import Settled
    from expunge.imaging.provenance.strip import Stripped


def settled(
    source: Source,
    stripped: Stripped,
    scope: Scope,
    reasons: Kept,
    on_conflict: OnConflict = OnConflict.DROP,
    version: str = "",
) -> tuple[Stripped, dict[str, Any] | None, float]:
    """Settle the manifest of a stripped file, if it has one still.

    Parameters
    ----------
    scope
        ``ai`` takes AI traces alone: what is private in a manifest was not asked to go.
    reasons
        Those of the policy that stripped it.
    version
        The version of this software, for a new claim; empty where nobody signs.

    Returns
    -------
    tuple
        The file, the report's section on the manifest or ``None``, and the milliseconds it took.

    Raises
    ------
    expunge.imaging.provenance.signing.settling.ManifestConflict
        The manifest cannot stay, and the caller wants no file without it.
    """
    if not any(block.kind is Kind.C2PA for block in stripped.kept):
        return stripped, None, 0.0
    started = perf_counter()
    from expunge.imaging.provenance.signing import identity, settling  # noqa: PLC0415 - CBOR, COSE

    operator, obstacle = None, ""
    try:
        operator = identity.configured() if version else None
    except identity.SigningUnavailable as error:
        obstacle = str(error)
    try:
        found = settling.settle(
            source,
            _result(source, stripped),
            private=scope is not Scope.AI,
            labels=bool(reasons & Kept.LABEL),
            operator=operator,
            obstacle=obstacle,
            on_conflict=on_conflict,
            version=version,
        )
    except BaseException:
        if stripped.file is not None:
            stripped.file.close()
        raise
    if found is None:
        return stripped, None, 0.0
    spent = (perf_counter() - started) * 1e3
    return _with(stripped, source, found), found.report(), spent


def _result(source: Source, stripped: Stripped) -> Source:
    """The stripped file."""
    if source.file is None:
        return Source.of(stripped.data)
    if stripped.file is None:  # unchanged
        return source
    return Source.over(FileData(stripped.file, source.file.scratch), limits=None)


def _with(stripped: Stripped, source: Source, found: Settled) -> Stripped:
    """The result with another manifest, or none."""
    if found.outcome == "kept":
        return stripped
    if found.file is not None and stripped.file is not None:
        stripped.file.close()
    result = (
        Source.of(found.data)
        if found.file is None
        else Source.over(FileData(found.file), limits=None)
    )
    gone = (block for block in source.layout.blocks if block.kind is Kind.C2PA)
    return replace(
        stripped,
        data=found.data,
        file=found.file,
        length=len(result.content),
        changed=True,
        removed=(*stripped.removed, *gone),
        kept=tuple(b for b in result.layout.blocks if b.kind not in NOT_LISTED),
    )
