"""Score an input of a face swap for sexual content; nobody can ask for it as a job.

Of a moving picture these frames are scored: the first, one at a random time of each further second,
and each that looks unlike those scored last. So nothing hides between the seconds. What is
transparent is scored over black and white, too, and what a colour profile changes, as it is shown.
The highest score counts.
"""

from __future__ import annotations

import io
import random
from collections import deque
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np
from PIL import Image as Pillow
from PIL import ImageCms

from expunge import models
from expunge.imaging import moving
from expunge.imaging.codecs import decode, reduced
from expunge.imaging.codecs.raster import opened
from expunge.imaging.safety import nsfw
from expunge.imaging.stopwatch import Stopwatch
from expunge.operations.options.scan import ANALYSER, ScanOptions, flagged
from expunge.operations.outcome import Outcome

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from numpy.typing import NDArray

    from expunge.imaging.codecs import Picture
    from expunge.imaging.moving import Frame
    from expunge.imaging.source import Source

    Image = NDArray[np.uint8]

THRESHOLD = 0.5
"""Score from which the command line and the library refuse an input; a service has a setting."""
EVERY_SECONDS = 1.0
CERTAIN = 0.95
"""The highest threshold there is, so that nothing after such a score is looked at."""
GLANCE = 32
"""Side in cells of the copies by which frames are compared."""
OPAQUE = 255
UNLIKE = 12.0
"""Mean difference of two of these, of 255, from which a frame is scored whatever its time is."""
OTHER_DETAIL = 8.0
"""The same of the deviations within the cells: a mosaic or a blur of a picture has its means."""
UNCHANGED = 2.0
"""Mean difference, of 255, below which a colour profile shows what is stored."""
RECENT = 8
"""Scored frames that a frame is compared with: a flicker between two pictures costs two scores."""


def run(source: Source, options: ScanOptions) -> Outcome:  # noqa: ARG001
    """Report the highest score, 0 to 1, and the number of pictures that were looked at.

    Raises
    ------
    expunge.errors.ModelMissing
        If the weights of the analyser are not installed.
    """
    watch = Stopwatch()
    analyser = nsfw.loaded(models.installed(ANALYSER))
    watch.lap("load")
    score, frames = 0.0, 0
    for pixels in _pictures(source):
        score, frames = max(score, analyser.score(pixels)), frames + 1
        if score >= CERTAIN:
            break
    watch.lap("work")
    report = {"score": round(score, 4), "frames": frames}
    return Outcome(None, source.media_type, report, watch.milliseconds())


def _pictures(source: Source) -> Iterator[Image]:
    """What is scored of a file, (H, W, 3)."""
    if moving.is_moving(source):
        for frame in _telling(moving.frames(source)):
            yield from _shown(frame.pixels, frame.alpha)
    elif source.media_type == "image/jpeg":
        profile = opened(source.data, "JPEG").info.get("icc_profile")
        yield from _managed(reduced(source, nsfw.SIDE).pixels, profile)
    else:
        yield from _of_picture(decode(source))


def _of_picture(picture: Picture) -> Iterator[Image]:
    alpha = picture.alpha
    if alpha is not None and picture.depth > 8:
        alpha = (alpha >> (picture.depth - 8)).astype(np.uint8)
    for pixels in _managed(picture.rgb8(), picture.icc):
        if alpha is not None and alpha.shape != pixels.shape[:2]:
            alpha = _square(alpha)
        yield from _shown(pixels, alpha)


def _managed(pixels: Image, profile: bytes | None) -> Iterator[Image]:
    """The colours as they are stored; and as a profile shows them, if that is not the same."""
    yield pixels
    if profile is None:
        return
    stored = _square(pixels)
    try:
        given = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        made = ImageCms.profileToProfile(
            Pillow.fromarray(stored), given, ImageCms.createProfile("sRGB")
        )
    except (ImageCms.PyCMSError, OSError):
        return  # viewers ignore such a profile, too
    shown = np.array(made)
    if cv2.absdiff(shown, stored).mean() >= UNCHANGED:
        yield shown


def _telling(frames: Iterable[Frame]) -> Iterator[Frame]:
    """The frames that are scored."""
    due = 0.0
    scored: deque[NDArray[np.float32]] = deque(maxlen=RECENT)
    for frame in frames:
        glance = _glance(frame.pixels, frame.alpha)
        if frame.time >= due or all(_are_unlike(glance, one) for one in scored):
            due = int(frame.time) + EVERY_SECONDS + random.random()  # noqa: S311  no secret
            scored.append(glance)
            yield frame


def _glance(pixels: Image, alpha: Image | None) -> NDArray[np.float32]:
    """(GLANCE, GLANCE, 4 or 5): the deviation of brightness in a cell, and the means of colours."""
    small = _square(pixels)
    grey = cv2.cvtColor(small, cv2.COLOR_RGB2GRAY).astype(np.float32)
    spread = _cells(grey * grey) - _cells(grey) ** 2
    layers = [np.sqrt(np.maximum(spread, 0)), _cells(small)]
    if alpha is not None:
        layers.append(_cells(_square(alpha)))
    return np.dstack(layers).astype(np.float32)


def _cells(layer: NDArray[Any]) -> NDArray[Any]:
    return cv2.resize(layer, (GLANCE, GLANCE), interpolation=cv2.INTER_AREA)


def _are_unlike(glance: NDArray[np.float32], other: NDArray[np.float32]) -> bool:
    apart = np.abs(glance - other)
    return bool(apart[..., 1:].mean() >= UNLIKE or apart[..., 0].mean() >= OTHER_DETAIL)


def _shown(pixels: Image, alpha: Image | None) -> Iterator[Image]:
    """The colours; of a picture that is not opaque, also what black and white pages show of it."""
    yield pixels
    if alpha is None or alpha.min() == OPAQUE:
        return
    on_black = _square(cv2.multiply(pixels, cv2.merge([alpha] * 3), scale=1 / OPAQUE))
    yield on_black
    yield np.asarray(cv2.add(on_black, cv2.merge([OPAQUE - _square(alpha)] * 3)), np.uint8)


def _square(pixels: NDArray[Any]) -> Image:
    """The side that the analyser looks at, so that it does not shrink this again."""
    side = (nsfw.SIDE, nsfw.SIDE)
    return np.asarray(cv2.resize(pixels, side, interpolation=cv2.INTER_AREA), np.uint8)


def refuse_unsafe(inputs: Mapping[str, Source], threshold: float = THRESHOLD) -> None:
    """Scan inputs in this process; their names are for the message, such as «the target».

    Raises
    ------
    expunge.errors.NsfwDetected
        For the first input whose score reaches the threshold.
    expunge.errors.ModelMissing
        If the weights of the analyser are not installed: without a scan there is no swap.
    """
    for name, source in inputs.items():
        if run(source, ScanOptions()).report["score"] >= threshold:
            raise flagged(name)
