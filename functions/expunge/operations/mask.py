"""Hide faces, and whatever else in the file might still show them."""

from __future__ import annotations

import base64
import binascii
import re
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import numpy as np
from pydantic import BeforeValidator, Field, field_validator, model_validator

from expunge.errors import ExpungeError, FieldError, ValidationFailed
from expunge.imaging.codecs import Encoded, decode, encode, refuse
from expunge.imaging.containers.formats import sniff
from expunge.imaging.faces.masking import DEFAULT_STRENGTH, IRREVERSIBLE, MaskStyle, Method, patches
from expunge.imaging.faces.regions import Region, Shape, regions
from expunge.imaging.faces.selection import Box, as_boxes, named
from expunge.imaging.provenance.strip import StripPolicy, strip
from expunge.imaging.source import Source
from expunge.imaging.stopwatch import Stopwatch
from expunge.operations import faces
from expunge.operations.outcome import Outcome

if TYPE_CHECKING:
    from typing import Self


MAX_NAMED = 500
"""Faces that one request may name."""
MAX_COVER = 100_000
"""Characters of base64, so that a job's options fit into one record."""


class OutputFormat(StrEnum):
    """What a result may be converted to."""

    JPEG = "jpeg"
    PNG = "png"
    WEBP = "webp"


def _coordinates(given: object) -> object:
    """A box as reports write it, as a list."""
    if isinstance(given, dict) and set(given) == {"x1", "y1", "x2", "y2"}:
        return tuple(given[name] for name in ("x1", "y1", "x2", "y2"))
    return given


Index = Annotated[int, Field(strict=True, ge=0)]
Coordinate = Annotated[float, Field(ge=-1e6, le=1e6)]
Named = Annotated[
    Index | tuple[Coordinate, Coordinate, Coordinate, Coordinate], BeforeValidator(_coordinates)
]


class Options(faces.Options):
    """What a caller may ask of ``mask``."""

    method: Method = Field(default=Method.GAUSSIAN, description="What stands in a face's place.")
    shape: Shape = Field(
        default=Shape.ELLIPSE, description="The outline of what is covered; it fades outwards."
    )
    strength: int = Field(
        default=DEFAULT_STRENGTH,
        ge=1,
        le=999,
        description="Scales blurs and blocks, which follow the face's size; never below half.",
    )
    padding: float = Field(
        default=0.15, ge=0, le=1, description="Added around a face, as a fraction of its size."
    )
    colour: str = Field(
        default="#000000", pattern=r"^#[0-9a-fA-F]{6}$", description="Of `solid`, as #rrggbb."
    )
    cover: str | None = Field(
        default=None,
        max_length=MAX_COVER,
        description="The picture that `cover` lays over faces: a whole image file, as base64.",
    )
    irreversible: bool = Field(
        default=False,
        description="Insist that nothing of a face remains: only `solid` and `ringfill` will do.",
    )
    include: tuple[Named, ...] | None = Field(
        default=None,
        max_length=MAX_NAMED,
        description="Hide only these faces: indices or boxes. A box without a face is hidden too.",
    )
    exclude: tuple[Named, ...] = Field(
        default=(), max_length=MAX_NAMED, description="Leave these faces: indices or boxes."
    )
    strip_metadata: bool = Field(
        default=True,
        description="Take all metadata out. Without it copyright and place stay; previews never.",
    )
    format: OutputFormat | None = Field(
        default=None, description="Convert the result. Default: the input's own format."
    )
    quality: int | None = Field(
        default=None, ge=1, le=100, description="Of lossy formats. Default: the input's own."
    )

    @field_validator("include", "exclude")
    @classmethod
    def _proper(cls, given: tuple[int | Box, ...] | None) -> tuple[int | Box, ...] | None:
        for one in given or ():
            if not isinstance(one, int) and (one[2] <= one[0] or one[3] <= one[1]):
                raise ValueError("a box is x1, y1, x2, y2 with x1 < x2 and y1 < y2")
        return given

    @model_validator(mode="after")
    def _fitting(self) -> Self:
        if self.irreversible and self.method not in IRREVERSIBLE:
            raise ValueError(
                f"irreversible needs the method solid or ringfill; {self.method} can be undone, "
                "or matched to a photograph of the same person"
            )
        if (self.method is Method.COVER) != (self.cover is not None):
            raise ValueError("the method cover and the option cover go together")
        return self


@dataclass(frozen=True, slots=True)
class _Choice:
    """What is to be hidden."""

    indices: tuple[int, ...]
    """Of faces that were found."""
    drawn: tuple[Box, ...]
    """Boxes of the caller's that no face was found in."""


def check(source: Source, options: Options) -> None:
    """Refuse what is not decoded here, or does not fit into the format that is asked for."""
    refuse(source, media_type=_media_type(options))


def run(source: Source, options: Options) -> Outcome:
    """Hide the faces of one picture.

    Raises
    ------
    expunge.errors.ModelMissing
        Where the detector's weights are not here.
    expunge.errors.ValidationFailed
        Where ``cover`` is no picture.
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


def _media_type(options: Options) -> str | None:
    return f"image/{options.format}" if options.format else None


def _style(options: Options) -> MaskStyle:
    colour = bytes.fromhex(options.colour[1:])
    cover = None
    if options.cover is not None:
        try:
            file = base64.b64decode(re.sub(r"^data:[^,]*,", "", options.cover), validate=True)
            cover = decode(Source.of(file))
        except binascii.Error:
            raise ValidationFailed(FieldError("/options/cover", "is not base64")) from None
        except ExpungeError as error:
            raise ValidationFailed(FieldError("/options/cover", error.detail)) from None
    return MaskStyle(options.method, options.strength, (colour[0], colour[1], colour[2]), cover)


def _choice(detection: faces.Detection, options: Options) -> _Choice:
    chosen, drawn = list(detection.chosen), list[Any]()
    if options.include is not None:
        wanted, drawn = named(detection.found.faces, options.include)
        chosen = [index for index in chosen if index in wanted]
    left, _ = named(detection.found.faces, options.exclude)
    return _Choice(tuple(index for index in chosen if index not in left), tuple(drawn))


def _stripped(encoded: Encoded) -> bytes:
    """The file without metadata; it may be longer than what is taken in."""
    container = sniff(encoded.data).container
    return strip(Source(encoded.data, container.parse(encoded.data), container), StripPolicy()).data


def _account(choice: _Choice, covered: list[Region], options: Options) -> dict[str, Any]:
    """What the report says beside the faces."""
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
