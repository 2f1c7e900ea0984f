"""Whether a caller prefers the resulting image to the job as JSON (RFC 9110 §12.5.1)."""

from __future__ import annotations

import re

_QUALITY = re.compile(r"q\s*=\s*([01](?:\.\d{0,3})?)", re.ASCII | re.IGNORECASE)


def prefers_image(accept: str) -> bool:
    """Whether an Accept header weighs images higher than JSON. ``*/*`` alone means JSON.

    >>> prefers_image("image/*"), prefers_image("image/png, */*;q=0.5"), prefers_image("*/*")
    (True, True, False)
    """
    image = json = 0.0
    for entry in accept.lower().split(","):
        name, *parameters = (part.strip() for part in entry.split(";"))
        weights = [float(m[1]) for p in parameters if (m := _QUALITY.fullmatch(p))]
        weight = weights[0] if weights else 1.0
        if name.startswith("image/"):
            image = max(image, weight)
        elif name == "*/*" or name.startswith("application/"):
            json = max(json, weight)
    return image > json
