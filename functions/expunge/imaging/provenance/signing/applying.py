"""Settle the manifest of a file that `strip` has changed."""

from __future__ import annotations

from dataclasses import replace
from time import perf_counter
from typing import TYPE_CHECKING, Any

from expunge.imaging.containers.block import Block, Kind
from expunge.imaging.provenance.choices import OnConflict, Scope
from expunge.imaging.source import Source

if TYPE_CHECKING:
    from expunge.imaging.provenance.strip import Stripped


def settled(
    source: Source,
    stripped: Stripped,
    scope: Scope,
    on_conflict: OnConflict = OnConflict.DROP,
    version: str = "",
) -> tuple[Stripped, dict[str, Any] | None, float]:
    """Settle the manifest of a stripped file, if it has one still.

    Parameters
    ----------
    scope
        ``ai`` takes AI traces alone: what is private in a manifest was not asked to go.
    version
        The version of this software, for a new claim; empty where nobody signs.

    Returns
    -------
    tuple
        The file, the report's section on the manifest or ``None``, and the milliseconds it took.
        A movie on disk is not hashed, so nothing is settled for it.

    Raises
    ------
    expunge.imaging.provenance.signing.settling.ManifestConflict
        The manifest cannot stay, and the caller wants no file without it.
    """
    if source.file is not None or not any(block.kind is Kind.C2PA for block in stripped.kept):
        return stripped, None, 0.0
    started = perf_counter()
    from expunge.imaging.provenance.signing import identity, settling  # noqa: PLC0415 - CBOR, COSE

    operator, obstacle = None, ""
    try:
        operator = identity.configured() if version else None
    except identity.SigningUnavailable as error:
        obstacle = str(error)
    found = settling.settle(
        source,
        stripped.data,
        private=scope is not Scope.AI,
        operator=operator,
        obstacle=obstacle,
        on_conflict=on_conflict,
        version=version,
    )
    if found is None:
        return stripped, None, 0.0
    spent = (perf_counter() - started) * 1e3
    return _with(stripped, source, found.data), found.report(), spent


def _with(stripped: Stripped, source: Source, data: bytes) -> Stripped:
    """The result with another manifest, or none."""
    if data == stripped.data:
        return stripped
    gone = (block for block in source.layout.blocks if block.kind is Kind.C2PA)
    return replace(
        stripped,
        data=data,
        length=len(data),
        changed=True,
        removed=(*stripped.removed, *gone),
        kept=_kept(data),
    )


def _kept(data: bytes) -> tuple[Block, ...]:
    blocks = Source.of(data).layout.blocks
    return tuple(b for b in blocks if b.kind not in (Kind.CODED, Kind.STRUCTURE))
