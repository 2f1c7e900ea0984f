"""Faces in several colours, and a describer that tells people apart by them."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from expunge.imaging.faces.descriptor import aligned
from expunge.imaging.faces.recognition import Limits
from expunge.operations import faces, people
from tests.unit.faces.making import FACE, Squares, file, scene

if TYPE_CHECKING:
    import pytest

    from expunge.imaging.codecs import Picture
    from expunge.imaging.faces.faces import Floats

PEOPLE = (FACE, (200, 60, 190), (255, 60, 255), (190, 0, 255))
"""RGB of each person's face; the detector finds all of them."""
Box = tuple[int, int, int, int]


class Colours:
    """Describes a face by the colour that is nearest: 1.3 in the dimension of that person."""

    def describe(self, picture: Picture, landmarks: Floats) -> Floats:
        seen = aligned(picture, landmarks)[60:90, 60:90].reshape(-1, 3).mean(axis=0)
        who = int(np.abs(np.array(PEOPLE) - seen).sum(axis=1).argmin())
        return descriptor(who)


def descriptor(who: int) -> Floats:
    made = np.zeros(128, np.float32)
    made[who] = 1.3
    return made


def party(size: tuple[int, int], *guests: tuple[int, Box], form: str = "PNG") -> bytes:
    """An image file with the faces of these people at these boxes."""
    pixels = scene(size)
    for who, (x1, y1, x2, y2) in guests:
        pixels[y1:y2, x1:x2] = PEOPLE[who]
    return file(pixels, form)


def portrait(*who: int) -> str:
    """A picture in base64 that shows these people."""
    places: Sequence[Box] = [(20 + 90 * n, 20, 80 + 90 * n, 100) for n in range(len(who))]
    return base64.b64encode(
        party((30 + 90 * len(who), 130), *zip(who, places, strict=True))
    ).decode()


def install(monkeypatch: pytest.MonkeyPatch) -> None:
    """Put the detector and the describer in the place of the networks."""
    detector, describer = Squares(), Colours()
    monkeypatch.setattr(faces, "loaded", lambda name, path: detector)
    monkeypatch.setattr(faces, "_weights", lambda name: Path("weights"))
    monkeypatch.setattr(people, "_describer", lambda: describer)
    monkeypatch.setattr(people, "tells", lambda picture, landmarks: True)  # they are flat
    limits = Limits(0.45, np.zeros(128, np.float32), 0.55)
    monkeypatch.setattr(people, "limits", lambda: limits)
