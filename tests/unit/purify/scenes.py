"""Pictures that look enough like photographs, and marks of our own to hide in them."""

from __future__ import annotations

from functools import cache
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from expunge.imaging.purify.classical import purify
from expunge.imaging.purify.strength import Treatment

Samples = NDArray[np.uint8]
STEP = 4.5
"""Levels between two heights of a block that mean the same bit; DWT-DCT-SVD's default."""


def purified(
    samples: NDArray[Any], treatment: Treatment, seed: bytes = b"seed", depth: int = 8, **given: Any
) -> NDArray[Any]:
    """A re-synthesised copy."""
    after = samples.copy()
    purify(after, depth, treatment, seed, **given)
    return after


@cache
def scene(seed: int, height: int = 384, width: int = 512) -> Samples:
    """(H, W, 3): textured ground, coloured shapes, lettering; read-only."""
    random = np.random.default_rng(seed)
    light = sum(_cloud(random, height, width, s) * s**0.8 for s in (1, 3, 9, 27, 81)) * 1.6
    picture = np.stack([light * gain for gain in random.uniform(0.7, 1.2, 3)], axis=-1)
    picture += random.uniform(70, 150, 3)
    for _ in range(12):
        centre = (int(random.integers(width)), int(random.integers(height)))
        axes = (int(random.integers(15, 80)), int(random.integers(15, 80)))
        shape = np.zeros((height, width), np.float32)
        cv2.ellipse(
            shape, centre, axes, float(random.uniform(0, 180)), 0, 360, 1.0, -1, cv2.LINE_AA
        )
        tint = random.uniform(-60, 60) + random.uniform(-25, 25, 3)
        picture += shape[..., None] * tint
    made = np.clip(picture, 0, 255).astype(np.uint8)
    cv2.putText(
        made, "made anew", (24, 48), cv2.FONT_HERSHEY_SIMPLEX, 1, (250,) * 3, 2, cv2.LINE_AA
    )
    made.flags.writeable = False
    return made


def _cloud(random: np.random.Generator, height: int, width: int, scale: int) -> NDArray[np.float64]:
    nodes = random.standard_normal((height // scale + 2, width // scale + 2))
    return np.asarray(cv2.resize(nodes, (width, height), interpolation=cv2.INTER_CUBIC))


def bits(seed: int, count: int = 32) -> NDArray[np.int64]:
    return np.random.default_rng(seed).integers(0, 2, count)


def colours(samples: Samples) -> NDArray[np.float32]:
    """(H, W, 3) as Y, Cr, Cb."""
    return np.asarray(cv2.cvtColor(samples.astype(np.float32) / 255, cv2.COLOR_RGB2YCrCb)) * 255


def samples(colours: NDArray[np.float32]) -> Samples:
    rgb = cv2.cvtColor(colours / np.float32(255), cv2.COLOR_YCrCb2RGB)
    return np.clip(np.rint(rgb * 255), 0, 255).astype(np.uint8)


class Heights:
    """A bit a block of 8 × 8, told by its mean of Cb modulo `STEP`: what DWT-DCT-SVD comes to."""

    @staticmethod
    def marked(picture: Samples, payload: NDArray[np.int64]) -> Samples:
        planes = colours(picture)
        means = _means(planes[..., 2])
        wanted = (np.floor(means / STEP) + 0.25 + 0.5 * _spread(payload, means.shape)) * STEP
        planes[..., 2] += np.kron(wanted - means, np.ones((8, 8), np.float32))
        return samples(planes)

    @staticmethod
    def read(picture: Samples, count: int) -> NDArray[np.int64]:
        means = _means(colours(picture)[..., 2])
        votes = means % STEP > STEP / 2
        return _counted(np.where(votes, 1.0, -1.0), count)


def waves(shape: tuple[int, ...]) -> NDArray[np.float32]:
    """Random waves of 6 to 25 pixels' length, of unit variance: the band RivaGAN writes in."""
    noise = np.random.default_rng(5).standard_normal(shape).astype(np.float32)
    wave = cv2.GaussianBlur(noise, (0, 0), 1.5) - cv2.GaussianBlur(noise, (0, 0), 5)
    return np.asarray(wave / wave.std())


def _means(plane: NDArray[np.float32]) -> NDArray[np.float32]:
    height, width = plane.shape
    return plane.reshape(height // 8, 8, width // 8, 8).mean(axis=(1, 3))


def _spread(payload: NDArray[np.int64], shape: tuple[int, ...]) -> NDArray[np.int64]:
    """A block's bit, in an order that no picture repeats."""
    return payload[np.random.default_rng(3).integers(0, len(payload), shape)]


def _counted(votes: NDArray[np.float64], count: int) -> NDArray[np.int64]:
    which = np.random.default_rng(3).integers(0, count, votes.shape)
    return (np.bincount(which.ravel(), votes.ravel(), count) > 0).astype(np.int64)


def psnr(before: Samples, after: Samples) -> float:
    error = np.mean((before.astype(np.float64) - after) ** 2)
    return float(10 * np.log10(255**2 / error))


def ssim(before: Samples, after: Samples) -> float:
    """Structural similarity over squares of 7, mean of the channels (Wang et al., 2004)."""
    a, b = before.astype(np.float64), after.astype(np.float64)
    mean_a, mean_b = cv2.blur(a, (7, 7)), cv2.blur(b, (7, 7))
    var_a = cv2.blur(a * a, (7, 7)) - mean_a**2
    var_b = cv2.blur(b * b, (7, 7)) - mean_b**2
    both = cv2.blur(a * b, (7, 7)) - mean_a * mean_b
    c1, c2 = (0.01 * 255) ** 2, (0.03 * 255) ** 2
    score = (2 * mean_a * mean_b + c1) * (2 * both + c2)
    return float(np.mean(score / ((mean_a**2 + mean_b**2 + c1) * (var_a + var_b + c2))))
