"""Networks that an operator supplies: one that swaps faces, and one that restores them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import cv2
import numpy as np

from expunge.errors import Unavailable
from expunge.imaging.faces.descriptor import similarity
from expunge.imaging.faces.faces import Floats
from expunge.imaging.faces.mesh.topology import EYES
from expunge.imaging.networks.graph import last_tensor
from expunge.imaging.networks.session import Network, NetworkInvalid

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    Pixels = NDArray[np.uint8]
    Doubles = NDArray[np.float64]

ARCFACE = np.array(
    ((38.2946, 51.6963), (73.5318, 51.5014), (56.0252, 71.7366), (41.5493, 92.3655),
     (70.7299, 92.2041))
)  # fmt: skip
"""Eyes, nose and corners of the mouth in the square of 112 pixels that ArcFace was trained on."""
ARCFACE_SIDE = 112
WIDER_SIDE, WIDER = 128, 8
"""The square of other networks of this family, and how far the template is moved to the right."""
FFHQ = np.array(
    ((192.98138, 239.94708), (318.90277, 240.1936), (256.63416, 314.01935),
     (201.26117, 371.41043), (313.08905, 371.15118))
)  # fmt: skip
"""The same in the square of 512 pixels of FFHQ, which restorers were trained on."""
FFHQ_SIDE = 512
NUMBERS = 512
"""Length of an embedding."""
EDGE = 0.1
"""Part of a square's side over which its edge fades."""


@dataclass(frozen=True, slots=True)
class Swapper:
    """A network of inswapper's kind, and the one that describes sources for it."""

    network: Network
    embedder: Network
    turn: Floats
    """(512, 512): ``emap``, from ArcFace's numbers to the network's."""
    side: int
    range: tuple[float, float]

    def embedding(self, pixels: Pixels, points: Floats) -> Floats:
        """Return the (1, 512) numbers of a face with this mesh in (H, W, 3) RGB."""
        seen = _cut(pixels, _placed(ARCFACE, points), ARCFACE_SIDE)
        blob = (seen.transpose(2, 0, 1)[None].astype(np.float32) - 127.5) / np.float32(127.5)
        made = _ran(self.embedder, (1, NUMBERS), blob)
        return _unit(_unit(made) @ self.turn)

    def swapped(self, pixels: Pixels, points: Floats, embedding: Floats) -> Pixels:
        """Return the pixels with the face of this mesh made new."""
        whole = self.side % ARCFACE_SIDE == 0
        scale = self.side / (ARCFACE_SIDE if whole else WIDER_SIDE)
        template = ARCFACE * scale + (0 if whole else WIDER * scale, 0)
        return _through(self.network, pixels, _placed(template, points), self, embedding)


@dataclass(frozen=True, slots=True)
class Restorer:
    """A network of GFPGAN's kind."""

    name: str
    network: Network
    side: int
    range: tuple[float, float]

    def restored(self, pixels: Pixels, points: Floats) -> Pixels:
        """Return the pixels with the face of this mesh restored."""
        template = FFHQ * (self.side / FFHQ_SIDE)
        return _through(self.network, pixels, _placed(template, points), self)


@dataclass(frozen=True, slots=True)
class Plugged:
    """The operator's networks that are there."""

    swapper: Swapper | None = None
    restorer: Restorer | None = None


@cache
def swapper(path: Path, embedder: Path, side: int, span: tuple[float, float]) -> Swapper:
    """Load a swapping network and the one that describes sources; a process does it once.

    Raises
    ------
    expunge.errors.Unavailable
        If a file is not such a network.
    """
    try:
        data = path.read_bytes()
        network, turn = Network(data, inputs=("target", "source")), _turn(data)
        return Swapper(network, Network(embedder.read_bytes()), turn, side, span)
    except (OSError, ValueError, NetworkInvalid) as error:
        raise Unavailable(f"The operator's face swapper cannot be used: {error}") from error


def _turn(data: bytes) -> Floats:
    turn = last_tensor(data)
    if turn.shape != (NUMBERS, NUMBERS):
        raise NetworkInvalid(f"its last tensor is no matrix of {NUMBERS} × {NUMBERS}")
    return np.asarray(turn, np.float32)


@cache
def restorer(name: str, path: Path, side: int, span: tuple[float, float]) -> Restorer:
    """Load a restoring network; a process does it once.

    Raises
    ------
    expunge.errors.Unavailable
        If the file is not such a network.
    """
    try:
        return Restorer(name, Network(path.read_bytes()), side, span)
    except (OSError, NetworkInvalid) as error:
        raise Unavailable(f"The operator's face restorer cannot be used: {error}") from error


def _five(points: Floats) -> Doubles:
    eyes = [points[eye, :2].mean(axis=0) for eye in EYES]
    return np.stack([*eyes, points[1, :2], points[61, :2], points[291, :2]]).astype(np.float64)


def _placed(template: Doubles, points: Floats) -> Doubles:
    """The (2, 3) matrix from a template's square to the image."""
    return similarity(template, _five(points))


def _cut(pixels: Pixels, matrix: Doubles, side: int) -> Pixels:
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    made = cv2.warpAffine(
        pixels, matrix, (side, side), flags=flags, borderMode=cv2.BORDER_REPLICATE
    )
    return np.asarray(made, np.uint8)


def _through(
    network: Network, pixels: Pixels, matrix: Doubles, form: Swapper | Restorer, *more: Floats
) -> Pixels:
    """Add what a network changes in a square of the image; its edge fades."""
    side, (low, high) = form.side, form.range
    seen = _cut(pixels, matrix, side)
    blob = seen.transpose(2, 0, 1)[None].astype(np.float32) / np.float32(255) * (high - low) + low
    made = _ran(network, (1, 3, side, side), blob.astype(np.float32), *more)
    new = np.clip((made[0].transpose(1, 2, 0) - low) / (high - low) * 255, 0, 255)
    change = (new - seen) * _fading(side)
    height, width = pixels.shape[:2]
    back = cv2.warpAffine(
        change.astype(np.float32), matrix, (width, height), flags=cv2.INTER_LINEAR
    )
    return np.asarray(np.clip(np.rint(pixels + back), 0, 255), np.uint8)


def _ran(network: Network, shape: tuple[int, ...], *blobs: Floats) -> Floats:
    """The first output of a network, which must have a shape.

    Raises
    ------
    expunge.errors.Unavailable
        If the network takes other inputs, has another output, or gives what is no number.
    """
    try:
        made = network.run(*blobs)[0]
    except Exception as error:  # onnxruntime's own classes have no common base
        given = " and ".join(str(blob.shape) for blob in blobs)
        raise Unavailable(f"The operator's network cannot run on {given}") from error
    if made.shape != shape:
        raise Unavailable(f"The operator's network gives {made.shape}, not {shape}")
    if not np.isfinite(made).all():
        raise Unavailable("The operator's network gives values that are no numbers")
    return made


def _fading(side: int) -> Floats:
    """(side, side, 1): 1 in the middle, 0 at the edge."""
    steps = np.minimum(np.arange(side), np.arange(side)[::-1]) / max(EDGE * side, 1)
    line = np.clip(steps, 0, 1).astype(np.float32)
    return np.minimum(line[:, None], line[None])[..., None]


def _unit(numbers: Floats) -> Floats:
    return np.asarray(numbers / max(float(np.linalg.norm(numbers)), 1e-9), np.float32)
