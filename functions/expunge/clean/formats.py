"""Another format, where a browser says that it takes it, and it is worth it."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

    from PIL.Image import Image

TARGETS = ("image/avif", "image/webp")
"""What may be agreed on, the smaller one first."""
MAX_PIXELS = 16_000_000
"""More would take longer to encode than the saved bytes take to travel."""
_SETTINGS: dict[tuple[str, str], dict[str, Any]] = {
    ("image/jpeg", "image/avif"): {"format": "AVIF", "quality": 72, "speed": 8},
    ("image/jpeg", "image/webp"): {"format": "WEBP", "quality": 82, "method": 4},
    ("image/png", "image/webp"): {"format": "WEBP", "lossless": True, "quality": 50, "method": 3},
}
"""What is a photograph stays good to look at; what is lossless stays so."""


def agreed(accept: str) -> tuple[str, ...]:
    """Those of `TARGETS` that an Accept field names; a wildcard names nothing."""
    taken = set()
    for entry in accept.lower().split(","):
        name, *parameters = (part.strip() for part in entry.split(";"))
        if not any(p.replace(" ", "") in ("q=0", "q=0.0", "q=0.00", "q=0.000") for p in parameters):
            taken.add(name)
    return tuple(target for target in TARGETS if target in taken)


def converted(data: bytes, media_type: str, targets: Iterable[str]) -> tuple[bytes, str]:
    """The same picture in the first format that serves it, or as it is; and the media type.

    It stays where it is neither JPEG nor PNG, is animated, has more than 8 bits a
    channel or a colour space that the target does not have, is very large, or would
    not become smaller. The colour profile, the orientation and what the caller asked
    to keep go along.
    """
    for target in targets:
        settings = _SETTINGS.get((media_type, target))
        smaller = _encoded(data, settings) if settings else None
        if smaller is not None:
            return smaller, target
    return data, media_type


def _encoded(data: bytes, settings: dict[str, Any]) -> bytes | None:
    from PIL import Image, features  # noqa: PLC0415  only a conversion needs Pillow

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
