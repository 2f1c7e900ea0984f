"""The options of the scan that every input of a face swap goes through."""

from __future__ import annotations

from expunge.errors import NsfwDetected
from expunge.operations.options.base import ModeOptions

ANALYSER = "nsfw"
"""The catalogue's name of the content analyser."""


class ScanOptions(ModeOptions):
    """None."""

    @property
    def models(self) -> frozenset[str]:
        return frozenset((ANALYSER,))


def flagged(name: str, digest: str | None = None) -> NsfwDetected:
    """The error for an input: ``name`` describes it («the target»), and its SHA-256 names it."""
    said = name[:1].upper() + name[1:] + (f" (SHA-256 {digest})" if digest else "")
    return NsfwDetected(f"{said} looks like sexual content, which is not swapped here.")
