"""Try to match hidden faces to the photographs that they were hidden in.

The attacker has the masked picture, what is around the mask, and the unmasked face of each
candidate: from the same photograph, moved by a few pixels, brighter and coded again. He puts each
face where the hidden one was, hides it as the service does, keeps the low frequencies, and takes
the candidate that correlates best. Chance is one in the number of candidates. It is the strongest
case for the attacker, after McPherson et al., arXiv 1609.00408; a network that restores blurred
faces (arXiv 2506.12344) needs no such copy.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import cv2
import numpy as np
from rich.console import Console
from rich.table import Table

from expunge.imaging.codecs import decode
from expunge.imaging.codecs.picture import Picture as Pixels
from expunge.imaging.faces.choices import Method, Shape
from expunge.imaging.faces.masking import MaskStyle, hide
from expunge.imaging.faces.regions import regions
from expunge.imaging.source import Source
from expunge.operations.options.mask import MaskOptions
from tests.benchmarks.evaluation import Picture, pictures

LEAST = 48
"""Height in pixels of the faces that are attacked."""
MOST = 40
"""Candidates at most."""
SIDE = 32
"""Pixels of the square that faces are compared at."""
STRENGTHS = (1, 199, 597)
METHODS = (Method.GAUSSIAN, Method.PIXELATE, Method.RINGFILL, Method.SOLID)


def run(console: Console) -> None:
    """Print how often the right candidate is the best match."""
    faces = list(_faces(pictures()))[:MOST]
    if len(faces) < 2:
        console.print("No pictures with large faces are here: nothing to re-identify")
        return
    table = Table(title=f"Right candidate first of {len(faces)}; chance is {1 / len(faces):.3f}")
    for column in ("", *(f"strength {strength}" for strength in STRENGTHS)):
        table.add_column(column, justify="right")
    for method in METHODS:
        row = [f"{rank_one(faces, MaskStyle(method, strength)):.2f}" for strength in STRENGTHS]
        table.add_row(method, *row)
    console.print(table)


def rank_one(faces: Sequence[tuple[Pixels, np.ndarray]], style: MaskStyle) -> float:
    """The share of hidden faces whose own photograph is the best match.

    ``faces`` are pictures, each with the box (4,) of one face.
    """
    known = [_inside(_recaptured(picture), box) for picture, box in faces]
    likeness = np.array([_likeness(picture, box, known, style) for picture, box in faces])
    best = likeness >= likeness.max(axis=1, keepdims=True) - 1e-6
    # A mask that is like every candidate leaves a guess.
    return float((best.diagonal() / best.sum(axis=1)).mean())


def _faces(among: Iterator[Picture]) -> Iterator[tuple[Pixels, np.ndarray]]:
    """One large face of each picture, the largest."""
    for picture in among:
        heights = np.where(picture.counts, picture.boxes[:, 3] - picture.boxes[:, 1], 0)
        if len(heights) and heights.max() >= LEAST:
            box = picture.boxes[heights.argmax()]
            yield _around(decode(Source.of(picture.path.read_bytes())), box)


def _around(picture: Pixels, box: np.ndarray) -> tuple[Pixels, np.ndarray]:
    """Cut a picture down to a face and what a mask reads around it."""
    left, top, right, bottom = box
    margin = max(right - left, bottom - top)
    x, y = max(0, int(left - margin)), max(0, int(top - margin))
    pixels = picture.pixels[y : int(bottom + margin), x : int(right + margin)]
    cut = Pixels(picture.source, np.ascontiguousarray(pixels), None, picture.depth)
    return cut, box - np.array([x, y, x, y], np.float32)


def _recaptured(picture: Pixels) -> Pixels:
    """The attacker's copy: moved by a hundredth, brighter, and coded again."""
    height, width = picture.pixels.shape[:2]
    move = np.float32([[1, 0, width / 100], [0, 1, height / 100]])
    moved = cv2.warpAffine(
        picture.pixels, move, (width, height), borderMode=cv2.BORDER_REPLICATE
    ).reshape(picture.pixels.shape)
    brighter = cv2.convertScaleAbs(moved, alpha=1.05, beta=6).reshape(moved.shape)
    coded = cv2.imencode(".jpg", brighter, [cv2.IMWRITE_JPEG_QUALITY, 80])[1]
    flag = cv2.IMREAD_GRAYSCALE if picture.pixels.shape[2] == 1 else cv2.IMREAD_COLOR
    pixels = np.asarray(cv2.imdecode(coded, flag), np.uint8).reshape(moved.shape)
    return Pixels(picture.source, pixels, None, picture.depth)


def _likeness(
    picture: Pixels, box: np.ndarray, known: Sequence[np.ndarray], style: MaskStyle
) -> list[float]:
    """How well each candidate's face, hidden in this picture, is like the one hidden there."""
    seen = _signature(_masked(picture, box, style))
    return [
        float(seen @ _signature(_masked(_with_face(picture, box, face), box, style)))
        for face in known
    ]


def _with_face(picture: Pixels, box: np.ndarray, face: np.ndarray) -> Pixels:
    """The picture with another face in the box."""
    pixels = picture.pixels.copy()
    place = _inside(picture, box)
    grey = face.mean(axis=2, keepdims=True).repeat(pixels.shape[2], axis=2).astype(np.uint8)
    fitting = face if face.shape[2] == pixels.shape[2] else grey
    left, top = (max(0, round(float(edge))) for edge in box[:2])
    tall, wide = place.shape[:2]
    made = cv2.resize(fitting, (wide, tall), interpolation=cv2.INTER_AREA).reshape(place.shape)
    pixels[top : top + tall, left : left + wide] = made
    return Pixels(picture.source, pixels, None, picture.depth)


def _masked(picture: Pixels, box: np.ndarray, style: MaskStyle) -> np.ndarray:
    """The box of a face after the service has hidden it."""
    size = (picture.pixels.shape[1], picture.pixels.shape[0])
    covered = regions(box[None], size, padding=MaskOptions().padding, shape=Shape.ELLIPSE)
    copy = Pixels(picture.source, picture.pixels.copy(), None, picture.depth)
    pixels = hide(copy, covered, style).pixels
    return _inside(Pixels(picture.source, pixels, None, picture.depth), box)


def _inside(picture: Pixels, box: np.ndarray) -> np.ndarray:
    left, top, right, bottom = (max(0, round(float(edge))) for edge in box)
    return picture.pixels[top:bottom, left:right]


def _signature(pixels: np.ndarray) -> np.ndarray:
    """(SIDE²,): the low frequencies, of mean 0 and length 1; 0 if there are none."""
    grey = pixels.astype(np.float32).mean(axis=2)
    small = cv2.resize(grey, (SIDE, SIDE), interpolation=cv2.INTER_AREA)
    low = cv2.GaussianBlur(small, (0, 0), 1.5).ravel()
    low -= low.mean()
    length = float(np.linalg.norm(low))
    return np.asarray(low / length if length > 1 else np.zeros_like(low), np.float32)
