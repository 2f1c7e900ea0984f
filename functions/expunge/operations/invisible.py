"""Make a picture's pixels anew, so that invisible marks in them no longer read."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from time import perf_counter
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from expunge import models
from expunge.errors import FieldError, ValidationFailed
from expunge.imaging.codecs import Patch, decode, encode, refuse
from expunge.imaging.progress import Progress, silent, stretch
from expunge.imaging.purify.classical import purify
from expunge.imaging.purify.regenerator import Regenerator
from expunge.imaging.source import Source
from expunge.operations import metadata
from expunge.operations.options.metadata import MetadataOptions
from expunge.operations.outcome import Outcome

if TYPE_CHECKING:
    from expunge.imaging.codecs import Picture
    from expunge.imaging.purify.strength import Strength
    from expunge.operations.options.invisible import InvisibleOptions

MEASURED = ("dwtDct", "dwtDctSvd", "rivaGan")
"""Schemes that the strengths were measured on; docs/explanation/invisible.md has the figures."""
MIN_DB = 31.5
"""A picture that a treatment costs more has it eased; dB of its pixels."""
UNKNOWN = (
    "Nobody can tell from here whether the picture carried other invisible marks, or still does. "
    "SynthID has no public detector, and nothing here claims to remove it."
)

DECODED, REMADE = 0.05, 0.8
"""How far the work is then; the rest is encoding."""
FURTHER = 0.3
"""What of the way is left for further treatments, which most pictures do not need."""


@dataclass(frozen=True, slots=True)
class Made:
    """Pixels made anew, and what is to be said of it."""

    pixels: NDArray[np.generic]
    report: dict[str, Any]


def check(source: Source, options: InvisibleOptions) -> None:
    """Refuse what is not decoded or not written here, and a model that is not here."""
    refuse(source, writing=True)
    if options.model:
        regenerator_named(options.model)


def run(source: Source, options: InvisibleOptions, progress: Progress = silent) -> Outcome:
    """Make one still picture's pixels anew, and take its metadata out.

    Raises
    ------
    expunge.errors.UnsupportedMediaType
        For an animation, before any work, and for a format that nothing at hand writes.
    expunge.errors.ModelMissing
        For a model whose file is not here.
    """
    regenerator = regenerator_named(options.model) if options.model else None
    stripped = metadata.run(source, MetadataOptions())
    assert stripped.image is not None
    started = perf_counter()
    picture = decode(Source.of(stripped.image, limits=None))
    decoded = perf_counter()
    progress(DECODED)
    made = remade(picture, options, regenerator, seed(source), stretch(progress, DECODED, REMADE))
    finished = perf_counter()
    encoded = encode(picture, [Patch(0, 0, made.pixels)], drop_previews=True)
    timings = {
        "metadata": stripped.timings_ms["total"],
        "decode": (decoded - started) * 1e3,
        "purify": (finished - decoded) * 1e3,
        "encode": (perf_counter() - finished) * 1e3,
    }
    timings["total"] = sum(timings.values())
    report = {
        "format": encoded.media_type,
        "changed": stripped.report["changed"] or encoded.data != stripped.image,
        "invisible": made.report,
        "metadata": stripped.report,
    }
    return Outcome(encoded.data, encoded.media_type, report, timings)


def seed(source: Source) -> bytes:
    """Of all that is random: the file's own digest, so that a second run gives the same file."""
    return sha256(source.data).digest()


def remade(
    picture: Picture,
    options: InvisibleOptions,
    regenerator: Regenerator | None,
    seed: bytes,
    progress: Progress = silent,
) -> Made:
    """A decoded picture's pixels made anew, by the model where there is one."""
    if regenerator is not None:
        pixels = regenerator(picture.pixels, picture.depth, progress)
        done: dict[str, Any] = {"method": "model", "model": options.model, "measured_on": []}
        done["psnr_db"] = psnr(picture.pixels, pixels, picture.depth)
    else:
        pixels, cost = _purified(picture, options.strength, seed, progress)
        done = {
            "method": "classical",
            "strength": options.strength.value,
            "planes": "luma" if picture.pixels.shape[2] == 1 else "luma and chroma",
            "measured_on": list(MEASURED),
        } | cost
    return Made(pixels, done | {"synthid": "unsupported_locally", "unknown": UNKNOWN})


def _purified(
    picture: Picture, strength: Strength, seed: bytes, progress: Progress
) -> tuple[NDArray[np.generic], dict[str, Any]]:
    """The pixels, by the first treatment that costs no more than `MIN_DB`, or by the last."""
    for tried, treatment in enumerate(strength.treatments):
        part = stretch(progress, 1 - FURTHER**tried, 1 - FURTHER ** (tried + 1))
        pixels = purify(picture.pixels, picture.depth, treatment, seed, progress=part)
        cost = psnr(picture.pixels, pixels, picture.depth)
        if cost is None or cost >= MIN_DB:
            break
    return pixels, {"psnr_db": cost, "eased": treatment != strength.treatments[0]}


def psnr(before: NDArray[Any], after: NDArray[Any], depth: int) -> float | None:
    """Peak signal to noise ratio in dB, or ``None`` where nothing changed."""
    total = 0.0
    for was, now in zip(before, after, strict=True):
        total += float(np.square(was.astype(np.float32) - now).sum(dtype=np.float64))
    if not total:
        return None
    return round(10 * float(np.log10((2**depth - 1) ** 2 * before.size / total)), 2)


def regenerator_named(name: str) -> Regenerator:
    """An operator's model.

    Raises
    ------
    ValidationFailed
        Where the catalogue has no image-to-image model of that name.
    ModelMissing
        Where its file is not here.
    """
    for model in models.catalogue():
        form = model.image_to_image
        if model.name == name and form is not None:
            path = models.installed(name)
            low, high = form.range
            return Regenerator(path, form.tile, form.overlap, form.scaling, low, high)
    raise ValidationFailed(
        FieldError("/options/model", "there is no image-to-image model so named")
    )
