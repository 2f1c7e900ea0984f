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


def flagged(name: str) -> NsfwDetected:
    """The error for an input, which ``name`` describes: «the target»."""
    said = name[:1].upper() + name[1:]
    return NsfwDetected(f"{said} looks like sexual content, which is not swapped here.")
