"""The result of an operation."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, BinaryIO

from expunge.imaging.data import PIECE


@dataclass(frozen=True, slots=True)
class Outcome:
    """The result of one operation on one image.

    Attributes
    ----------
    image
        The resulting file, or ``None`` for operations that only report and for a `file`.
    media_type
        Media type of ``image``, or of the input if ``image`` is ``None``.
    report
        JSON-ready facts about what was found and done.
    timings_ms
        Milliseconds by stage; the stages add up to ``total``.
    file
        The resulting file of an input that was read from disk, open. The caller closes it.
    evidence
        JSON-ready facts for a receipt, if the options ask for one; see `evidence`.
    """

    image: bytes | None
    media_type: str
    report: dict[str, Any]
    timings_ms: Mapping[str, float] = field(default_factory=dict)
    file: BinaryIO | None = None
    evidence: dict[str, Any] | None = None

    def parts(self) -> Iterator[bytes]:
        """Yield the resulting file in pieces; nothing for operations that only report."""
        if self.file is None:
            yield from () if self.image is None else (self.image,)
            return
        self.file.seek(0)
        while piece := self.file.read(PIECE):
            yield piece

    @property
    def length(self) -> int | None:
        """Bytes of the resulting file, or ``None`` for operations that only report."""
        if self.file is not None:
            return self.file.seek(0, os.SEEK_END)
        return None if self.image is None else len(self.image)
