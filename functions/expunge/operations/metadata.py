"""Remove provenance and private metadata without changing a pixel."""

from __future__ import annotations

from typing import TYPE_CHECKING, BinaryIO

import expunge
from expunge.imaging.data import FileData, pieces
from expunge.imaging.provenance.cleaning import policy, report
from expunge.imaging.provenance.signing.applying import settled
from expunge.imaging.provenance.strip import strip
from expunge.operations.outcome import Outcome

if TYPE_CHECKING:
    from expunge.imaging.source import Source
    from expunge.operations.options.metadata import MetadataOptions


def run(source: Source, options: MetadataOptions) -> Outcome:
    """Remove metadata from one file.

    Raises
    ------
    expunge.errors.RewriteUnproven
        If the result cannot be proven to hold the same image.
    expunge.imaging.provenance.signing.settling.ManifestConflict
        If the C2PA manifest cannot stay, and the caller wants no file without it.
    """
    chosen = policy(options.keep, options.scope)
    stripped = strip(source, chosen)
    stripped, manifest, spent = settled(
        source, stripped, options.scope, chosen.reasons, options.on_conflict, expunge.__version__
    )
    timings = {
        "read": source.read_ms,
        "strip": stripped.strip_ms,
        "verify": stripped.verify_ms,
    }
    if manifest:
        timings["manifest"] = spent
    timings["total"] = sum(timings.values())
    told = report(source, stripped, chosen.reasons, manifest)
    if source.file is None:
        return Outcome(stripped.data, source.media_type, told, timings)
    file = stripped.file or _copied(source.file)
    return Outcome(None, source.media_type, told, timings, file)


def _copied(file: FileData) -> BinaryIO:
    """An unchanged movie on disk as a result."""
    out = file.scratch()
    for piece in pieces(file, 0, len(file)):
        out.write(piece)
    out.flush()
    return out
