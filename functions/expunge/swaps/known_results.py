"""Knows results of this server again: by SHA-256, and re-encoded copies by hashes of their faces.

Copies keep the picture's proportions, or are mirror images of these: a crop or a turn is not known.
Hashes of whole pictures find candidates. The faces decide, since the target's hash is nearly the
same.
"""

from __future__ import annotations

import logging
import time
from typing import TYPE_CHECKING

import expunge
from expunge.errors import ExpungeError, OperatorNeeded, Unavailable
from expunge.imaging.data import FileData
from expunge.imaging.loading import load
from expunge.imaging.media_types import UNDECODED, VIDEOS
from expunge.imaging.moving.facts import is_moving
from expunge.imaging.progress import silent
from expunge.imaging.provenance.own_label import OwnLabel
from expunge.imaging.source import Source
from expunge.operations import FINGERPRINT
from expunge.operations.memory import peak_bytes
from expunge.operations.options.fingerprint import FingerprintOptions
from expunge.swaps.digests import digest_of
from expunge.swaps.terms import MODE

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

    import numpy as np
    from numpy.typing import NDArray

    from expunge.imaging.safety.fingerprint import Box, Face
    from expunge.operations.execution import Executor
    from expunge.operations.outcome import Outcome
    from expunge.swaps.audit import Audit, Swap

    Grey = NDArray[np.uint8]
    Pointer = dict[str, Any]

log = logging.getLogger(__name__)

LOOK_SECONDS = 60.0
"""How long a server that makes no swaps, and has none, does not ask again."""
MOST_BYTES = 64 << 20
"""A larger video is not read within a request. Its label tells what it is."""
_HASHES = ("after", "telling", "alike")
RUN_SECONDS = 10.0
"""Longest time to hash one picture."""


class KnownResults:
    """Finds the swap that made a file.

    Parameters
    ----------
    makes_more
        Whether this server makes swaps. Else it looks for earlier ones only while there are any.
    sees_moving
        Whether this process can decode moving pictures.
    """

    def __init__(
        self, audit: Audit, executor: Executor, *, makes_more: bool, sees_moving: bool = True
    ) -> None:
        self._sees_moving = sees_moving
        self._audit = audit
        self._executor = executor
        self._makes_more = makes_more
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
        if self._makes_more:
            return False
        if time.monotonic() >= self._empty_until and self._audit.is_empty():
            self._empty_until = time.monotonic() + LOOK_SECONDS
        return time.monotonic() < self._empty_until

    def _alike(self, source: Source) -> Swap | None:
        if not _is_hashed(source) or (is_moving(source) and not self._sees_moving):
            return None
        try:
            shots = self._shots(source)
            near = [self._audit.looking_like(shot["whole"]) for shot in shots]
            if not any(near):
                return None
            return self._shown(source, near)
        except ExpungeError as error:  # what cannot be decoded shows no face
            if isinstance(error, Unavailable) and not isinstance(error, OperatorNeeded):
                raise
            log.info("not compared with results: %s", error.detail)
            return None

    def _shown(self, source: Source, near: Sequence[Sequence[Pointer]]) -> Swap | None:
        """The swap whose face a shot shows, of those that each shot looks like."""
        boxes = list(dict.fromkeys(face.box for items in near for face in _faces(*items)))
        for shot, items in zip(self._shots(source, *boxes), near, strict=True):
            parts = dict(zip(boxes, shot["parts"], strict=True))
            for item in items:
                if any(_is_shown(face, parts[face.box]) for face in _faces(item)):
                    return self._audit.pointed(item)
        return None

    def _shots(self, source: Source, *boxes: Box) -> list[dict[str, Any]]:
        options = FingerprintOptions(boxes=boxes)
        with self._executor.turn(FINGERPRINT, peak_bytes(FINGERPRINT, source, options)) as turn:
            outcome = turn.run(FINGERPRINT, source, options, silent, seconds=RUN_SECONDS)
        found: list[dict[str, Any]] = outcome.report["shots"]
        return found


def hashes_of(source: Source, outcome: Outcome) -> list[dict[str, Any]]:
    """The looks in an audit entry by which copies of a result are known: in the worker."""
    result = _result(outcome)
    if result is None:
        return []
    fingerprint = load("expunge.imaging.safety.fingerprint")
    try:
        pairs = zip(fingerprint.shots(source), fingerprint.shots(result), strict=False)
        moves = is_moving(source)
        looks = [
            _look(before, after, None if moves else _boxes(outcome.report))
            for before, after in pairs
        ]
    except ExpungeError as error:
        log.warning("a result is known by its SHA-256 alone: %s", error.detail)
        return []
    return [look for look in looks if look["faces"]]


def _result(outcome: Outcome) -> Source | None:
    if outcome.file is not None:
        return Source.over(FileData(outcome.file), limits=None)
    return None if outcome.image is None else Source.of(outcome.image, limits=None)


def _look(before: Grey, after: Grey, boxes: Sequence[Box] | None) -> dict[str, Any]:
    """One look; without boxes, where the frames differ."""
    fingerprint = load("expunge.imaging.safety.fingerprint")
    if boxes is None:
        boxes = fingerprint.changed(before, after) if before.shape == after.shape else ()
    ways = after, fingerprint.mirrored(after)
    return {
        "wholes": [f"{fingerprint.whole_hash(way):016x}" for way in ways],
        "faces": [
            {"box": list(one.box)} | {name: f"{getattr(one, name):064x}" for name in _HASHES}
            for one in fingerprint.faces(before, after, boxes)
        ],
    }


def _boxes(report: Mapping[str, Any]) -> list[Box]:
    """The boxes of the swapped faces of a still image, as fractions of the picture."""
    width, height = report["width"], report["height"]
    boxes = [one["box"] for one in report["swapped"]]
    return [
        (box["x1"] / width, box["y1"] / height, box["x2"] / width, box["y2"] / height)
        for box in boxes
    ]


def _faces(*items: Pointer) -> list[Face]:
    fingerprint = load("expunge.imaging.safety.fingerprint")
    return [
        fingerprint.Face(tuple(one["box"]), *(int(one[name], 16) for name in _HASHES))
        for item in items
        for one in item["faces"]
    ]


def _is_shown(face: Face, parts: Sequence[str]) -> bool:
    """Whether a region, or that of the mirror image, shows the swapped face."""
    fingerprint = load("expunge.imaging.safety.fingerprint")
    return any(fingerprint.shows(int(part, 16), face) for part in parts)


def _is_hashed(source: Source) -> bool:
    """Whether a file is decoded here: a still picture, or a short moving one."""
    if source.file is not None or source.layout.broken:
        return False
    return source.media_type not in UNDECODED or source.media_type in VIDEOS
