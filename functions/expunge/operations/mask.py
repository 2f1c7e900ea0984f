"""Hide faces, and remove previews and metadata that might still show them."""

from __future__ import annotations

from dataclasses import dataclass, replace
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
from expunge.operations import faces, people
from expunge.operations.outcome import Outcome

if TYPE_CHECKING:
    from expunge.imaging.codecs import Picture
    from expunge.imaging.faces.faces import Floats
    from expunge.operations.options.mask import MaskOptions


@dataclass(frozen=True, slots=True)
class _Choice:
    """The faces and boxes to hide."""

    indices: tuple[int, ...]
    """Indices of detected faces."""
    drawn: tuple[Box, ...]
    """Boxes from the caller in which no face was detected."""
    known: dict[int, int]
    """Indices of faces that stay visible, as people whom the caller named: which one each is."""


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
        If ``cover`` is not an image, or an item of ``except`` does not show one face.
    """
    watch = Stopwatch()
    style = _style(options)
    references = _references(options, watch)
    detection = faces.detect(source, options, watch)
    picture = decode(source)
    watch.lap("decode")
    choice = _choice(detection, options)
    if references is not None:
        choice = _excepted(choice, picture, detection, references)
        watch.lap("recognition")
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


def _references(options: MaskOptions, watch: Stopwatch) -> Floats | None:
    if not options.except_:
        return None
    described = people.references(options.except_)
    watch.lap("references")
    return described


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
    return _Choice(tuple(index for index in chosen if index not in left), tuple(drawn), {})


def _excepted(
    choice: _Choice, picture: Picture, detection: faces.Detection, references: Floats
) -> _Choice:
    """The choice without the faces of people whom the caller named."""
    known = people.recognise(picture, detection.found.faces, choice.indices, references)
    return replace(choice, indices=tuple(i for i in choice.indices if i not in known), known=known)


def _stripped(encoded: Encoded) -> bytes:
    """The file without metadata; it may be larger than the limit for uploads."""
    container = sniff(encoded.data).container
    return strip(Source(encoded.data, container.parse(encoded.data), container), StripPolicy()).data


def _account(choice: _Choice, covered: list[Region], options: MaskOptions) -> dict[str, Any]:
    """The part of the report on what was hidden."""
    return {
        "masked": list(choice.indices[: faces.MAX_LISTED]),
        "masked_count": len(covered),
        "kept": [
            {"index": index, "reference": choice.known[index]} for index in sorted(choice.known)
        ],
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
