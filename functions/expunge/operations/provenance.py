"""What a cleaned file tells of where it comes from: its C2PA manifest is settled here."""

from __future__ import annotations

from dataclasses import replace
from time import perf_counter
from typing import TYPE_CHECKING, Any

import expunge
from expunge.imaging.containers.block import Block, Kind
from expunge.imaging.provenance.choices import Scope
from expunge.imaging.source import Source

if TYPE_CHECKING:
    from expunge.imaging.provenance.strip import Stripped
    from expunge.operations.options.metadata import MetadataOptions


def settled(
    source: Source, stripped: Stripped, options: MetadataOptions
) -> tuple[Stripped, dict[str, Any] | None, float]:
    """Settle the manifest of a stripped file, if it has one still.

    Returns
    -------
    tuple
        The file, the report's section on the manifest or ``None``, and the milliseconds it took.

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
        operator = identity.configured()
    except identity.SigningUnavailable as error:
        obstacle = str(error)
    found = settling.settle(
        source,
        stripped.data,
        # `scope: ai` takes AI traces alone; what is private was not asked to go
        private=options.scope is not Scope.AI,
        operator=operator,
        obstacle=obstacle,
        on_conflict=options.on_conflict,
        version=expunge.__version__,
    )
    spent = (perf_counter() - started) * 1e3
    if found is None:
        return stripped, None, 0.0
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
