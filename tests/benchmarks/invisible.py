"""Measure the speed of ``invisible``, and whether third-party decoders still read their marks.

The second table needs the package ``invisible-watermark``, which has the decoders, and
photographs. They come from the folder in ``EXPUNGE_PHOTOGRAPHS``, else from ``../shared/data``
and scikit-image, if available. ``EXPUNGE_LONGEST`` is the side in pixels to which they are
reduced. RivaGAN takes seconds per image, so it is limited to 640.
"""

from __future__ import annotations

import importlib.util
import io
import os
import resource
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from math import comb
from pathlib import Path
from time import perf_counter
from typing import Any
from zlib import crc32

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image
from rich.console import Console
from rich.table import Table

import expunge
from expunge.imaging.purify.classical import purify
from expunge.imaging.purify.strength import Strength
from tests.unit.purify.scenes import psnr, scene, ssim

Samples = NDArray[np.uint8]
SCHEMES = (
    ("dwtDct", 32, 36), ("dwtDct", 64, 36), ("dwtDctSvd", 32, 36), ("dwtDctSvd", 64, 36),
    ("dwtDctSvd", 32, 54), ("rivaGan", 32, 0),
)  # fmt: skip
"""Method, bits, strength (36 by default); RivaGAN's model has 32 bits and one strength."""
TOO_SURE = 0.7
"""Bit accuracy from which a mark counts as still readable."""
DECODES = 0.9
"""Bit accuracy from which a carrier counts as readable before the treatment."""
RIVAGAN_LONGEST = 640
LONGEST = int(os.environ.get("EXPUNGE_LONGEST", RIVAGAN_LONGEST))
SHARED = Path(__file__).parents[3] / "shared" / "data"
SUFFIXES = (".jpg", ".jpeg", ".png", ".webp")
SKIMAGE = ("astronaut.png", "coffee.png", "chelsea.png", "rocket.jpg", "motorcycle_left.png",
           "hubble_deep_field.jpg", "ihc.png", "retina.jpg")  # fmt: skip
LARGEST_MP = 48


def run(console: Console) -> None:
    """Print two tables: seconds per megapixel, and bit accuracy by scheme and strength."""
    console.print(speeds())
    if importlib.util.find_spec("imwatermark") is None:
        console.print("invisible-watermark is not installed; its decoders were left out")
        return
    console.print(accuracies(console))


def speeds() -> Table:
    table = Table(title="invisible, pixels alone", caption="aim: at most 1.5 s a megapixel")
    for column in ("strength", "megapixels", "s/MP", "peak MB"):
        table.add_column(column, justify="right")
    for strength in Strength:
        for megapixels in (1, 12, LARGEST_MP):
            samples = large(megapixels)
            started = perf_counter()
            purify(samples, 8, strength.treatments[0], b"benchmark")
            spent = (perf_counter() - started) / megapixels
            peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
            table.add_row(strength, f"{megapixels}", f"{spent:.2f}", f"{peak:.0f}")
    return table


@cache
def large(megapixels: int) -> Samples:
    height = int((megapixels * 1e6 * 0.75) ** 0.5)
    width = height * 4 // 3
    one = scene(1)
    times = (-(-height // one.shape[0]), -(-width // one.shape[1]), 1)
    return np.ascontiguousarray(np.tile(one, times)[:height, :width])


@dataclass(frozen=True)
class Carrier:
    """A photograph with a readable watermark."""

    name: str
    mark: Mark
    samples: Samples


@dataclass(frozen=True)
class Mark:
    """The watermark and its parameters."""

    method: str
    scale: int
    payload: list[int]

    @property
    def scheme(self) -> str:
        return f"{self.method} {self.scale}" if self.scale else self.method

    def written(self, samples: Samples) -> Samples:
        encoder = library().WatermarkEncoder()
        encoder.set_watermark("bits", self.payload)
        marked = encoder.encode(bgr_of(samples), self.method, **self._scales())
        return np.ascontiguousarray(marked[..., ::-1])

    def read(self, samples: Samples) -> float:
        """Return the share of bits that the scheme's own decoder reads correctly."""
        decoder = library().WatermarkDecoder("bits", len(self.payload))
        read = decoder.decode(bgr_of(samples), self.method, **self._scales())
        return float(np.mean(np.array(read) == self.payload))

    def _scales(self) -> dict[str, list[int]]:
        return {"scales": [0, self.scale, 0]} if self.scale else {}


@dataclass
class Score:
    """The results of one strength on one scheme."""

    accuracy: list[float]
    bits: list[int]
    psnr: list[float]
    ssim: list[float]
    gradients: list[float]

    @property
    def too_sure(self) -> int:
        return sum(accuracy > TOO_SURE for accuracy in self.accuracy)

    @property
    def by_chance(self) -> float:
        """Return how many random guesses, of the same number, would reach `TOO_SURE`."""
        return sum(tail(count, TOO_SURE) for count in self.bits)


@cache
def tail(count: int, share: float) -> float:
    """Return the probability that more than ``share`` of ``count`` fair coins show heads."""
    return sum(comb(count, heads) for heads in range(count + 1) if heads > share * count) / 2**count


def accuracies(console: Console) -> Table:
    scores: dict[tuple[str, str], Score] = {}
    for carrier in carriers():
        for strength in Strength:
            after = cleaned(carrier.samples, strength)
            score = scores.setdefault((strength, carrier.mark.scheme), Score([], [], [], [], []))
            score.accuracy.append(carrier.mark.read(after))
            score.bits.append(len(carrier.mark.payload))
            score.psnr.append(psnr(carrier.samples, after))
            score.ssim.append(ssim(carrier.samples, after))
            score.gradients.append(gradient_similarity(carrier.samples, after))
            console.print(
                f"{carrier.name} {carrier.mark.scheme} {score.bits[-1]} {strength}: "
                f"{score.accuracy[-1]:.2f}, {score.psnr[-1]:.1f} dB, SSIM {score.ssim[-1]:.3f}",
                style="dim", highlight=False,
            )  # fmt: skip
    return accuracy_table(scores)


def cleaned(samples: Samples, strength: Strength) -> Samples:
    """Return the samples after the mode has processed them as a PNG."""
    file = io.BytesIO()
    Image.fromarray(samples).save(file, "PNG", compress_level=1)
    made = expunge.run("invisible", file.getvalue(), strength=strength.value).image
    assert made is not None
    with Image.open(io.BytesIO(made)) as image:
        return np.asarray(image.convert("RGB"))


def accuracy_table(scores: dict[tuple[str, str], Score]) -> Table:
    table = Table(title="bit accuracy after invisible; 0.5 is chance")
    for column in ("strength", "scheme", "carriers", "mean", "least", "most", f"> {TOO_SURE}",
                   "by chance", "PSNR dB", "least", "SSIM", "least", "gradients"):  # fmt: skip
        table.add_column(column, justify="right")
    for (strength, scheme), score in sorted(scores.items()):
        figures = [f"{np.mean(score.accuracy):.3f}", f"{min(score.accuracy):.2f}"]
        figures += [f"{max(score.accuracy):.2f}", f"{score.too_sure}", f"{score.by_chance:.1f}"]
        figures += [f"{np.mean(score.psnr):.1f}", f"{min(score.psnr):.1f}"]
        figures += [f"{np.mean(score.ssim):.3f}", f"{min(score.ssim):.3f}"]
        figures += [f"{np.mean(score.gradients):.3f}"]
        table.add_row(strength, scheme, str(len(score.accuracy)), *figures)
    return table


def carriers() -> Iterator[Carrier]:
    """Yield every photograph with every scheme's mark, if the mark is readable."""
    for path in photographs():
        picture = loaded(path)
        for method, count, scale in SCHEMES:
            if method == "rivaGan" and max(picture.shape) > RIVAGAN_LONGEST:
                continue
            random = np.random.default_rng(crc32(f"{path.name} {count}".encode()))
            mark = Mark(method, scale, random.integers(0, 2, count).tolist())
            marked = mark.written(picture)
            if mark.read(marked) >= DECODES:
                yield Carrier(path.name, mark, marked)


def photographs() -> Iterator[Path]:
    """Yield the available images of at least 256 × 256 pixels."""
    named = os.environ.get("EXPUNGE_PHOTOGRAPHS")
    folders = [SHARED / "faces" / "images", SHARED / "marks" / "clean"]
    if named:
        folders = [Path(named)]
    found = [path for folder in folders if folder.is_dir() for path in sorted(folder.iterdir())]
    skimage = importlib.util.find_spec("skimage")
    if not named and skimage is not None and skimage.origin:
        found += [Path(skimage.origin).parent / "data" / name for name in SKIMAGE]
    return (path for path in found if path.suffix in SUFFIXES and path.is_file())


def loaded(path: Path) -> Samples:
    bgr = cv2.imread(str(path), cv2.IMREAD_COLOR)
    scale = LONGEST / max(bgr.shape[:2])
    if scale < 1:
        bgr = cv2.resize(bgr, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    return np.ascontiguousarray(bgr[..., ::-1])


def bgr_of(samples: Samples) -> Samples:
    return np.ascontiguousarray(samples[..., ::-1])


@cache
def library() -> Any:
    import imwatermark

    imwatermark.WatermarkEncoder.loadModel()
    return imwatermark


def gradient_similarity(before: Samples, after: Samples) -> float:
    """Return the mean similarity of luma gradients, 1 if identical (Xue et al., 2014)."""
    first, second = (magnitudes(samples) for samples in (before, after))
    return float(np.mean((2 * first * second + 170) / (first**2 + second**2 + 170)))


def magnitudes(samples: Samples) -> NDArray[np.float64]:
    """Return gradient magnitudes by Prewitt's operator, at half size."""
    luma = cv2.cvtColor(samples, cv2.COLOR_RGB2GRAY).astype(np.float64)
    half = cv2.blur(luma, (2, 2))[::2, ::2]
    kernel = np.repeat([[1.0, 0.0, -1.0]], 3, axis=0) / 3
    return np.hypot(cv2.filter2D(half, -1, kernel), cv2.filter2D(half, -1, kernel.T))


if __name__ == "__main__":
    run(Console())
