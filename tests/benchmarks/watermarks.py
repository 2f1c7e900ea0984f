"""Watermarks of the PyPI package ``invisible-watermark``: written by it, read as it reads them."""

from __future__ import annotations

import importlib.util
import sys
from dataclasses import dataclass
from functools import cache
from math import comb
from pathlib import Path
from types import ModuleType
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

Samples = NDArray[np.uint8]
FALSE_POSITIVES = 1e-3
DEFAULT = 36
"""The package's own strength of the two DWT schemes."""
RIVAGAN, RIVAGAN_BITS, RIVAGAN_CUT = "rivaGan", 32, 0.52
CHANNELS = ("Y", "U")


@dataclass(frozen=True)
class Mark:
    """A watermark and its parameters."""

    method: str
    """``dwtDct``, ``dwtDctSvd`` or ``rivaGan``."""
    bits: tuple[int, ...]
    times: float = 1.0
    """Strength, in times of the default."""
    channel: str = "U"

    @property
    def label(self) -> str:
        luma = ", luma" if self.channel == "Y" else ""
        return f"{self.method} × {self.times:g}{luma}"

    def written(self, samples: Samples) -> Samples:
        """A copy of (H, W, 3) RGB with the mark."""
        bgr = np.ascontiguousarray(samples[..., ::-1])
        if self.method == RIVAGAN:
            return self._by_network(bgr)
        encoder = package().WatermarkEncoder()
        encoder.set_watermark("bits", list(self.bits))
        marked = encoder.encode(bgr, self.method, scales=self._scales())
        return np.ascontiguousarray(marked[..., ::-1])

    def agreeing(self, samples: Samples) -> int:
        """How many bits the scheme's decoder reads as they were written."""
        bgr = np.ascontiguousarray(samples[..., ::-1])
        if self.method == RIVAGAN:
            read = network("decoder").run(None, {"frame": _framed(bgr)})[0][0] > RIVAGAN_CUT
        else:
            read = self._read(bgr)
        return int((read == np.array(self.bits, bool)).sum())

    def _scales(self) -> list[float]:
        scale = DEFAULT * self.times
        return [scale if self.channel == name else 0 for name in CHANNELS] + [0]

    def _read(self, bgr: Samples) -> NDArray[np.bool_]:
        """Like the package's decoders, but for all blocks at once; see `agrees_with_package`."""
        import pywt

        rows, columns = (side // 4 * 4 for side in bgr.shape[:2])
        plane = cv2.cvtColor(bgr, cv2.COLOR_BGR2YUV)[:rows, :columns, CHANNELS.index(self.channel)]
        low = pywt.dwt2(plane, "haar")[0]
        high, wide = (side // 4 for side in low.shape)
        blocks = low[: high * 4, : wide * 4].reshape(high, 4, wide, 4).swapaxes(1, 2)
        blocks = np.ascontiguousarray(blocks).reshape(-1, 4, 4)
        if self.method == "dwtDct":
            flat = np.abs(blocks.reshape(-1, 16))
            value = flat[np.arange(len(flat)), flat[:, 1:].argmax(axis=1) + 1]
        else:
            value = np.linalg.svd(np.stack([cv2.dct(block) for block in blocks]))[1][:, 0]
        scale = DEFAULT * self.times
        votes = (value % scale > scale * 0.5).astype(float)
        which = np.arange(len(votes)) % len(self.bits)
        count = np.bincount(which, minlength=len(self.bits))
        return np.bincount(which, votes, len(self.bits)) / count * 255 > 127

    def agrees_with_package(self, samples: Samples) -> bool:
        """Whether the package's own decoder reads the same number of bits."""
        decoder = package().WatermarkDecoder("bits", len(self.bits))
        bgr = np.ascontiguousarray(samples[..., ::-1])
        read = decoder.decode(bgr, self.method, scales=self._scales())
        return int(np.sum(np.array(read) == self.bits)) == self.agreeing(samples)

    def _by_network(self, bgr: Samples) -> Samples:
        given = {"frame": _framed(bgr), "data": np.array([self.bits], np.float32)}
        made = np.clip(network("encoder").run(None, given)[0], -1, 1)
        marked = ((made[0, :, 0].transpose(1, 2, 0) + 1.0) * 127.5).astype(np.uint8)
        if self.times != 1:
            difference = marked.astype(float) - bgr
            marked = np.clip(np.rint(bgr + self.times * difference), 0, 255).astype(np.uint8)
        return np.ascontiguousarray(marked[..., ::-1])


def detected(agreeing: int, bits: int) -> bool:
    """Whether so many bits agree by chance in at most one of a thousand images."""
    return agreeing >= threshold(bits)


@cache
def threshold(bits: int, rate: float = FALSE_POSITIVES) -> int:
    """The least number of agreeing bits that fair coins reach with at most this probability."""
    tail = 0
    for count in range(bits, -1, -1):
        tail += comb(bits, count)
        if tail > rate * 2**bits:
            return count + 1
    return 0


def available() -> bool:
    return importlib.util.find_spec("imwatermark") is not None


@cache
def package() -> Any:
    """The package; its import needs a module ``torch``, of which only RivaGAN uses functions."""
    if importlib.util.find_spec("torch") is None:
        sys.modules.setdefault("torch", ModuleType("torch"))
    import imwatermark

    return imwatermark


@cache
def network(part: str) -> Any:
    """RivaGAN's encoder or decoder, of the package's own files, on one thread."""
    from expunge.imaging.networks.runtime import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    path = Path(package().__file__).parent / f"rivagan_{part}.onnx"
    return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])


def _framed(bgr: Samples) -> NDArray[np.float32]:
    return (bgr.astype(np.float32) / np.float32(127.5) - 1).transpose(2, 0, 1)[None, :, None]
