"""Put faces on those of a moving picture, frame by frame."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from expunge.imaging.swap.source import SourceFace
from expunge.imaging.swap.swapping import Last, swapped
from expunge.imaging.swap.visible_label import stamped

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from expunge.imaging.faces.mesh.mesh import Mesh
    from expunge.imaging.moving.frame import Frame
    from expunge.imaging.swap.drawn import Drawn


@dataclass(frozen=True, slots=True)
class Part:
    """A face that is put on somebody."""

    source: SourceFace
    enhance: bool = False

    @property
    def enhanced(self) -> str | None:
        """What enhances it: the name of the operator's network, or ``sharpened``."""
        if not self.enhance:
            return None
        restorer = self.source.plugged.restorer
        return "sharpened" if restorer is None else restorer.name

    @property
    def told(self) -> dict[str, Any]:
        """What a report says of it, whatever becomes of it."""
        return {"enhanced": self.enhanced, "source_faces": self.source.faces}


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
    *,
    visible_label: bool = False,
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
    visible_label
        Write on every frame that a face was swapped.
    """
    last: dict[int, Last] = {}
    for frame in frames:
        pixels, before, last = None, last, {}
        for track, mesh, blur in sorted(meshes.at(frame.index), key=_nearness):
            if not _visible(mesh, frame):
                continue
            person = people[track]
            part = parts[person]
            pixels = frame.pixels.copy() if pixels is None else pixels
            last[track] = before.get(track, Last())
            made = swapped(
                pixels, mesh, part.source, enhance=part.enhance, blur=blur, last=last[track]
            )
            pixels[made.patch.area] = made.patch.pixels
            done.frames[person] += 1
            done.warnings.setdefault(person, Counter()).update(made.warnings)
        if visible_label:
            pixels = stamped(frame.pixels if pixels is None else pixels)
        yield frame if pixels is None else replace(frame, pixels=pixels)


def _nearness(face: tuple[int, Mesh, float]) -> float:
    """A face that is larger is nearer, and covers those behind it."""
    return float(np.ptp(face[1].points[:, :2], axis=0).max())


def _visible(mesh: Mesh, frame: Frame) -> bool:
    """Whether a pixel of a frame may be within a mesh, which may have left it."""
    height, width = frame.pixels.shape[:2]
    low, high = mesh.points[:, :2].min(axis=0), mesh.points[:, :2].max(axis=0)
    return bool((high >= 1).all() and (low <= (width - 1, height - 1)).all())
