"""A small photograph with something private in it."""

from __future__ import annotations

import io
from functools import cache

from PIL import Image


@cache
def photo(side: int = 320, quality: int = 90) -> bytes:
    image = Image.effect_noise((side, side), 60).convert("RGB")
    exif = image.getexif()
    exif[0x010F] = "Camera Maker"
    file = io.BytesIO()
    image.save(file, "JPEG", exif=exif, quality=quality, comment=b"private")
    return file.getvalue()
