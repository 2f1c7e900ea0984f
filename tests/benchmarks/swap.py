"""Measure swaps of faces in still images: CPU time by size and stage, memory, and likeness.

The faces are those that packages ship (scikit-image's astronaut, matplotlib's Grace Hopper) where
they are installed, and all pictures in the folder that the variable SWAP_FACES names. A folder
should hold pictures that no constant was chosen on.
"""

from __future__ import annotations

import importlib.util
import itertools
import os
import random
import resource
from dataclasses import dataclass
from pathlib import Path
from time import process_time

import cv2
import numpy as np
from rich.console import Console
from rich.table import Table

from expunge.errors import ExpungeError
from expunge.imaging.codecs import decode
from expunge.imaging.codecs.picture import Picture
from expunge.imaging.faces.choices import DESCRIPTOR, FACE_MESH
from expunge.imaging.faces.descriptor import loaded as describer
from expunge.imaging.faces.mesh.mesh import Mesh
from expunge.imaging.faces.mesh.mesh import loaded as finder
from expunge.imaging.source import Source
from expunge.imaging.stopwatch import Stopwatch
from expunge.imaging.swap.pose import yaw
from expunge.imaging.swap.refusal import SURE
from expunge.imaging.swap.source import SourceFace
from expunge.imaging.swap.swapping import swapped
from expunge.models import installed
from expunge.operations import faces
from expunge.operations.options.faces import FacesOptions

SHIPPED = {"skimage": "data/astronaut.png", "matplotlib": "mpl-data/sample_data/grace_hopper.jpg"}
SIZES = (64, 128, 256, 512, 1024)
PAIRS = 60
OTHERS = 0.6
"""Distance of descriptors from which two faces count as two people."""
LEAST, FRONTAL = 60, 0.35
TURNS = ((0, 0.1), (0.1, 0.2), (0.2, 0.35))


@dataclass(frozen=True)
class Face:
    picture: Picture
    landmarks: np.ndarray
    mesh: Mesh
    descriptor: np.ndarray


def run(console: Console) -> None:
    """Print one table of times and one of likeness."""
    cv2.setNumThreads(1)
    known = [face for path in _files() for face in _faces(path)]
    if len(known) < 2:
        console.print("Fewer than two faces are here: install scikit-image, or name SWAP_FACES")
        return
    console.print(times(known[0], known[1]))
    console.print(likeness(known))


def times(target: Face, source: Face) -> Table:
    """CPU milliseconds of one thread, by the height of the target's face."""
    table = Table(title="Swapping one face: CPU milliseconds, and the peak of the process")
    for column in ("height in pixels", "mesh", "source", "swap", "with enhancer", "MB"):
        table.add_column(column, justify="right")
    network = finder(installed(FACE_MESH))
    for size in SIZES:
        scale = size / float(np.ptp(target.mesh.points[:, :2], axis=0).max())
        frame = cv2.resize(target.picture.rgb8(), None, fx=scale, fy=scale)
        mesh = Mesh(target.mesh.points * np.float32(scale), 1.0)
        part = SourceFace.of(source.picture.rgb8(), source.mesh)
        spent = [
            _milliseconds(work)
            for work in (
                lambda frame=frame, mesh=mesh: network.follow(frame, mesh),
                lambda: SourceFace.of(source.picture.rgb8(), source.mesh),
                lambda frame=frame, mesh=mesh, part=part: swapped(frame, mesh, part),
                lambda frame=frame, mesh=mesh, part=part: swapped(frame, mesh, part, enhance=True),
            )
        ]
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        table.add_row(str(size), *(f"{one:.1f}" for one in spent), f"{peak:.0f}")
    return table


def likeness(known: list[Face]) -> Table:
    """Distances of dlib's descriptors of results, by the difference of the turns to the side."""
    table = Table(title=f"Likeness of swaps, at most {PAIRS} pairs of different people each")
    for column in ("turned", "pairs", "before", "to source", "to target", "nearer", "below 0.6"):
        table.add_column(column, justify="right")
    network = describer(installed(DESCRIPTOR))
    for low, high in TURNS:
        pairs = _pairs(known, low, high)
        if not pairs:
            continue
        before = [_distance(a.descriptor, b.descriptor) for a, b in pairs]
        after = []
        for source, target in pairs:
            made = network.describe(_result(source, target), target.landmarks)
            after.append([_distance(made, one.descriptor) for one in (source, target)])
        own, other = np.array(after).T
        cells = (np.mean(before), own.mean(), other.mean())
        shares = (np.mean(own < other), np.mean(own < OTHERS))
        table.add_row(
            f"{low} to {high}",
            str(len(pairs)),
            *(f"{cell:.3f}" for cell in cells),
            *(f"{share:.0%}" for share in shares),
        )
    return table


def _pairs(known: list[Face], low: float, high: float) -> list[tuple[Face, Face]]:
    turned = {id(face): yaw(face.mesh.points) for face in known}
    found = [
        (a, b)
        for a, b in itertools.permutations(known, 2)
        if low <= abs(turned[id(a)] - turned[id(b)]) < high
        and max(abs(turned[id(one)]) for one in (a, b)) < FRONTAL
        and _distance(a.descriptor, b.descriptor) > OTHERS
    ]
    random.Random(1).shuffle(found)
    return found[:PAIRS]


def _result(source: Face, target: Face) -> Picture:
    frame = target.picture.rgb8().copy()
    made = swapped(frame, target.mesh, SourceFace.of(source.picture.rgb8(), source.mesh))
    frame[made.patch.area] = made.patch.pixels
    return Picture(target.picture.source, frame, None, 8)


def _files() -> list[Path]:
    found = []
    for package, path in SHIPPED.items():
        spec = importlib.util.find_spec(package)
        if spec is not None and spec.origin is not None:
            found.append(Path(spec.origin).parent / path)
    folder = os.environ.get("SWAP_FACES")
    return [*filter(Path.is_file, found), *(sorted(Path(folder).iterdir()) if folder else ())]


def _faces(path: Path) -> list[Face]:
    """The faces of a picture that are large enough and turned to the camera."""
    try:
        source = Source.of(path.read_bytes())
        picture = decode(source)
    except ExpungeError:
        return []
    found = faces.detect(source, FacesOptions(confidence=0.5), Stopwatch()).found.faces
    network, describe = finder(installed(FACE_MESH)), describer(installed(DESCRIPTOR))
    made = []
    for index in np.flatnonzero(found.sizes.min(axis=1) >= LEAST):
        mesh = network.find(picture.rgb8(), found.boxes[index], found.landmarks[index])
        if mesh.confidence >= SURE:
            descriptor = describe.describe(picture, found.landmarks[index])
            made.append(Face(picture, found.landmarks[index], mesh, descriptor))
    return made


def _milliseconds(work, count: int = 5) -> float:
    work()
    started = process_time()
    for _ in range(count):
        work()
    return (process_time() - started) / count * 1e3


def _distance(one: np.ndarray, other: np.ndarray) -> float:
    return float(np.linalg.norm(one - other))
