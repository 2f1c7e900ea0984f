"""Supported media types, their aliases and their file extensions."""

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
    "image/tiff": "tiff",
    "video/mp4": "mp4",
    "video/quicktime": "mov",
    "video/3gpp": "3gp",
    "audio/mp4": "m4a",
    "video/webm": "webm",
    "video/x-matroska": "mkv",
    "audio/webm": "weba",
    "audio/x-matroska": "mka",
}

UNDECODED = {
    "image/tiff": "a TIFF image",
    "video/mp4": "an MP4 video",
    "video/quicktime": "a QuickTime video",
    "video/3gpp": "a 3GP video",
    "audio/mp4": "an MP4 audio file",
    "video/webm": "a WebM video",
    "video/x-matroska": "a Matroska video",
    "audio/webm": "a WebM audio file",
    "audio/x-matroska": "a Matroska audio file",
}
"""Types whose metadata is read and removed, but whose pixels are not decoded here."""

MOVIES = frozenset(name for name in EXTENSIONS if not name.startswith("image/"))
"""Types that are read from disk piece by piece, with a limit of their own."""

VIDEOS = frozenset(name for name in EXTENSIONS if name.startswith("video/"))
"""Those of them that have pictures."""

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
    "image/tif": "image/tiff",
    "video/x-m4v": "video/mp4",
    "application/mp4": "video/mp4",
    "video/matroska": "video/x-matroska",
    "audio/matroska": "audio/x-matroska",
    "video/mov": "video/quicktime",
    "video/3gpp2": "video/3gpp",
    "audio/3gpp": "video/3gpp",
    "audio/x-m4a": "audio/mp4",
    "audio/m4a": "audio/mp4",
    "audio/m4b": "audio/mp4",
    "image/x-tiff": "image/tiff",
    "image/x-tif": "image/tiff",
    "image/tiff-fx": "image/tiff",
}
"""Aliases of the supported types."""

_UNKNOWN = frozenset({"", "application/octet-stream", "binary/octet-stream"})
"""What senders declare for bytes of which they know nothing."""


def bare(content_type: str | None) -> str:
    """The media type of a Content-Type: no parameters, lower case (RFC 9110, 8.3.1).

    >>> bare("Application/JSON; charset=utf-8")
    'application/json'
    """
    return (content_type or "").partition(";")[0].strip().lower()


def normalised(media_type: str) -> str:
    """The name that this service has for a declared media type: `bare`, and no alias.

    >>> normalised("Image/JPG; charset=binary")
    'image/jpeg'
    """
    name = bare(media_type)
    return _ALIASES.get(name, name)


def claimed(content_type: str | None) -> str | None:
    """The media type that a sender declares; ``None`` if it says nothing about the content.

    >>> claimed("IMAGE/PNG"), claimed("image/*"), claimed("application/octet-stream"), claimed(None)
    ('image/png', None, None, None)
    """
    name = bare(content_type)
    return None if name in _UNKNOWN or name.endswith("/*") else name


def canonical(media_type: str) -> str:
    """Return the canonical name of a type. All HEIF types become ``image/heic``.

    >>> canonical("image/HEIF-sequence")
    'image/heic'
    """
    found = normalised(media_type)
    return "image/heic" if found == "image/heif" else found


def with_extension(name: str, media_type: str) -> str:
    """A file's name with the extension of its media type.

    Only the extension of another image type is replaced, since other names have dots as well.

    >>> with_extension("holiday.heic", "image/jpeg")
    'holiday.jpg'
    >>> with_extension("holiday.JPEG", "image/jpeg")
    'holiday.JPEG'
    """
    stem, _, extension = name.rpartition(".")
    extension = "jpg" if extension.lower() == "jpeg" else extension.lower()
    if not stem or extension not in EXTENSIONS.values():
        return f"{name or 'image'}.{EXTENSIONS[media_type]}"
    return name if extension == EXTENSIONS[media_type] else f"{stem}.{EXTENSIONS[media_type]}"
