"""Moving pictures whose faces are known: photographs seen by a camera that moves.

Each is made from photographs with face boxes, so the boxes are known in every frame.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from io import BytesIO
from pathlib import Path

import av
import cv2
import numpy as np

from tests.photographs import Photograph, photographs

SIZE = (640, 360)
RATE = 25
LENGTH = 48
LEAST = 16
"""Height in pixels of a face that counts."""
VISIBLE = 0.5
"""Share of a face that is in the frame and not covered, from which the face counts."""


@dataclass(frozen=True)
class Frame:
    index: int
    time: float
    pixels: np.ndarray


@dataclass(frozen=True)
class Known:
    """A face in one frame."""

    face: int
    box: np.ndarray
    """(4,), in pixels of the frame."""


@dataclass(frozen=True)
class Film:
    kind: str
    name: str
    frames: tuple[Frame, ...]
    truth: tuple[tuple[Known, ...], ...]
    covered: tuple[np.ndarray | None, ...]
    """(H, W) by frame: where something is before the faces."""


@dataclass(frozen=True)
class _View:
    """Where the camera looks, in pixels of the photograph."""

    x: float
    y: float
    width: float
    turn: float = 0.0

    def matrix(self) -> np.ndarray:
        """(2, 3): from the photograph to the frame."""
        scale = SIZE[0] / self.width
        cos, sin = scale * np.cos(self.turn), scale * np.sin(self.turn)
        turned = np.array([[cos, -sin], [sin, cos]])
        shift = np.array(SIZE) / 2 - turned @ (self.x, self.y)
        return np.column_stack((turned, shift))


def halves() -> tuple[tuple[Photograph, ...], tuple[Photograph, ...]]:
    """The photographs to tune with, and those to report on."""
    usable = [one for one in photographs() if len(_large(one))]
    return tuple(usable[::2]), tuple(usable[1::2])


def sequences(sources: Sequence[Photograph], seed: int = 1) -> Iterator[Film]:
    """One of each kind from each photograph."""
    for number, source in enumerate(sources):
        others = [one for one in sources if one is not source]
        for kind, make in KINDS.items():
            random = np.random.default_rng((seed, number, list(KINDS).index(kind)))
            yield make(source, others, random)


def hidden_shares(one: Film, number: int, hidden: np.ndarray) -> dict[int, float]:
    """By face that counts: the share of its visible area that (H, W) ``hidden`` covers."""
    shares = {}
    for known in one.truth[number]:
        left, top, right, bottom = known.box
        x1, y1, x2, y2 = np.round(np.clip(known.box, 0, (*SIZE, *SIZE))).astype(int)
        whole = max((right - left) * (bottom - top), 1)
        if x2 <= x1 or y2 <= y1 or bottom - top < LEAST:
            continue
        open_ = np.ones((y2 - y1, x2 - x1), bool)
        before = one.covered[number]
        if before is not None:
            open_ &= ~before[y1:y2, x1:x2]
        if open_.sum() >= VISIBLE * whole:
            shares[known.face] = float(hidden[y1:y2, x1:x2][open_].mean())
    return shares


def _pan(source: Photograph, _: list[Photograph], random: np.random.Generator) -> Film:
    start = _at_face(source, random)
    angle, speed = random.uniform(0, 2 * np.pi), random.uniform(0.2, 1.0) * start.width / RATE
    step = speed * np.array((np.cos(angle), np.sin(angle)))
    steps = np.arange(LENGTH) - LENGTH / 2
    views = [_View(start.x + n * step[0], start.y + n * step[1], start.width) for n in steps]
    return _made("pan", source, views)


def _zoom(source: Photograph, _: list[Photograph], random: np.random.Generator) -> Film:
    near = _at_face(source, random)
    factors = np.geomspace(1, 2.5, LENGTH)[:: random.choice((1, -1))]
    views = [_View(near.x, near.y, near.width * factor) for factor in factors]
    return _made("zoom", source, views)


def _shake(source: Photograph, _: list[Photograph], random: np.random.Generator) -> Film:
    near = _at_face(source, random)
    way = random.normal(0, 0.012 * near.width, (LENGTH, 2)).cumsum(axis=0)
    way -= np.linspace(0, 1, LENGTH)[:, None] * way[-1]
    turn = random.normal(0, 0.015, LENGTH).cumsum()
    views = [
        _View(near.x + x, near.y + y, near.width, float(np.clip(t, -0.2, 0.2)))
        for (x, y), t in zip(way, turn, strict=True)
    ]
    return _made("shake", source, views, blurred=True)


def _edge(source: Photograph, _: list[Photograph], random: np.random.Generator) -> Film:
    """A face enters at one side and leaves at the other."""
    near = _at_face(source, random)
    ways = np.linspace(-0.7, 0.7, LENGTH) * random.choice((1, -1))
    tall = SIZE[1] / SIZE[0]
    down = random.random() < 0.4
    views = [
        _View(
            near.x + (0 if down else share * near.width),
            near.y + (share * near.width * tall if down else 0),
            near.width,
        )
        for share in ways
    ]
    return _made("edge", source, views)


def _dark(source: Photograph, _: list[Photograph], random: np.random.Generator) -> Film:
    near = _at_face(source, random)
    light = np.interp(np.arange(LENGTH), (0, 14, 30, LENGTH), (1, 0.08, 0.08, 1))
    light *= random.uniform(0.8, 1.2, LENGTH)

    def darkened(number: int, pixels: np.ndarray) -> np.ndarray:
        noise = random.normal(0, 3, pixels.shape)
        return np.clip(pixels * light[number] + noise, 0, 255).astype(np.uint8)

    return _made("dark", source, [near] * LENGTH, change=darkened)


def _blur(source: Photograph, _: list[Photograph], random: np.random.Generator) -> Film:
    """The faces move too fast for the exposure, for a third of a second."""
    near = _at_face(source, random)
    face = 0.12 * SIZE[0]
    strong = np.interp(np.arange(LENGTH), (16, 19, 23, 26), (0, 1, 1, 0)) * face
    angle = float(random.uniform(0, 180))

    def smeared(number: int, pixels: np.ndarray) -> np.ndarray:
        return _smeared(pixels, strong[number], angle)

    way = strong.cumsum() * near.width / SIZE[0] * 0.15
    way -= way[-1] / 2
    return _made(
        "blur",
        source,
        [_View(near.x + far, near.y, near.width) for far in way],
        change=smeared,
    )


def _occluded(source: Photograph, others: list[Photograph], random: np.random.Generator) -> Film:
    """Something passes before the faces."""
    near = _at_face(source, random)
    cover = cv2.resize(_pixels(others[0])[:200, :200], (140, 300))
    speed = SIZE[0] / random.uniform(14, 30)
    places = [round(number * speed - 200) for number in range(LENGTH)]

    def covered(number: int) -> np.ndarray:
        mask = np.zeros(SIZE[::-1], bool)
        mask[30:330, max(places[number], 0) : max(places[number] + 140, 0)] = True
        return mask

    def changed(number: int, pixels: np.ndarray) -> np.ndarray:
        x = places[number]
        left, right = max(x, 0), min(x + 140, SIZE[0])
        if right > left:
            pixels = pixels.copy()
            pixels[30:330, left:right] = cover[:, left - x : right - x]
        return pixels

    drift = np.linspace(-0.05, 0.05, LENGTH) * near.width
    views = [_View(near.x + far, near.y, near.width) for far in drift]
    masks = tuple(map(covered, range(LENGTH)))
    return _made("occlusion", source, views, change=changed, covered=masks)


def _cuts(source: Photograph, others: list[Photograph], random: np.random.Generator) -> Film:
    shots = [_pan(one, [], random) for one in [source, *others[:2], source]]
    length = LENGTH // 4 - 1
    frames, truth = [], []
    for number, shot in enumerate(shots):
        for at in range(length):
            index = len(frames)
            frames.append(Frame(index, index / RATE, shot.frames[at + 18].pixels))
            truth.append(
                tuple(Known(one.face + 1000 * number, one.box) for one in shot.truth[at + 18])
            )
    return Film("cuts", source.path.name, tuple(frames), tuple(truth), (None,) * len(frames))


def _coarse(source: Photograph, _: list[Photograph], random: np.random.Generator) -> Film:
    start = _at_face(source, random)
    way = np.linspace(-0.2, 0.2, LENGTH) * start.width
    views = [_View(start.x + far, start.y, start.width) for far in way]
    return _made("coarse", source, views, crf=42)


KINDS: dict[str, Callable[..., Film]] = {
    "pan": _pan,
    "zoom": _zoom,
    "shake": _shake,
    "edge": _edge,
    "dark": _dark,
    "blur": _blur,
    "occlusion": _occluded,
    "cuts": _cuts,
    "coarse": _coarse,
}


def _made(
    kind: str,
    source: Photograph,
    views: Sequence[_View],
    *,
    change: Callable[[int, np.ndarray], np.ndarray] = lambda _, pixels: pixels,
    covered: tuple[np.ndarray | None, ...] | None = None,
    blurred: bool = False,
    crf: int = 26,
) -> Film:
    seen = [_seen(source, view) for view in views]
    if blurred:
        seen = [_exposed(source, views, number) for number in range(len(views))]
    changed = [change(number, pixels) for number, pixels in enumerate(seen)]
    frames = tuple(
        Frame(number, number / RATE, pixels)
        for number, pixels in enumerate(_compressed(changed, crf))
    )
    truth = tuple(_known(source, view) for view in views)
    return Film(kind, source.path.name, frames, truth, covered or (None,) * len(frames))


def _seen(source: Photograph, view: _View) -> np.ndarray:
    pixels = _pixels(source)
    matrix = view.matrix()
    scale = SIZE[0] / view.width
    if scale < 0.7:
        sigma = 0.4 / scale
        pixels = cv2.GaussianBlur(pixels, (0, 0), sigma)
    return cv2.warpAffine(
        pixels, matrix, SIZE, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
    )


def _exposed(source: Photograph, views: Sequence[_View], number: int) -> np.ndarray:
    """The mean over half the time to the next frame."""
    here, then = views[number], views[min(number + 1, len(views) - 1)]
    shown = [
        _seen(
            source,
            _View(
                here.x + (then.x - here.x) * share,
                here.y + (then.y - here.y) * share,
                here.width,
                here.turn + (then.turn - here.turn) * share,
            ),
        ).astype(np.float32)
        for share in (-0.25, -0.12, 0, 0.12, 0.25)
    ]
    return np.mean(shown, axis=0).astype(np.uint8)


def _smeared(pixels: np.ndarray, length: float, angle: float) -> np.ndarray:
    size = int(length) | 1
    if size < 3:
        return pixels
    kernel = np.zeros((size, size), np.float32)
    kernel[size // 2] = 1
    turned = cv2.warpAffine(
        kernel, cv2.getRotationMatrix2D((size // 2, size // 2), angle, 1), (size, size)
    )
    return cv2.filter2D(pixels, -1, turned / turned.sum())


def _known(source: Photograph, view: _View) -> tuple[Known, ...]:
    matrix = view.matrix()
    known = []
    for face in np.flatnonzero(source.counts):
        left, top, right, bottom = source.boxes[face]
        middle = matrix @ ((left + right) / 2, (top + bottom) / 2, 1)
        half = np.array((right - left, bottom - top)) / 2 * SIZE[0] / view.width
        known.append(Known(int(face), np.concatenate((middle - half, middle + half))))
    return tuple(known)


def _at_face(source: Photograph, random: np.random.Generator) -> _View:
    box = source.boxes[random.choice(_large(source))]
    height = float(box[3] - box[1])
    width = height * random.uniform(6, 16)
    photograph = _pixels(source)
    width = min(width, photograph.shape[1], photograph.shape[0] * SIZE[0] / SIZE[1])
    return _View(float(box[0] + box[2]) / 2, float(box[1] + box[3]) / 2, max(width, 160))


def _large(source: Photograph) -> np.ndarray:
    return np.flatnonzero(source.counts & (source.boxes[:, 3] - source.boxes[:, 1] >= 24))


def _pixels(source: Photograph) -> np.ndarray:
    return _read(source.path)


@cache
def _read(path: Path) -> np.ndarray:
    return cv2.cvtColor(cv2.imread(str(path)), cv2.COLOR_BGR2RGB)


def _compressed(frames: Sequence[np.ndarray], crf: int) -> Iterator[np.ndarray]:
    """The frames after H.264, as videos are."""
    file = BytesIO()
    with av.open(file, "w", format="mp4") as made:
        stream = made.add_stream("libx264", rate=RATE, options={"crf": str(crf)})
        stream.width, stream.height = SIZE
        stream.pix_fmt = "yuv420p"
        stream.time_base = Fraction(1, RATE)
        for pixels in frames:
            made.mux(stream.encode(av.VideoFrame.from_ndarray(np.ascontiguousarray(pixels))))
        made.mux(stream.encode(None))
    file.seek(0)
    with av.open(file) as read:
        for frame in read.decode(video=0):
            yield frame.to_ndarray(format="rgb24")
