"""Conversion to a format that the browser accepts, if the file becomes smaller."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

    from PIL.Image import Image

TARGETS = ("image/avif", "image/webp")
"""Possible target formats, the smaller one first."""
MAX_PIXELS = 16_000_000
"""Above this, encoding takes longer than the saved bytes take to transfer."""
_SETTINGS: dict[tuple[str, str], dict[str, Any]] = {
    ("image/jpeg", "image/avif"): {"format": "AVIF", "quality": 72, "speed": 8},
    ("image/jpeg", "image/webp"): {"format": "WEBP", "quality": 82, "method": 4},
    ("image/png", "image/webp"): {"format": "WEBP", "lossless": True, "quality": 50, "method": 3},
}
"""Encoder settings: photographs keep good visual quality, lossless images stay lossless."""


def agreed(accept: str) -> tuple[str, ...]:
    """The `TARGETS` that an Accept header names; wildcards are ignored."""
    taken = set()
    for entry in accept.lower().split(","):
        name, *parameters = (part.strip() for part in entry.split(";"))
        if not any(p.replace(" ", "") in ("q=0", "q=0.0", "q=0.00", "q=0.000") for p in parameters):
            taken.add(name)
    return tuple(target for target in TARGETS if target in taken)


def converted(data: bytes, media_type: str, targets: Iterable[str]) -> tuple[bytes, str]:
    """The image in the first suitable target format, else unchanged; and its media type.

    An image is unchanged if it is neither JPEG nor PNG, is animated or larger than
    `MAX_PIXELS`, or would not become smaller. The same holds for more than 8 bits a channel
    and for a colour space that the target lacks. The colour profile, the orientation and
    metadata that the caller chose to keep are copied.
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
