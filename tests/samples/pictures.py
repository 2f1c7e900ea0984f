"""Pictures made from nothing, varied enough to stand in for photographs, and nasty ones.

Each function takes a size and a generator, and gives ``(height, width, 3)`` uint8.
"""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np

Pixels = np.ndarray
Maker = Callable[[int, int, np.random.Generator], Pixels]


def clouds(height: int, width: int, rng: np.random.Generator, slope: float = 1.6) -> Pixels:
    """Noise with the spectrum of natural scenes (amplitude falls with 1/f^slope), in colour."""
    fy, fx = np.fft.fftfreq(height)[:, None], np.fft.rfftfreq(width)[None]
    frequency = np.maximum(np.hypot(fy, fx), 1 / max(height, width))
    planes = []
    shared = rng.standard_normal((height, width))
    for _ in range(3):
        noise = 0.85 * shared + 0.5 * rng.standard_normal((height, width))
        field = np.fft.irfft2(np.fft.rfft2(noise) * frequency**-slope, (height, width))
        planes.append((field - field.mean()) / (field.std() + 1e-9))
    centre, spread = rng.uniform(60, 190, 3), rng.uniform(15, 60)
    return _bytes(np.dstack(planes) * spread + centre)


def grain(height: int, width: int, rng: np.random.Generator) -> Pixels:
    """Sand or concrete: fine, strong texture."""
    return clouds(height, width, rng, slope=rng.uniform(0.3, 0.9))


def gradient(height: int, width: int, rng: np.random.Generator) -> Pixels:
    """A clean sky: two colours and a little noise."""
    one, other = rng.uniform(0, 255, (2, 3))
    y, x = np.mgrid[0:height, 0:width]
    turn = rng.uniform(0, 2 * np.pi)
    along = np.cos(turn) * x / width + np.sin(turn) * y / height
    along = (along - along.min()) / (np.ptp(along) + 1e-9)
    field = one + along[..., None] * (other - one)
    return _bytes(field + rng.normal(0, rng.uniform(0, 2), field.shape))


def flat(height: int, width: int, rng: np.random.Generator) -> Pixels:
    return np.full((height, width, 3), rng.integers(0, 256, 3), np.uint8)


def stars(height: int, width: int, rng: np.random.Generator) -> Pixels:
    """A night sky with four-pointed diffraction spikes."""
    sky = rng.uniform(0, 25, 3) + rng.normal(0, 3, (height, width, 3))
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    for _ in range(40):
        cx, cy, size = rng.uniform(0, width), rng.uniform(0, height), rng.uniform(0.6, 9)
        dx, dy = np.abs(x - cx) / size, np.abs(y - cy) / size
        glow = np.exp(-(dx**2 + dy**2)) + 0.6 * np.exp(-((dx * dy * 4) ** 0.5) - (dx + dy) / 6)
        sky += glow[..., None] * rng.uniform(80, 255) * rng.uniform(0.7, 1, 3)
    return _bytes(sky)


def snow(height: int, width: int, rng: np.random.Generator) -> Pixels:
    """White flakes, sharp and blurred, over something soft."""
    ground = clouds(height, width, rng, slope=2.0).astype(np.float32)
    for blur in (0.8, 2.0, 5.0):
        flakes = (rng.random((height, width)) < 0.004 / blur).astype(np.float32)
        cover = np.minimum(cv2.GaussianBlur(flakes, (0, 0), blur) * blur**2 * 8, 1)[..., None]
        ground += cover * (250 - ground)
    return _bytes(ground)


def text(height: int, width: int, rng: np.random.Generator) -> Pixels:
    """A page, or a screenshot, full of writing."""
    ink, paper = rng.integers(0, 256, (2, 3))
    page = np.full((height, width, 3), paper, np.uint8)
    for row in range(14, height, int(rng.integers(14, 40))):
        words = "".join(rng.choice(list("abcdefghijklmnopqrst  AI+*")) for _ in range(120))
        size = float(rng.uniform(0.4, 1.1))
        cv2.putText(
            page, words, (4, row), cv2.FONT_HERSHEY_SIMPLEX, size, ink.tolist(), 1, cv2.LINE_AA
        )
    return page


def interface(height: int, width: int, rng: np.random.Generator) -> Pixels:
    """Panels, buttons and corner logos, opaque and translucent."""
    screen = flat(height, width, rng)
    for _ in range(30):
        x, y = int(rng.integers(0, width)), int(rng.integers(0, height))
        w, h = int(rng.integers(10, width // 2)), int(rng.integers(10, height // 3))
        over = screen.copy()
        colour = rng.integers(0, 256, 3).tolist()
        kind = rng.integers(3)
        if kind == 0:
            cv2.rectangle(over, (x, y), (x + w, y + h), colour, -1)
        elif kind == 1:
            cv2.circle(over, (x, y), min(w, h) // 2, colour, -1, cv2.LINE_AA)
        else:
            corners = [(x, y - h), (x + h // 5, y - h // 5), (x + h, y), (x + h // 5, y + h // 5)]
            corners += [(2 * x - a, 2 * y - b) for a, b in corners]
            cv2.fillPoly(over, [np.array(corners, np.int32)], colour, cv2.LINE_AA)
        screen = cv2.addWeighted(over, (share := float(rng.uniform(0.3, 1))), screen, 1 - share, 0)
    return screen


def glint(height: int, width: int, rng: np.random.Generator) -> Pixels:
    """A bright, concave four-pointed star of another make in the corner, over something soft."""
    ground = clouds(height, width, rng, slope=2.0).astype(np.float32)
    side = rng.uniform(20, 110)
    cx, cy = width - rng.uniform(0.6, 2.4) * side, height - rng.uniform(0.6, 2.4) * side
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    power = rng.choice([0.35, 0.8, 1.0])
    radius = np.abs((x - cx) / side * 2) ** power + np.abs((y - cy) / side * 2) ** power
    cover = np.clip((1 - radius) * side * rng.uniform(0.02, 0.3), 0, 1)[..., None]
    return _bytes(ground + cover * (rng.uniform(200, 255, 3) - ground))


def leaves(height: int, width: int, rng: np.random.Generator) -> Pixels:
    """Overlapping discs with hard edges: the occlusions of natural scenes."""
    scene = clouds(height, width, rng).copy()
    for radius in np.sort(rng.pareto(1.5, 300) * 4 + 2)[::-1]:
        at = int(rng.integers(0, width)), int(rng.integers(0, height))
        colour = rng.integers(0, 256, 3).tolist()
        cv2.circle(scene, at, int(min(radius, 120)), colour, -1, cv2.LINE_AA)
    return _bytes(scene + rng.normal(0, 2, scene.shape))


def stripes(height: int, width: int, rng: np.random.Generator) -> Pixels:
    """Fabric, blinds, fences: a periodic pattern at some angle."""
    y, x = np.mgrid[0:height, 0:width]
    turn, period = rng.uniform(0, np.pi), rng.uniform(4, 60)
    wave = np.sin(2 * np.pi * (x * np.cos(turn) + y * np.sin(turn)) / period)
    wave = np.tanh(wave * rng.uniform(0.5, 6))[..., None]
    one, other = rng.uniform(0, 255, (2, 3))
    return _bytes(
        (one + other) / 2 + wave * (one - other) / 2 + rng.normal(0, 2, (height, width, 1))
    )


MAKERS: dict[str, Maker] = {
    maker.__name__: maker
    for maker in (
        clouds, grain, gradient, flat, stars, snow, text, interface, glint, leaves, stripes,
    )
}  # fmt: skip
WITHOUT_STARS = tuple(name for name in MAKERS if name != "glint")
"""A few stars of another make cannot be told from a tool's."""


def _bytes(values: np.ndarray) -> Pixels:
    return np.clip(np.rint(values), 0, 255).astype(np.uint8)
