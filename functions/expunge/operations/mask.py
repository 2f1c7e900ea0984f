"""Hide what identifies, and remove previews and metadata that might still show it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from expunge import base64_file
from expunge.errors import ExpungeError, FieldError, ValidationFailed
from expunge.imaging import moving
from expunge.imaging.codecs import Encoded, decode, encode, refuse
from expunge.imaging.containers.formats import sniff
from expunge.imaging.faces.choices import IRREVERSIBLE, Method, Shape
from expunge.imaging.faces.masking import MaskStyle, hide
from expunge.imaging.faces.regions import Covering, regions
from expunge.imaging.faces.selection import Box, as_boxes, named
from expunge.imaging.loading import load
from expunge.imaging.provenance.own_label import kept
from expunge.imaging.provenance.strip import StripPolicy, strip
from expunge.imaging.source import Source
from expunge.imaging.stopwatch import Stopwatch
from expunge.imaging.targets.choices import Target
from expunge.imaging.targets.hiding import region_of, region_of_spot
from expunge.imaging.targets.spots import Spot
from expunge.operations import faces, people, targets
from expunge.operations.outcome import Outcome
from expunge.operations.targets import polygon

if TYPE_CHECKING:
    from expunge.imaging.codecs import Picture
    from expunge.imaging.faces.faces import Floats
    from expunge.imaging.progress import Progress
    from expunge.operations.options.mask import MaskOptions


REGIONS = "regions"
"""Kind of the regions that the caller gives."""
MOST_COVERED = 2
"""Most that the rectangles of given regions and boxes may cover together, in images."""
_BLURRED = (Target.FACES.value, REGIONS)
"""Kinds for which the caller may choose a method that can be reversed."""


@dataclass(frozen=True, slots=True)
class _Choice:
    """The faces and boxes to hide."""

    indices: tuple[int, ...]
    """Indices of detected faces."""
    drawn: tuple[Box, ...]
    """Boxes from the caller in which nothing was found."""
    spots: tuple[Spot, ...] = ()
    """What was found beside faces."""
    known: dict[int, int] = field(default_factory=dict)
    """Indices of faces that stay visible, as people that the caller named: which one each is."""


def check(source: Source, options: MaskOptions) -> None:
    """Reject an image that cannot be decoded here or is too large for the requested format."""
    if moving.is_moving(source):
        _check_moving(source, options)
        return
    refuse(source, media_type=_media_type(options))
    _check_regions(options, source.layout.displayed)


def _check_moving(source: Source, options: MaskOptions) -> None:
    """Reject what a moving picture cannot have, by its header."""
    if options.format is not None:
        raise ValidationFailed(FieldError("/options/format", moving.NO_FORMAT))
    if not options.strip_metadata:
        raise ValidationFailed(
            FieldError(
                "/options/strip_metadata",
                "must be true for a moving picture: it is written again, without its metadata",
            )
        )
    facts = moving.facts(source)
    moving.CEILINGS.check(facts)
    _check_regions(options, (facts.width, facts.height))


def _check_regions(options: MaskOptions, size: tuple[int, int]) -> None:
    """Reject given regions that cover more than `MOST_COVERED` times an image of ``size``."""
    width, height = size
    covered = options.covers((width, height))
    if covered > MOST_COVERED * width * height:
        raise ValidationFailed(
            FieldError(
                "/options/regions" if options.regions else "/options/include",
                f"the rectangles around them have {covered:,} pixels together; at most "
                f"{MOST_COVERED} times the image's {width * height:,} are hidden",
            )
        )


def run(source: Source, options: MaskOptions, progress: Progress) -> Outcome:
    """Hide what was found in one image, and the given regions.

    A moving picture reports its progress.

    Raises
    ------
    expunge.errors.ModelMissing
        If the detector's weights are not installed.
    expunge.errors.ValidationFailed
        If ``cover`` is not an image, or an item of ``except`` does not show one face.
    """
    if moving.is_moving(source):
        outcome: Outcome = load("expunge.operations.mask_moving").run(source, options, progress)
        return outcome
    watch = Stopwatch()
    style = style_of(options)
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
    covered = _covered(choice, boxes, shape, options, (picture.width, picture.height))
    account = _account(choice, covered, options)
    edits = hide(
        picture,
        [region for _, region in covered],
        [style_of_kind(kind, style) for kind, _ in covered],
    )
    watch.lap("mask")
    encoded = encode(
        picture,
        edits,
        drop_previews=bool(covered),
        media_type=_media_type(options),
        quality=options.quality,
    )
    watch.lap("encode")
    data = stripped(encoded) if options.strip_metadata else encoded.data
    watch.lap("strip")
    report = faces.described(detection, options) | account
    report |= {"exact": encoded.exact, "changed": data != source.data}
    if style.cover is not None and covered:
        data, label = kept(style.cover.source, data)
        report |= {"own_label": label} if label else {}
    watch.lap("report")
    return Outcome(data, encoded.media_type, report, watch.milliseconds())


def _covered(
    choice: _Choice, boxes: Floats, shape: Shape, options: MaskOptions, size: tuple[int, int]
) -> list[tuple[str, Covering]]:
    """The regions to paint over, each with its kind."""
    faces_hidden = regions(boxes, size, padding=options.padding, shape=shape)
    found = [(spot.target.value, region_of_spot(spot, size)) for spot in choice.spots]
    given = [(REGIONS, region_of(polygon(area), size)) for area in options.regions or ()]
    return [
        *((Target.FACES.value, region) for region in faces_hidden),
        *((kind, region) for kind, region in [*found, *given] if region is not None),
    ]


def style_of_kind(kind: str, style: MaskStyle) -> MaskStyle:
    """The style for one kind of what is hidden.

    Nothing of text, plates and codes may remain: a blurred code can still decode.
    """
    if kind in _BLURRED or style.method in IRREVERSIBLE:
        return style
    return replace(style, method=Method.RINGFILL)


def _references(options: MaskOptions, watch: Stopwatch) -> Floats | None:
    if not options.except_:
        return None
    described = people.references(options.except_)
    watch.lap("references")
    return described


def _media_type(options: MaskOptions) -> str | None:
    return f"image/{options.format}" if options.format else None


def style_of(options: MaskOptions) -> MaskStyle:
    """How the options say that faces are hidden.

    Raises
    ------
    expunge.errors.ValidationFailed
        If ``cover`` is not an image.
    """
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
    found, spots = detection.found.faces, detection.spots
    chosen, drawn, marked = list(detection.chosen), list[Any](), set(range(len(spots)))
    if options.include is not None:
        wanted, unmatched = named(found, options.include)
        chosen = [index for index in chosen if index in wanted]
        marked, matched = targets.named(spots, options.include)
        drawn = [box for box in unmatched if box not in matched]
    left, _ = named(found, options.exclude)
    marked -= targets.named(spots, options.exclude)[0]
    return _Choice(
        tuple(index for index in chosen if index not in left),
        tuple(drawn),
        tuple(spots[number] for number in sorted(marked)),
    )


def _excepted(
    choice: _Choice, picture: Picture, detection: faces.Detection, references: Floats
) -> _Choice:
    """The choice without the faces of people that the caller named."""
    known = people.recognise(picture, detection.found.faces, choice.indices, references)
    return replace(choice, indices=tuple(i for i in choice.indices if i not in known), known=known)


def stripped(encoded: Encoded) -> bytes:
    """The file without metadata; it may be larger than the limit for uploads."""
    container = sniff(encoded.data).container
    return strip(Source(encoded.data, container.parse(encoded.data), container), StripPolicy()).data


def _account(
    choice: _Choice, covered: list[tuple[str, Covering]], options: MaskOptions
) -> dict[str, Any]:
    """The part of the report on what was hidden."""
    style = MaskStyle(options.method)
    methods = {kind: style_of_kind(kind, style).method for kind, _ in covered}
    return {
        "masked": list(choice.indices[: faces.MAX_LISTED]),
        "masked_count": len(covered),
        "hidden": dict(Counter(kind for kind, _ in covered)),
        "kept": [
            {"index": index, "reference": choice.known[index]} for index in sorted(choice.known)
        ],
        "regions": [
            {"x": one.x, "y": one.y, "width": one.width, "height": one.height, "kind": kind}
            for kind, one in covered[: faces.MAX_LISTED]
        ],
        "methods": {kind: method.value for kind, method in methods.items()},
        "method": options.method.value,
        "strength": options.strength,
        "padding": options.padding,
        "irreversible": IRREVERSIBLE.issuperset(methods.values() or [options.method]),
        "metadata_stripped": options.strip_metadata,
    }
