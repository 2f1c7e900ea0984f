"""How often one face was seen, whether that makes it a face, and how long it is held."""

from __future__ import annotations

from dataclasses import dataclass

from expunge.imaging.faces.faces import Floats
from expunge.imaging.moving.followed import Followed

HOLD = 0.5
"""Most seconds for which a face is held that is not found again, and before it was found first."""
BRIEF = 0.25
"""Seconds for which a face is held that was seen once."""
PROOFS = 3
PROOF = 2.0
"""Number of less likely detections that make a face together, and the sum of their scores, as a
multiple of the score for one."""


FORGOTTEN = 5.0
"""Seconds after the last sighting at which no further frame has a place of a track."""


@dataclass(frozen=True, slots=True)
class Sighting:
    """A detection that begins or continues a track."""

    track: int
    time: float
    """Seconds from the start."""
    score: float
    box: Floats
    """(4,)"""


@dataclass(slots=True)
class Track:
    first: float
    """Times in seconds at which it was seen first and last."""
    last: float
    best: float = 0.0
    """Highest score."""
    total: float = 0.0
    """Sum of scores."""
    sightings: int = 0

    def confirmed(self, sure: float) -> bool:
        """Whether it is a face: seen once for sure, or several times with less confidence."""
        return self.best >= sure or (self.sightings >= PROOFS and self.total >= PROOF * sure)

    def holds(self, time: float) -> bool:
        """Whether the face is hidden in a frame: held for longer, the longer it was seen."""
        apart = max(self.first - time, time - self.last, 0.0)
        return apart <= min(HOLD, BRIEF + 2 * (self.last - self.first))


@dataclass(frozen=True, slots=True)
class Complete:
    """What is in one frame, when enough frames after it are known."""

    shot: int
    """From 0; another one begins at each cut."""
    places: tuple[Followed, ...]
    """Of all tracks, also of those that may be none of a face."""
    searched: bool
    """Whether the detector ran in it."""
    news: tuple[Sighting, ...]
    """Seen since the frame before was complete, in later frames too."""


class Tracks:
    """Chooses the places that are shown, by what is known when their frame is complete.

    Parameters
    ----------
    sure
        Score from which one sighting is a face; several of one track may be less likely.
    """

    def __init__(self, sure: float) -> None:
        self._sure = sure
        self._tracks: dict[int, Track] = {}
        self._tidied = 0.0
        """Time of the frame at which tracks were forgotten last."""

    def shown(self, done: Complete, time: float) -> tuple[Followed, ...]:
        """The places in a frame that are shown; frames come in order."""
        for one in done.news:
            self._learn(one)
        if time - self._tidied > FORGOTTEN:
            self._tidy(time, {one.track for one in done.places})
        return tuple(one for one in done.places if self._shows(one.track, time))

    def _shows(self, number: int, time: float) -> bool:
        track = self._tracks[number]
        return track.confirmed(self._sure) and track.holds(time)

    def _learn(self, one: Sighting) -> None:
        track = self._tracks.setdefault(one.track, Track(one.time, one.time))
        track.last = one.time
        track.best = max(track.best, one.score)
        track.total += one.score
        track.sightings += 1

    def _tidy(self, time: float, shown: set[int]) -> None:
        """Forget tracks that no later frame shows."""
        self._tidied = time
        self._tracks = {
            number: one
            for number, one in self._tracks.items()
            if number in shown or time - one.last < FORGOTTEN
        }
