"""List the data that a strip cannot separate from coded pixels, so that reports can state it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from expunge.imaging.containers.block import Layout

PROFILE_TEXTS = "texts within an ICC profile (description, copyright), which stays unchanged"

UNEXAMINED: Mapping[str, tuple[str, ...]] = {
    "image/jpeg": (
        "padding bits and stuffed bytes of the entropy-coded data",
        "quantisation and Huffman tables that no component uses",
        "bytes after a scan header's fields, which most decoders reject",
        "fields of the index of auxiliary images (MPF), unless the index is rewritten",
        "boxes of JPEG XT (APP11), which hold more bits per sample",
    ),
    "image/png": (
        "bytes in IDAT or fdAT after the end of the compressed data",
        "palette entries that no pixel uses, colours of fully transparent pixels",
    ),
    "image/webp": (
        "bytes after the last partition within a VP8, VP8L or ALPH chunk",
        "colours of fully transparent pixels",
    ),
    "image/gif": (
        "sub-blocks of a frame after the end of its LZW code",
        "colour table entries that no pixel uses",
    ),
    "image/heic": (
        "bytes of a coded item or sample after its last slice, SEI messages within it",
        "the type of an auxiliary image (auxC) and the URL in a data reference (dref)",
    ),
    "image/avif": (
        "metadata and padding OBUs within a coded item or sample",
        "the type of an auxiliary image (auxC) and the URL in a data reference (dref)",
    ),
    "image/tiff": (
        "bytes after the end of the compressed data in a strip or tile, markers within JPEG data",
        "bytes of JPEG tables that no scan uses",
    ),
    **dict.fromkeys(
        (
            "video/mp4",
            "video/quicktime",
            "video/3gpp",
            "audio/mp4",
            "video/webm",
            "video/x-matroska",
            "audio/webm",
            "audio/x-matroska",
        ),
        (
            "data within samples: SEI messages, an encoder's settings, closed captions",
            "texts of subtitles",
        ),
    ),
    "image/jxl": (
        "bytes after the end of the codestream, bare, in a jxlc or jxlp box or in a gain map",
        "names of frames and of extra channels within the codestream",
    ),
}
"""By media type. Most of this data cannot be found without decoding the image. The rest is not
parsed here."""


def unexamined(layout: Layout) -> list[str]:
    """Return the data that a strip of this file does not examine."""
    return [*layout.unexamined, *UNEXAMINED[layout.media_type], PROFILE_TEXTS]
