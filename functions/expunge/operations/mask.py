"""Hide faces, and remove previews and metadata that might still show them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from expunge import base64_file
from expunge.errors import ExpungeError, FieldError, ValidationFailed
from expunge.imaging.codecs import Encoded, decode, encode, refuse
from expunge.imaging.containers.formats import sniff
from expunge.imaging.faces.choices import IRREVERSIBLE, Method, Shape
from expunge.imaging.faces.masking import MaskStyle, patches
from expunge.imaging.faces.regions import Region, regions
from expunge.imaging.faces.selection import Box, as_boxes, named
from expunge.imaging.provenance.strip import StripPolicy, strip
from expunge.imaging.source import Source
from expunge.imaging.stopwatch import Stopwatch
from expunge.operations import faces
from expunge.operations.outcome import Outcome

if TYPE_CHECKING:
    from expunge.operations.options.mask import MaskOptions


@dataclass(frozen=True, slots=True)
class _Choice:
    """The faces and boxes to hide."""

    indices: tuple[int, ...]
    """Indices of detected faces."""
    drawn: tuple[Box, ...]
    """Boxes from the caller in which no face was detected."""


def check(source: Source, options: MaskOptions) -> None:
    """Reject an image that cannot be decoded here or is too large for the requested format."""
    refuse(source, media_type=_media_type(options))


def run(source: Source, options: MaskOptions) -> Outcome:
    """Hide the faces in one image.

    Raises
    ------
    expunge.errors.ModelMissing
        If the detector's weights are not installed.
    expunge.errors.ValidationFailed
        If ``cover`` is not an image.
    """
    watch = Stopwatch()
    style = _style(options)
    detection = faces.detect(source, options, watch)
    picture = decode(source)
    watch.lap("decode")
    choice = _choice(detection, options)
    boxes = np.concatenate(
        (detection.found.faces.boxes[list(choice.indices)], as_boxes(choice.drawn))
    )
    shape = Shape.ELLIPSE if options.method is Method.ELLIPTICAL else options.shape
    size = (picture.width, picture.height)
    covered = regions(boxes, size, padding=options.padding, shape=shape)
    made = patches(picture, covered, style)
    account = _account(choice, covered, options)
    del covered
    watch.lap("mask")
    encoded = encode(
        picture,
        made,
        drop_previews=bool(made),
        media_type=_media_type(options),
        quality=options.quality,
    )
    watch.lap("encode")
    data = _stripped(encoded) if options.strip_metadata else encoded.data
    watch.lap("strip")
    report = faces.described(detection, options) | account
    report |= {"exact": encoded.exact, "changed": data != source.data}
    watch.lap("report")
    return Outcome(data, encoded.media_type, report, watch.milliseconds())


def _media_type(options: MaskOptions) -> str | None:
    return f"image/{options.format}" if options.format else None


def _style(options: MaskOptions) -> MaskStyle:
    colour = bytes.fromhex(options.colour[1:])
    cover = None
    if options.cover is not None:
        file, _ = base64_file.read(options.cover, "/options/cover")
        try:
            cover = decode(Source.of(file))
        except ExpungeError as error:
            raise ValidationFailed(FieldError("/options/cover", error.detail)) from None
    return MaskStyle(options.method, options.strength, (colour[0], colour[1], colour[2]), cover)


def _choice(detection: faces.Detection, options: MaskOptions) -> _Choice:
    chosen, drawn = list(detection.chosen), list[Any]()
    if options.include is not None:
        wanted, drawn = named(detection.found.faces, options.include)
        chosen = [index for index in chosen if index in wanted]
    left, _ = named(detection.found.faces, options.exclude)
    return _Choice(tuple(index for index in chosen if index not in left), tuple(drawn))


def _stripped(encoded: Encoded) -> bytes:
    """The file without metadata; it may be larger than the limit for uploads."""
    container = sniff(encoded.data).container
    return strip(Source(encoded.data, container.parse(encoded.data), container), StripPolicy()).data


def _account(choice: _Choice, covered: list[Region], options: MaskOptions) -> dict[str, Any]:
    """The part of the report on what was hidden."""
    return {
        "masked": list(choice.indices[: faces.MAX_LISTED]),
        "masked_count": len(covered),
        "regions": [
            {"x": region.x, "y": region.y, "width": region.width, "height": region.height}
            for region in covered[: faces.MAX_LISTED]
        ],
        "method": options.method.value,
        "strength": options.strength,
        "padding": options.padding,
        "irreversible": options.method in IRREVERSIBLE,
        "metadata_stripped": options.strip_metadata,
    }
