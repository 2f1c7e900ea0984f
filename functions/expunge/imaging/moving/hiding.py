"""The pixels that hide tracks in each frame of a moving picture."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np

from expunge.imaging.faces.regions import regions
from expunge.imaging.moving.survey import Places
from expunge.imaging.targets.choices import Target
from expunge.imaging.targets.hiding import region_of_spot
from expunge.imaging.targets.spots import Spot

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from numpy.typing import NDArray

    from expunge.imaging.faces.choices import Shape
    from expunge.imaging.faces.faces import Floats
    from expunge.imaging.faces.regions import Covering
    from expunge.imaging.moving.survey import Survey

NEIGHBOURS = 1
"""Frames before and after one whose places are hidden in it, too."""


class Hider:
    """The regions of some tracks, frame by frame.

    Parameters
    ----------
    frames
        The places of what is hidden; see `only`.
    kinds
        By track: what it is.
    size
        Width and height of a frame.
    """

    def __init__(
        self,
        frames: Sequence[Places],
        kinds: Sequence[str],
        size: tuple[int, int],
        padding: float,
        shape: Shape,
    ) -> None:
        self._frames = frames
        self._kinds = kinds
        self._size = size
        self._padding = padding
        self._shape = shape

    def at(self, index: int) -> list[tuple[str, Covering]]:
        """Return what is painted over in a frame, each with its kind.

        It covers a track's places in the frames beside this one as well, so that a place which is
        a little late exposes nothing.
        """
        tracks, points = self._near(index)
        found: list[tuple[str, Covering]] = []
        boxes: list[Floats] = []
        for number in np.unique(tracks).tolist():
            own = points[tracks == number].reshape(-1, 2)
            if self._kinds[number] == Target.FACES:
                boxes.append(np.concatenate((own.min(axis=0), own.max(axis=0))))
                continue
            spot = Spot(Target(self._kinds[number]), cv2.convexHull(own)[:, 0], 1.0)
            region = region_of_spot(spot, self._size)
            if region is not None:
                found.append((self._kinds[number], region))
        array = np.array(boxes, np.float32).reshape(-1, 4)
        faces = regions(array, self._size, padding=self._padding, shape=self._shape)
        return [*((Target.FACES.value, one) for one in faces), *found]

    def _near(self, index: int) -> tuple[NDArray[np.int32], Floats]:
        """Tracks and their outlines in a frame and beside it, of one shot."""
        here = self._frames[min(index, len(self._frames) - 1)]  # the last places stay
        around = self._frames[max(0, index - NEIGHBOURS) : index + NEIGHBOURS + 1]
        near = [here, *(one for one in around if one.shot == here.shot)]
        return (
            np.concatenate([one.tracks for one in near]),
            np.concatenate([one.points for one in near]),
        )


def only(survey: Survey, hidden: Collection[int]) -> list[Places]:
    """The frames of a survey with the places of some tracks alone."""
    chosen = np.array([track.number in hidden for track in survey.tracks], bool)
    return [
        Places(one.shot, one.tracks[chosen[one.tracks]], one.points[chosen[one.tracks]])
        for one in survey.frames
    ]
