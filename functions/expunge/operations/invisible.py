"""Re-synthesise the pixels of an image, to disturb invisible watermarks in them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from hashlib import sha256
from time import perf_counter
from typing import TYPE_CHECKING, Any

import numpy as np

from expunge import models
from expunge.errors import FieldError, ValidationFailed
from expunge.imaging.codecs import Edits, Picture, decode, encode, refuse
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
    from collections.abc import Callable

    from expunge.imaging.codecs import Encoded
    from expunge.operations.options.invisible import InvisibleOptions

MEASURED = ("dwtDct", "dwtDctSvd", "rivaGan")
"""Watermark schemes that the strengths were measured on; docs/explanation/invisible.md has the
figures."""
MIN_DB = 31.2
"""Least PSNR of the result, in dB; below it a milder treatment is tried."""
EASING = 0.99
"""Share of the amount that would come to `MIN_DB`, since rounding adds to the difference."""
UNKNOWN = (
    "It is unknown whether the image carried other invisible watermarks, or still does: other "
    "payloads, other strengths and marks in luma are not looked for. "
    "Only Google and OpenAI can check for SynthID, on their own sites (synthid.com, "
    "openai.com/verify), and this service does not claim to remove it."
)

DECODED, RESYNTHESISED = 0.05, 0.8
"""Progress, as a fraction, after these steps; the rest is encoding."""
RETRY_SHARE = 0.3
"""Fraction of the progress that is reserved for milder treatments; most images need none."""


@dataclass(frozen=True, slots=True)
class Resynthesis:
    """The image with new pixels, and the report on them."""

    picture: Picture
    changed: bool
    report: dict[str, Any]

    def encoded(self) -> Encoded:
        """Write the image into its file, without anything that shows it as it was."""
        edits = Edits.whole(self.picture.pixels) if self.changed else ()
        return encode(self.picture, edits, drop_previews=True)


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
    again = partial(decode, Source.of(stripped.image, limits=None))
    opened = handing_out(again(), again)
    decoded = perf_counter()
    progress(DECODED)
    part = stretch(progress, DECODED, RESYNTHESISED)
    result = resynthesised(opened, options, regenerator, seed(source), part)
    finished = perf_counter()
    encoded = result.encoded()
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


def handing_out(first: Picture, again: Callable[[], Picture]) -> Callable[[], Picture]:
    """A function that returns a picture without keeping it, and then decodes it again."""
    held = [first]
    return lambda: held.pop() if held else again()


def resynthesised(
    opened: Callable[[], Picture],
    options: InvisibleOptions,
    regenerator: Regenerator | None,
    seed: bytes,
    progress: Progress = silent,
) -> Resynthesis:
    """Re-synthesise a decoded image, with the operator's model if one is given.

    The report says which payloads were read before and after. With ``verify`` the next higher
    strength follows while one is still read.

    Parameters
    ----------
    opened
        Returns the picture, again for each further treatment: new pixels take the place of the
        old ones, so that memory holds one copy. It should not keep the picture.
    """
    first = opened()
    before = look_at(first, thorough=options.verify)
    opened = handing_out(first, opened)
    del first
    strengths = [None] if regenerator else _strengths(options)
    tried: list[str] = []
    while True:
        strength = strengths[len(tried)]
        part = stretch(progress, len(tried) / len(strengths), (len(tried) + 1) / len(strengths))
        picture, error, report = _treated(opened, options, regenerator, strength, seed, part)
        tried.append(str(strength))
        after = look_at(picture, thorough=options.verify)
        if not after.hits or len(tried) == len(strengths):
            break
        del picture  # memory holds one copy
    report["decoded"] = compared(before, after)
    if options.verify:
        report["tried"] = tried if regenerator is None else []
        report["gave_up"] = bool(after.hits)
    progress(1.0)
    report |= {"psnr_db": psnr(picture, error), "synthid": "unsupported_locally"}
    return Resynthesis(picture, bool(error), report | {"unknown": UNKNOWN})


def _strengths(options: InvisibleOptions) -> list[Strength | None]:
    """The strengths to try in turn."""
    known = list(Strength)
    return [*known[known.index(options.strength) :]] if options.verify else [options.strength]


def _treated(
    opened: Callable[[], Picture],
    options: InvisibleOptions,
    regenerator: Regenerator | None,
    strength: Strength | None,
    seed: bytes,
    progress: Progress,
) -> tuple[Picture, float, dict[str, Any]]:
    """The picture after one treatment, the sum of squared differences, and the report on it."""
    if regenerator is not None or strength is None:
        assert regenerator is not None
        picture = _writable(opened())
        error = regenerator(picture.pixels, picture.depth, progress)
        return picture, error, {"method": "model", "model": options.model, "measured_on": []}
    picture, error, eased = _purified(opened, strength, seed, progress)
    return (
        picture,
        error,
        {
            "method": "classical",
            "strength": strength.value,
            "planes": "luma" if picture.pixels.shape[2] == 1 else "luma and chroma",
            "measured_on": list(MEASURED),
            "eased": eased,
        },
    )


def _purified(
    opened: Callable[[], Picture], strength: Strength, seed: bytes, progress: Progress
) -> tuple[Picture, float, bool]:
    """Apply the first treatment that keeps the PSNR at `MIN_DB`, else a part of the last one.

    Returns the picture, the sum of squared differences, and whether a milder treatment was used.
    """
    todo = list(strength.treatments)
    eases, tried = len(todo) > 1, 0
    while True:
        treatment = todo.pop(0)
        picture = _writable(opened())
        most = _error_at(MIN_DB, picture) if eases else np.inf
        part = stretch(progress, 1 - RETRY_SHARE**tried, 1 - RETRY_SHARE ** (tried + 1))
        stop = most if todo else np.inf
        error = purify(picture.pixels, picture.depth, treatment, seed, most=stop, progress=part)
        if error <= most or treatment.amount < 1:
            return picture, error, tried > 0
        if not todo:
            todo.append(replace(treatment, amount=EASING * float(np.sqrt(most / error))))
        tried += 1
        del picture


def _writable(picture: Picture) -> Picture:
    return replace(picture, pixels=picture.writable())


def _error_at(decibels: float, picture: Picture) -> float:
    """The sum of squared differences that comes to a PSNR."""
    peak = 2.0**picture.depth - 1
    return picture.pixels.size * peak**2 / 10 ** (decibels / 10)


def psnr(picture: Picture, error: float) -> float | None:
    """Peak signal-to-noise ratio in dB for a sum of squared differences; ``None`` for none."""
    if not error:
        return None
    return round(10 * float(np.log10(_error_at(0, picture) / error)), 2)


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
