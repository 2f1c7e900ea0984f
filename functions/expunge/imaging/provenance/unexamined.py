"""What no walk over a container's blocks can tell from coded pixels: said, rather than promised."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from expunge.imaging.containers.block import Layout

PROFILE_TEXTS = "texts within an ICC profile (description, copyright), which stays as it is"

UNEXAMINED: Mapping[str, tuple[str, ...]] = {
    "image/jpeg": (
        "padding bits and stuffed bytes of the entropy-coded data",
        "quantisation and Huffman tables that no component uses",
        "bytes behind a scan header's fields, which most decoders refuse",
        "fields of the index of second pictures (MPF), unless something else makes it be rewritten",
        "boxes of JPEG XT (APP11), which hold more bits of each sample",
    ),
    "image/png": (
        "bytes in IDAT or fdAT behind the end of the compressed data",
        "palette entries that no pixel uses, colours of fully transparent pixels",
    ),
    "image/webp": (
        "bytes behind the last partition within a VP8, VP8L or ALPH chunk",
        "colours of fully transparent pixels",
    ),
    "image/gif": (
        "sub-blocks of a frame behind the end of its LZW code",
        "colour table entries that no pixel uses",
    ),
    "image/heic": (
        "bytes of a coded item or sample behind its last slice, SEI messages within it",
        "the type of an auxiliary picture (auxC) and the address in a data reference (dref)",
    ),
    "image/avif": (
        "metadata and padding OBUs within a coded item or sample",
        "the type of an auxiliary picture (auxC) and the address in a data reference (dref)",
    ),
    "image/jxl": (
        "bytes behind the end of the codestream, bare, in a jxlc or jxlp box or in a gain map",
        "names of frames and of extra channels within the codestream",
    ),
}
"""By media type. Most of it cannot be found without decoding the picture; the rest is what this
project does not take apart."""


def unexamined(layout: Layout) -> list[str]:
    """What a strip of such a file does not look into."""
    return [*layout.unexamined, *UNEXAMINED[layout.media_type], PROFILE_TEXTS]
