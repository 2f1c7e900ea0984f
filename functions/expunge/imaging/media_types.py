"""The media types that are taken, what else they are called, and what a file of each is called."""

from __future__ import annotations

EXTENSIONS = {
    "image/png": "png",
    "image/jpeg": "jpg",
    "image/webp": "webp",
    "image/avif": "avif",
    "image/heic": "heic",
    "image/heif": "heif",
    "image/jxl": "jxl",
    "image/gif": "gif",
}

_ALIASES = {
    "image/jpg": "image/jpeg",
    "image/jfif": "image/jpeg",
    "image/pjpeg": "image/jpeg",
    "image/pjp": "image/jpeg",
    "image/x-jpeg": "image/jpeg",
    "image/x-jpg": "image/jpeg",
    "image/x-citrix-jpeg": "image/jpeg",
    "image/apng": "image/png",
    "image/vnd.mozilla.apng": "image/png",
    "image/x-png": "image/png",
    "image/x-citrix-png": "image/png",
    "image/x-webp": "image/webp",
    "image/x-gif": "image/gif",
    "image/x-citrix-gif": "image/gif",
    "image/x-jxl": "image/jxl",
    "image/heic-sequence": "image/heic",
    "image/heif-sequence": "image/heif",
    "image/avif-sequence": "image/avif",
}
"""Other names of the same type."""


def normalised(media_type: str) -> str:
    """A declared media type by its usual name: without parameters, in lower case (RFC 9110, 8.3.1).

    >>> normalised("Image/JPG; charset=binary")
    'image/jpeg'
    """
    bare = media_type.partition(";")[0].strip().lower()
    return _ALIASES.get(bare, bare)


def canonical(media_type: str) -> str:
    """The one name of a type: HEIF is named by the codec that fills nearly all of its files.

    >>> canonical("image/HEIF-sequence")
    'image/heic'
    """
    found = normalised(media_type)
    return "image/heic" if found == "image/heif" else found
