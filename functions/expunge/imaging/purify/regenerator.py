"""An operator's image-to-image model, run tile by tile with blended seams."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np

from expunge.errors import PipelineError
from expunge.imaging.progress import Progress, silent

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Regenerator:
    """An ONNX graph: float32 [1, 3, tile, tile] RGB in, the same out, each side × ``scaling``."""

    path: Path
    tile: int
    """Side of the input square, in pixels."""
    overlap: int
    """Pixels that neighbouring tiles share, where one fades into the next."""
    scaling: int = 1
    """Side of the output over side of the input; the output is averaged down again."""
    low: float = 0.0
    """The model's value for black."""
    high: float = 1.0
    """The model's value for white."""

    def __call__(self, samples: NDArray[Any], depth: int, progress: Progress = silent) -> float:
        """Run the model over an image, in place.

        Parameters
        ----------
        samples
            (H, W, 1) or (H, W, 3), grey or RGB, uint8 or uint16, 0 to ``2 ** depth - 1``.
            Grey is expanded to RGB, and the result is the mean of the three channels.
        progress
            Called after each row of tiles.

        Returns
        -------
        The sum of squared differences between the samples before and after.

        Raises
        ------
        expunge.errors.PipelineError
            If the file is not such a model, or its output has another shape.
        """
        height, width, _ = samples.shape
        rows, columns = (_starts(side, self.tile, self.overlap) for side in (height, width))
        top = float(2**depth - 1)
        error = 0.0
        band = _Band(self.tile, width, samples.shape[2])
        for y, following in zip(rows, [*rows[1:], height], strict=True):
            for x in columns:
                part = samples[y : y + self.tile, x : x + self.tile]
                band.add(x, self._one(part, top), self.overlap)
            finished = band.finished(following - y)
            now = np.clip(np.rint(finished * top), 0, top).astype(samples.dtype)
            error += cv2.norm(samples[y:following], now, cv2.NORM_L2SQR)
            samples[y:following] = now
            progress(following / height)
        return error

    def _one(self, part: NDArray[Any], top: float) -> NDArray[np.float32]:
        """The model's result for one tile, 0 to 1; a smaller tile is padded by reflection."""
        height, width, channels = part.shape
        value = part.astype(np.float32) / top * (self.high - self.low) + self.low
        below, right = self.tile - height, self.tile - width
        whole = cv2.copyMakeBorder(value, 0, below, 0, right, cv2.BORDER_REFLECT)
        whole = np.reshape(whole, (self.tile, self.tile, channels))
        rgb = np.broadcast_to(np.asarray(whole, np.float32), (self.tile, self.tile, 3))
        given = self._run(np.ascontiguousarray(rgb.transpose(2, 0, 1))[None])
        out = given[0].transpose(1, 2, 0)
        if self.scaling != 1:
            out = cv2.resize(out, (self.tile, self.tile), interpolation=cv2.INTER_AREA)
        if channels == 1:
            out = out.mean(axis=2, keepdims=True)
        scaled: NDArray[np.float32] = (out[:height, :width] - self.low) / (self.high - self.low)
        return scaled

    def _run(self, tensor: NDArray[np.float32]) -> NDArray[np.float32]:
        session = _session(self.path)
        side = self.tile * self.scaling
        try:
            (given,) = session.run(None, {session.get_inputs()[0].name: tensor})
        except Exception as error:
            raise PipelineError("The image-to-image model failed on a tile.") from error
        if given.shape != (1, 3, side, side) or not np.isfinite(given).all():
            raise PipelineError(
                f"The image-to-image model returned {list(given.shape)}. Its entry in models.toml "
                f"promises finite numbers in [1, 3, {side}, {side}]."
            )
        return np.asarray(given, np.float32)


class _Band:
    """A strip of the image, one tile high: tiles are added, finished rows are removed."""

    def __init__(self, height: int, width: int, channels: int) -> None:
        self._sum = np.zeros((height, width, channels), np.float32)
        self._weight = np.zeros((height, width, 1), np.float32)

    def add(self, x: int, part: NDArray[np.float32], overlap: int) -> None:
        height, width, _ = part.shape
        weight = _ramp(height, overlap)[:, None, None] * _ramp(width, overlap)[:, None]
        self._sum[:height, x : x + width] += part * weight
        self._weight[:height, x : x + width] += weight

    def finished(self, rows: int) -> NDArray[np.float32]:
        """Return the first rows, which no later tile changes, and move the strip down by them."""
        done: NDArray[np.float32] = self._sum[:rows] / self._weight[:rows]
        for strip in (self._sum, self._weight):
            strip[:-rows] = strip[rows:].copy()
            strip[-rows:] = 0
        return done


def _starts(side: int, tile: int, overlap: int) -> list[int]:
    """Start positions of tiles; the last tile ends at the image's edge."""
    return list(_steps(side, tile, tile - overlap))


def _steps(side: int, tile: int, step: int) -> Iterator[int]:
    at = 0
    while at + tile < side:
        yield at
        at += step
    yield max(side - tile, 0)


def _ramp(length: int, overlap: int) -> NDArray[np.float32]:
    """Blending weights along a tile: rise over the overlap, then 1, then fall."""
    from_edge = np.minimum(np.arange(length), np.arange(length)[::-1]) + 1
    return np.minimum(from_edge / (overlap + 1), 1).astype(np.float32)


@cache
def _session(path: Path) -> Any:  # noqa: ANN401 (onnxruntime has no types)
    from expunge.imaging.networks.runtime import onnxruntime  # noqa: PLC0415 - an operator's model

    try:
        return onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    except Exception as error:
        raise PipelineError(
            "The image-to-image model's file is not a working ONNX graph."
        ) from error
