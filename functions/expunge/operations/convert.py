"""Another format for a finished result, where that has fewer bytes."""

from __future__ import annotations

import io
from time import perf_counter
from typing import TYPE_CHECKING, Any

from expunge.operations.outcome import Outcome

if TYPE_CHECKING:
    from collections.abc import Iterable

    from PIL.Image import Image

    from expunge.imaging.source import Source
    from expunge.operations.options.convert import ConvertOptions

MAX_PIXELS = 16_000_000
"""More would take longer to encode than the saved bytes take to travel."""
_SETTINGS: dict[tuple[str, str], dict[str, Any]] = {
    ("image/jpeg", "image/avif"): {"format": "AVIF", "quality": 72, "speed": 8},
    ("image/jpeg", "image/webp"): {"format": "WEBP", "quality": 82, "method": 4},
    ("image/png", "image/webp"): {"format": "WEBP", "lossless": True, "quality": 50, "method": 3},
}
"""What is a photograph stays good to look at; what is lossless stays so."""


def worth_trying(media_type: str, pixels: int, targets: Iterable[str]) -> bool:
    """Whether `run` may come to anything, by what is known without decoding."""
    return pixels <= MAX_PIXELS and any((media_type, target) in _SETTINGS for target in targets)


def run(source: Source, options: ConvertOptions) -> Outcome:
    """The same picture in the first format that serves it; no image where it stays as it is.

    It stays where it is neither JPEG nor PNG, is animated, has more than 8 bits a
    channel or a colour space that the target does not have, is very large, or would
    not become smaller. The colour profile, the orientation and what the caller asked
    to keep go along.
    """
    started = perf_counter()
    for target in options.targets:
        settings = _SETTINGS.get((source.media_type, target))
        smaller = _encoded(source.data, settings) if settings else None
        if smaller is not None:
            return Outcome(smaller, target, {}, {"total": (perf_counter() - started) * 1e3})
    return Outcome(None, source.media_type, {}, {"total": (perf_counter() - started) * 1e3})


def _encoded(data: bytes, settings: dict[str, Any]) -> bytes | None:
    from PIL import Image, features  # noqa: PLC0415 (only a conversion needs Pillow)

    if not features.check(str(settings["format"]).lower()):
        return None
    file = io.BytesIO()
    with Image.open(io.BytesIO(data)) as image:
        if not _fits(image):
            return None
        kept = {k: image.info[k] for k in ("icc_profile", "exif", "xmp") if image.info.get(k)}
        try:
            image.save(file, **kept, **settings)
        except (OSError, ValueError):
            return None
    return file.getvalue() if file.tell() < len(data) else None


def _fits(image: Image) -> bool:
    return (
        image.mode in ("L", "RGB", "RGBA", "P")
        and not getattr(image, "is_animated", False)
        and image.width * image.height <= MAX_PIXELS
    )
