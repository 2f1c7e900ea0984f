"""Measure how near descriptors of different people come, for `imaging.faces.recognition.Limits`.

    python models/recognition.py FOLDER > functions/expunge/models/face-descriptor.json

FOLDER has a folder for each person, with pictures of which the face in the middle is the person's.
The committed numbers come from Labeled Faces in the Wild, as its authors publish it (none is
shipped here). People are split by the SHA-256 of their name. The first half decides; standard error
has the rates of both.
"""

from __future__ import annotations

import hashlib
import json
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from expunge import models
from expunge.imaging.codecs import decode
from expunge.imaging.faces.choices import DESCRIPTOR
from expunge.imaging.faces.descriptor import loaded
from expunge.imaging.faces.faces import Floats
from expunge.imaging.faces.recognition import Limits
from expunge.imaging.source import Source
from expunge.imaging.stopwatch import Stopwatch
from expunge.operations import faces
from expunge.operations.options.faces import FacesOptions

if TYPE_CHECKING:
    from collections.abc import Iterator


PICTURES = 4
"""Most pictures of one person."""
NEAREST = 0.002
"""The share of strangers that a face's limit is estimated from."""
RIDGE = 1.0
"""Weight of the squared slope in the least squares."""
STRETCHED = 1.5
"""How much more the limit follows the estimate: it flattens what it has seen little of."""
FALSE_MATCHES = 3e-5
"""The share of pairs of strangers in the first half that are within the limits."""
MOST = 0.55


@dataclass(frozen=True, slots=True)
class People:
    """Faces with the names of their people, and the distances of all pairs."""

    names: NDArray[np.str_]
    described: Floats
    apart: Floats
    same: NDArray[np.bool_]
    strangers: NDArray[np.bool_]

    @classmethod
    def of(cls, found: list[tuple[str, Floats]]) -> People:
        names, rows = np.array([name for name, _ in found]), np.stack([row for _, row in found])
        squares = (rows**2).sum(axis=1)
        apart = np.sqrt(np.maximum(squares[:, None] + squares[None] - 2 * rows @ rows.T, 0))
        strangers = names[:, None] != names[None]
        same = ~strangers & ~np.eye(len(names), dtype=bool)
        return cls(names, rows, apart, same, strangers)

    def beyond(self, limits: NDArray[np.float64]) -> NDArray[np.float64]:
        """How much each pair is farther apart than both its limits."""
        return np.asarray(self.apart - np.minimum(limits[:, None], limits[None]), np.float64)


def main(folder: str) -> None:
    halves: list[list[tuple[str, Floats]]] = [[], []]
    for person in sorted(Path(folder).iterdir()):
        half = int(hashlib.sha256(person.name.encode()).hexdigest(), 16) % 2
        halves[half] += [(person.name, row) for row in _described(person)]
    first, second = (People.of(half) for half in halves)
    measured = fitted(first)
    limits = Limits.of(measured)
    for name, people in (("first", first), ("second", second)):
        beyond = people.beyond(limits.at(people.described).astype(np.float64))
        wrong, missed = (beyond[people.strangers] < 0).mean(), (beyond[people.same] >= 0).mean()
        sys.stderr.write(f"{name} half: {wrong:.2e} false matches, {missed:.3f} not recognised\n")
    sys.stdout.write(json.dumps(measured) + "\n")


def fitted(people: People) -> dict[str, object]:
    """The level and the slope of the limits."""
    rows = people.described.astype(np.float64)
    pairs = zip(people.apart, people.strangers, strict=True)
    nearest = np.array([np.quantile(row[others], NEAREST) for row, others in pairs])
    centred = rows - rows.mean(axis=0)
    squares = centred.T @ centred + RIDGE * np.eye(rows.shape[1])
    slope = np.linalg.solve(squares, centred.T @ (nearest - nearest.mean()))
    slope = np.round(STRETCHED * slope, 4)
    estimates = nearest.mean() + centred @ slope
    shift = np.quantile(people.beyond(estimates)[people.strangers], FALSE_MATCHES)
    level = nearest.mean() - rows.mean(axis=0) @ slope + shift
    return {"level": round(float(level), 4), "most": MOST, "slope": slope.tolist()}


def _described(person: Path) -> Iterator[Floats]:
    describer = loaded(models.installed(DESCRIPTOR))
    for path in sorted(person.glob("*.jpg"))[:PICTURES]:
        source = Source.of(path.read_bytes())
        found = faces.detect(source, FacesOptions(plan="fast"), Stopwatch()).found.faces
        picture = decode(source)
        middle = np.array([picture.width, picture.height]) / 2
        inside = (found.boxes[:, :2] < middle).all(axis=1) & (found.boxes[:, 2:] > middle).all(
            axis=1
        )
        if inside.any():
            face = max(np.flatnonzero(inside), key=lambda index: found.sizes[index, 1])
            yield describer.describe(picture, found.landmarks[face])


if __name__ == "__main__":
    main(sys.argv[1])
