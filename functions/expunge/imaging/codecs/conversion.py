"""Convert an image's metadata and samples to what another format can hold."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import numpy as np

from expunge.imaging import exif
from expunge.imaging.containers.block import Kind

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from expunge.imaging.codecs.picture import Picture, Samples

_STATED = re.compile(rb"""(tiff:Orientation\s*(?:=\s*["']|>)\s*)[1-8]""")


def metadata(picture: Picture, orientation: int = 1) -> dict[str, Any]:
    """Return ICC profile, EXIF (a TIFF structure) and XMP as arguments of Pillow's ``save``.

    EXIF and XMP state the given orientation. The default is 1, since a converted image is encoded
    as displayed. Missing and unreadable metadata is left out.
    """
    found: dict[str, Any] = {"icc_profile": picture.icc}
    for block in picture.source.layout.blocks:
        if block.kind is Kind.EXIF and "exif" not in found:
            found["exif"] = exif.with_orientation(block.data, orientation)
        elif block.kind is Kind.XMP and "xmp" not in found:
            found["xmp"] = _STATED.sub(rb"\g<1>%d" % orientation, block.data.tobytes())
    if orientation > 1:
        found.setdefault("exif", exif.minimal(orientation))
    return {name: value for name, value in found.items() if value}


def eight_bits(samples: Samples, depth: int) -> NDArray[np.uint8]:
    """Samples of any depth, rounded to 8 bits."""
    if depth == 8:
        return samples.astype(np.uint8, copy=False)
    top = (1 << depth) - 1
    return ((samples.astype(np.uint32) * 255 + top // 2) // top).astype(np.uint8)


def on_white(samples: NDArray[np.uint8], alpha: NDArray[np.uint8] | None) -> NDArray[np.uint8]:
    """Composite a transparent image over white, for a format without alpha."""
    if alpha is None:
        return samples
    cover = alpha[..., None].astype(np.uint16)
    return ((samples * cover + 255 * (255 - cover) + 127) // 255).astype(np.uint8)
