"""Re-synthesise the pixels of an image, to disturb invisible watermarks in them."""

from __future__ import annotations

from dataclasses import dataclass, replace
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
from expunge.imaging.purify.strength import Strength
from expunge.imaging.source import Source
from expunge.operations import metadata
from expunge.operations.looking import compared, look_at
from expunge.operations.options.metadata import MetadataOptions
from expunge.operations.outcome import Outcome

if TYPE_CHECKING:
    from expunge.imaging.codecs import Picture
    from expunge.operations.options.invisible import InvisibleOptions

MEASURED = ("dwtDct", "dwtDctSvd", "rivaGan")
"""Watermark schemes that the strengths were measured on; docs/explanation/invisible.md has the
figures."""
MIN_DB = 31.5
"""Least PSNR of the result, in dB; below it a milder treatment is tried."""
UNKNOWN = (
    "It is unknown whether the image carried other invisible watermarks, or still does. "
    "Only Google and OpenAI can check for SynthID, on their own sites (synthid.com, "
    "openai.com/verify), and this service does not claim to remove it."
)

DECODED, RESYNTHESISED = 0.05, 0.8
"""Progress, as a fraction, after these steps; the rest is encoding."""
RETRY_SHARE = 0.3
"""Fraction of the progress that is reserved for milder treatments; most images need none."""


@dataclass(frozen=True, slots=True)
class Resynthesis:
    """New pixels, and the report on them."""

    pixels: NDArray[np.generic]
    report: dict[str, Any]


def check(source: Source, options: InvisibleOptions) -> None:
    """Reject an image that cannot be decoded or encoded here, and a model that is not installed."""
    refuse(source, writing=True)
    if options.model:
        regenerator_named(options.model)


def run(source: Source, options: InvisibleOptions, progress: Progress = silent) -> Outcome:
    """Re-synthesise the pixels of one still image, and remove its metadata.

    Raises
    ------
    expunge.errors.UnsupportedMediaType
        For an animation, before any work, and for a format that cannot be encoded here.
    expunge.errors.ModelMissing
        If the model's file is not installed.
    """
    regenerator = regenerator_named(options.model) if options.model else None
    stripped = metadata.run(source, MetadataOptions())
    assert stripped.image is not None
    started = perf_counter()
    picture = decode(Source.of(stripped.image, limits=None))
    decoded = perf_counter()
    progress(DECODED)
    part = stretch(progress, DECODED, RESYNTHESISED)
    result = resynthesised(picture, options, regenerator, seed(source), part)
    finished = perf_counter()
    encoded = encode(picture, [Patch(0, 0, result.pixels)], drop_previews=True)
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
        "invisible": result.report,
        "metadata": stripped.report,
    }
    return Outcome(encoded.data, encoded.media_type, report, timings)


def seed(source: Source) -> bytes:
    """Random seed: the SHA-256 of the file, so that a second run gives the same result."""
    return sha256(source.data).digest()


def resynthesised(
    picture: Picture,
    options: InvisibleOptions,
    regenerator: Regenerator | None,
    seed: bytes,
    progress: Progress = silent,
) -> Resynthesis:
    """Re-synthesise a decoded image, with the operator's model if one is given.

    The report says which payloads were read before and after. With ``verify`` the next higher
    strength follows while one is still read.
    """
    before = look_at(picture, thorough=options.verify)
    strengths = _strengths(options) if regenerator is None else (None,)
    for tried, strength in enumerate(strengths):
        part = stretch(progress, tried / len(strengths), (tried + 1) / len(strengths))
        pixels, report = _treated(picture, options, regenerator, strength, seed, part)
        after = look_at(replace(picture, pixels=pixels), thorough=options.verify)
        if not after.hits:
            break
    report["decoded"] = compared(before, after)
    if options.verify:
        report["tried"] = [str(one) for one in strengths[: tried + 1] if one]
        report["gave_up"] = bool(after.hits)
    progress(1.0)
    return Resynthesis(pixels, report | {"synthid": "unsupported_locally", "unknown": UNKNOWN})


def _strengths(options: InvisibleOptions) -> tuple[Strength, ...]:
    """The strengths to try in turn."""
    known = tuple(Strength)
    first = known.index(options.strength)
    return known[first:] if options.verify else (options.strength,)


def _treated(
    picture: Picture,
    options: InvisibleOptions,
    regenerator: Regenerator | None,
    strength: Strength | None,
    seed: bytes,
    progress: Progress,
) -> tuple[NDArray[np.generic], dict[str, Any]]:
    if regenerator is not None or strength is None:
        assert regenerator is not None
        pixels = regenerator(picture.pixels, picture.depth, progress)
        report: dict[str, Any] = {"method": "model", "model": options.model, "measured_on": []}
        return pixels, report | {"psnr_db": psnr(picture.pixels, pixels, picture.depth)}
    pixels, cost = _purified(picture, strength, seed, progress)
    return pixels, {
        "method": "classical",
        "strength": strength.value,
        "planes": "luma" if picture.pixels.shape[2] == 1 else "luma and chroma",
        "measured_on": list(MEASURED),
    } | cost


def _purified(
    picture: Picture, strength: Strength, seed: bytes, progress: Progress
) -> tuple[NDArray[np.generic], dict[str, Any]]:
    """Apply the first treatment that keeps the PSNR at `MIN_DB` or above, else the last one."""
    for tried, treatment in enumerate(strength.treatments):
        part = stretch(progress, 1 - RETRY_SHARE**tried, 1 - RETRY_SHARE ** (tried + 1))
        pixels = purify(picture.pixels, picture.depth, treatment, seed, progress=part)
        cost = psnr(picture.pixels, pixels, picture.depth)
        if cost is None or cost >= MIN_DB:
            break
    return pixels, {"psnr_db": cost, "eased": treatment != strength.treatments[0]}


def psnr(before: NDArray[Any], after: NDArray[Any], depth: int) -> float | None:
    """Peak signal-to-noise ratio in dB, or ``None`` if no sample changed.

    Parameters
    ----------
    before, after
        Samples of the same shape, from 0 to 2**depth - 1.
    depth
        Bits of a sample.
    """
    total = 0.0
    for was, now in zip(before, after, strict=True):
        total += float(np.square(was.astype(np.float32) - now).sum(dtype=np.float64))
    if not total:
        return None
    return round(10 * float(np.log10((2**depth - 1) ** 2 * before.size / total)), 2)


def regenerator_named(name: str) -> Regenerator:
    """The operator's image-to-image model of this name.

    Raises
    ------
    ValidationFailed
        If the catalogue has no image-to-image model of that name.
    ModelMissing
        If its file is not installed.
    """
    for model in models.catalogue():
        form = model.image_to_image
        if model.name == name and form is not None:
            path = models.installed(name)
            low, high = form.range
            return Regenerator(path, form.tile, form.overlap, form.scaling, low, high)
    raise ValidationFailed(
        FieldError("/options/model", "there is no image-to-image model of this name")
    )
