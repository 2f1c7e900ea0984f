"""Put faces on those of a moving picture, frame by frame."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from expunge.imaging.swap.source import SourceFace
from expunge.imaging.swap.swapping import swapped

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from expunge.imaging.moving.frame import Frame
    from expunge.imaging.swap.drawn import Drawn


@dataclass(frozen=True, slots=True)
class Part:
    """A face that is put on somebody."""

    source: SourceFace
    enhance: bool = False


@dataclass(slots=True)
class Done:
    """What became of each person."""

    frames: Counter[int] = field(default_factory=Counter)
    """Frames in which the face was replaced."""
    warnings: dict[int, Counter[str]] = field(default_factory=dict)
    """Frames to which each warning applies."""


def changed(
    frames: Iterable[Frame],
    meshes: Drawn,
    people: Mapping[int, int],
    parts: Mapping[int, Part],
    done: Done,
) -> Iterator[Frame]:
    """Yield the frames with the faces replaced; a frame without any stays as it is.

    Parameters
    ----------
    people
        The person that each track shows.
    parts
        The new face of each person.
    done
        Filled in as the frames are made.
    """
    for frame in frames:
        pixels = None
        # Far faces are the smaller ones; a near one covers them.
        for track, mesh in sorted(
            meshes.at(frame.index), key=lambda one: one[1].points[:, 1].max()
        ):
            person = people[track]
            part = parts[person]
            pixels = frame.pixels.copy() if pixels is None else pixels
            made = swapped(pixels, mesh, part.source, enhance=part.enhance)
            pixels[made.patch.area] = made.patch.pixels
            done.frames[person] += 1
            done.warnings.setdefault(person, Counter()).update(made.warnings)
        yield frame if pixels is None else replace(frame, pixels=pixels)
