"""Knows results of this server again: by SHA-256, and re-encoded copies by hashes of their faces.

Copies keep the picture's proportions: a crop, a turn or a mirror image is not known. Hashes of
whole pictures find candidates. The faces decide, since the target's hash is nearly the same.
"""

from __future__ import annotations

import logging
import time
from typing import TYPE_CHECKING

import expunge
from expunge.errors import ExpungeError, Unavailable
from expunge.imaging.loading import load
from expunge.imaging.media_types import UNDECODED
from expunge.imaging.progress import silent
from expunge.imaging.provenance.own_label import OwnLabel
from expunge.imaging.source import Source
from expunge.operations import FINGERPRINT
from expunge.operations.memory import peak_bytes
from expunge.operations.options.fingerprint import FingerprintOptions
from expunge.swaps.digests import digest_of
from expunge.swaps.terms import MODE

if TYPE_CHECKING:
    from typing import Any

    from expunge.imaging.safety.fingerprint import Box
    from expunge.operations.execution import Executor
    from expunge.operations.outcome import Outcome
    from expunge.swaps.audit import Audit, Swap

log = logging.getLogger(__name__)

LOOK_SECONDS = 60.0
"""How long a server without results looks for none."""
MOST_BYTES = 64 << 20
"""A larger video is not read within a request. Its label tells what it is."""
_HASHES = ("after", "telling", "alike")
RUN_SECONDS = 10.0
"""Longest time to hash one picture."""


class KnownResults:
    """Finds the swap that made a file."""

    def __init__(self, audit: Audit, executor: Executor) -> None:
        self._audit = audit
        self._executor = executor
        self._empty_until = 0.0

    def label(self, source: Source) -> OwnLabel | None:
        """The label of the swap that made a file; ``None`` for any other file."""
        swap = self.find(source)
        return None if swap is None else OwnLabel.of(MODE, expunge.__version__, swap.made_at)

    def find(self, source: Source) -> Swap | None:
        """The swap that made a file, or a re-encoded copy of it.

        Raises
        ------
        expunge.errors.Overloaded
            If there is no memory or process to hash the file.
        """
        if len(source.content) > MOST_BYTES or self._is_empty():
            return None
        exact = self._audit.with_result(digest_of(source))
        return exact[0] if exact else self._alike(source)

    def _is_empty(self) -> bool:
        if time.monotonic() >= self._empty_until and self._audit.is_empty():
            self._empty_until = time.monotonic() + LOOK_SECONDS
        return time.monotonic() < self._empty_until

    def _alike(self, source: Source) -> Swap | None:
        if not _is_hashed(source):
            return None
        try:
            candidates = self._audit.looking_like(self._hashes(source)["whole"])
            return next((one for one in candidates if self._shows(source, one)), None)
        except Unavailable:
            raise
        except ExpungeError as error:  # what cannot be decoded shows no face
            log.info("not compared with results: %s", error.detail)
            return None

    def _shows(self, source: Source, swap: Swap) -> bool:
        fingerprint = load("expunge.imaging.safety.fingerprint")
        faces = [_face(one) for one in swap.faces]
        found = self._hashes(source, *(face.box for face in faces))["parts"]
        return any(
            fingerprint.shows(int(part, 16), face) for part, face in zip(found, faces, strict=True)
        )

    def _hashes(self, source: Source, *boxes: Box) -> dict[str, Any]:
        options = FingerprintOptions(boxes=boxes)
        with self._executor.turn(FINGERPRINT, peak_bytes(FINGERPRINT, source, options)) as turn:
            outcome = turn.run(FINGERPRINT, source, options, silent, seconds=RUN_SECONDS)
        return outcome.report


def hashes_of(source: Source, outcome: Outcome) -> dict[str, Any]:
    """The fields of an audit entry by which copies of a still result are known: in the worker."""
    if outcome.image is None or not _is_hashed(source):
        return {}
    fingerprint = load("expunge.imaging.safety.fingerprint")
    try:
        before = fingerprint.seen(source)
        after = fingerprint.seen(Source.of(outcome.image, limits=None))
    except ExpungeError as error:
        log.warning("a result is known by its SHA-256 alone: %s", error.detail)
        return {}
    faces = fingerprint.faces(before, after, _boxes(outcome.report))
    return {
        "whole": f"{fingerprint.whole_hash(after):016x}",
        "faces": [
            {"box": list(one.box)} | {name: f"{getattr(one, name):064x}" for name in _HASHES}
            for one in faces
        ],
    }


def _boxes(report: dict[str, Any]) -> list[Box]:
    """The boxes of the swapped faces, as fractions of the picture."""
    width, height = report["width"], report["height"]
    boxes = [one["box"] for one in report["swapped"]]
    return [
        (box["x1"] / width, box["y1"] / height, box["x2"] / width, box["y2"] / height)
        for box in boxes
    ]


def _face(item: dict[str, Any]) -> Any:  # noqa: ANN401  of a module that is loaded on first use
    fingerprint = load("expunge.imaging.safety.fingerprint")
    hashes = (int(item[name], 16) for name in _HASHES)
    return fingerprint.Face(tuple(item["box"]), *hashes)


def _is_hashed(source: Source) -> bool:
    """Whether a file is a still picture that is decoded here."""
    still = source.layout.frames == 1 and source.file is None
    return still and source.media_type not in UNDECODED and not source.layout.broken
