"""The supported containers: magic bytes, media types and modules."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from expunge.errors import MalformedImage, UnsupportedMediaType
from expunge.imaging.containers.recognised import recognised
from expunge.imaging.loading import load

if TYPE_CHECKING:
    from expunge.imaging.containers.block import Container


@dataclass(frozen=True, slots=True)
class ContainerFormat:
    """One container format. ``module`` is imported on first use."""

    module: str
    magic: re.Pattern[bytes]
    media_types: tuple[str, ...]
    """Canonical media types that ``parse`` may return."""
    streams: bool = False
    """Whether the module is a `StreamingContainer`."""

    @property
    def container(self) -> Container:
        return _container(self.module)


def _format(module: str, magic: bytes, *media_types: str, streams: bool = False) -> ContainerFormat:
    return ContainerFormat(module, re.compile(magic, re.DOTALL), media_types, streams)


FORMATS = (
    _format("jpeg", rb"\xff\xd8\xff", "image/jpeg"),
    _format("png", rb"\x89PNG\r\n\x1a\n", "image/png"),
    _format("webp", rb"RIFF.{4}WEBP", "image/webp"),
    _format(
        "isobmff",
        rb".{4}ftyp(?:avi[fos]|hei[cfmsx]|hev[cmsx]|mi[af]|m[is]f1)",
        "image/heic",
        "image/avif",
    ),
    _format("jxl", rb"\xff\x0a|\0\0\0\x0cJXL \r\n\x87\n", "image/jxl"),
    _format("gif", rb"GIF8[79]a", "image/gif"),
    _format(
        "movie",
        rb".{4}(?:ftyp(?!crx |jp[2xm] )|moov|mdat|wide|free|skip|pnot|styp)",
        "video/mp4",
        "video/quicktime",
        "audio/mp4",
        "video/3gpp",
        streams=True,
    ),
    _format(
        "matroska",
        rb"\x1a\x45\xdf\xa3",
        "video/webm",
        "video/x-matroska",
        "audio/webm",
        "audio/x-matroska",
        streams=True,
    ),
    _format("tiff", rb"II\*\0(?!.{4}CR)|II\+\0|MM\0[*+]", "image/tiff"),
)

SUPPORTED = "JPEG, PNG, WebP, AVIF, HEIC, JPEG XL, GIF, TIFF, MP4, MOV, M4A, 3GP, WebM, MKV"


@cache
def _container(module: str) -> Container:
    return load(f"expunge.imaging.containers.{module}")


def sniff(data: bytes) -> ContainerFormat:
    """Return the format that the first bytes identify.

    Raises
    ------
    expunge.errors.MalformedImage
        The file is empty.
    expunge.errors.UnsupportedMediaType
        The format is not supported; the message names it if it is known.
    """
    if not data:
        raise MalformedImage("The file is empty.")
    for known in FORMATS:
        if known.magic.match(data):
            return known
    raise UnsupportedMediaType(f"{recognised(data)} Supported: {SUPPORTED}.")
