"""Read marks from data files: ``NAME.toml`` says where a mark is, a PNG beside it how it looks.

The package has a folder of them, and an operator may have another one. A file that is wrong is
left out as a whole, and reported.
"""

from __future__ import annotations

import logging
import os
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import numpy as np
from PIL import Image
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from expunge.imaging.marks.label import Label, Removal
from expunge.imaging.marks.mark import Mark
from expunge.imaging.marks.mask import Mask, load
from expunge.imaging.marks.names import (
    LONGEST,
    NAME,
    STARS,
    VARIABLE,
    Evidence,
    own_folder,
    packaged,
    stems,
)
from expunge.imaging.marks.template_search import Corner
from expunge.validation import field_errors

if TYPE_CHECKING:
    from collections.abc import Iterator
    from importlib.resources.abc import Traversable

LARGEST_ENTRY, LARGEST_MASK = 16_384, 262_144
"""Most bytes of an entry, and of a mask's file."""
SMALLEST_SIDE, LONGEST_SIDE = 8, 1024
"""Sides in pixels that a mask may have."""
MOST = 64
"""Most marks of an operator's folder; each costs time in every search."""
FAINT = 8
"""Opacity of a mask's body, 0 to 255, below which nothing is drawn."""
STEEP = 0.7
"""Part of a normal across or down from which an edge counts as upright or level."""
FEWEST, VARIED = 60, 0.1
"""Points of a mask's outline, and part of them on upright and on level edges. The package's own
masks have 361 or more, and 0.22 or more; a bar alone resembles every window frame."""
Share = Annotated[float, Field(gt=0.01, le=1)]
Opacity = Annotated[float, Field(ge=0.04, le=0.97)]
Words = Annotated[str, Field(pattern=r"^\P{Cc}*$")]
"""Reports and terminals show them, so they have no control characters."""
FileName = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,99}\.png$")]
CORNERS = {
    "lower right": {},
    "lower left": {"left": True},
    "upper left": {"left": True, "top": True},
    "upper right": {"top": True},
    "bottom": {"middle": True},
    "centre": {"middle": True, "centred": True},
}
"""Where a mark may be, as arguments of `Corner`."""


class EntryInvalid(ValueError):
    """An entry is wrong; the message says which file, what was seen and what would be right."""


class Entry(BaseModel):
    """The fields of an entry's file. Sizes are relative to the image, or to the mark's width."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    tool: Annotated[Words, Field(min_length=1, max_length=80)]
    evidence: Literal["captured", "documented"]
    source: Annotated[Words, Field(max_length=300)] = ""
    mask: FileName | None = None
    also: Annotated[list[FileName], Field(max_length=4)] = []
    bleed: Annotated[int, Field(ge=0, le=200)] = 0
    framed: bool = False
    removal: Removal | None = None
    corner: Literal["lower right", "lower left", "upper left", "upper right", "bottom", "centre"]
    share: Share
    of: Literal["short side", "long side", "width"]
    sizes: Annotated[list[Annotated[float, Field(ge=0.5, le=2)]], Field(min_length=2, max_length=2)]
    lines: Annotated[int, Field(ge=1, le=4)] = 1
    fine: bool = False
    reach: Annotated[list[Annotated[float, Field(ge=0.1, le=3)]], Field(min_length=2, max_length=2)]
    compared_at: Annotated[int, Field(ge=24, le=120)] = 40
    opacity: Opacity
    deviation: Annotated[float, Field(ge=1e-4, le=0.3)]
    opacities: Annotated[list[Opacity], Field(min_length=2, max_length=2)]
    colour: Annotated[int, Field(ge=100, le=255)] = 255

    @model_validator(mode="after")
    def _ordered(self) -> Entry:
        if not self.sizes[0] < 1.0 + 1e-9 <= self.sizes[1] + 2e-9:
            raise ValueError("`sizes` must be [smallest, largest] around 1")
        if not self.opacities[0] <= self.opacity <= self.opacities[1]:
            raise ValueError("`opacities` must be [least, most] around `opacity`")
        return self


def labels() -> tuple[Label, ...]:
    """Return all labels: of the package, then of the operator's folder without wrong ones."""
    return (*(read(packaged(), name) for name in stems(packaged())), *own(own_folder()))


def own(folder: Path) -> Iterator[Label]:
    """Yield the labels of an operator's folder; log what is wrong, and leave it out."""
    if VARIABLE in os.environ and not os.access(folder, os.R_OK | os.X_OK):
        logging.getLogger(__name__).warning("%s: %s cannot be read", VARIABLE, folder)
    for name in stems(folder):
        try:
            yield checked(folder, name)
        except EntryInvalid as error:
            logging.getLogger(__name__).warning("a mark was left out: %s", error)


def checked(folder: Path, name: str) -> Label:
    """Read one entry of an operator's folder.

    Raises
    ------
    EntryInvalid
        Also if the package has a mark of this name, or the folder has too many.
    """
    if name in (*STARS, *stems(packaged())):
        raise EntryInvalid(f"{name}.toml: there is a mark of this name; choose another one")
    if stems(folder).index(name) >= MOST:
        raise EntryInvalid(f"{name}.toml: a folder may hold at most {MOST} marks")
    label = read(folder, name)
    for one in label.renditions:
        if isinstance(one.drawing, Mask):
            _require_outline(one.drawing, name)
    return label


def read(folder: Traversable | Path, name: str) -> Label:
    """Read one entry and check its masks.

    Raises
    ------
    EntryInvalid
        If a file is missing, too large, or not as it should be.
    """
    if not NAME.fullmatch(name) or len(name) > LONGEST:
        raise EntryInvalid(
            f"{name}.toml: a name is at most {LONGEST} of a-z, 0-9 and single hyphens"
        )
    entry = _entry(folder, name)
    first, *also = (
        Mask(_mask(folder, file, name, entry.bleed), bleed=entry.bleed)
        for file in (entry.mask or f"{name}.png", *entry.also)
    )
    return _label(name, entry, first, tuple(also))


def _entry(folder: Traversable | Path, name: str) -> Entry:
    data = _bytes(folder / f"{name}.toml", LARGEST_ENTRY, name)
    try:
        return Entry.model_validate(tomllib.loads(data.decode()))
    except ValidationError as error:
        wrong = "; ".join(
            f"{one.pointer[1:].replace('/', ' ') or 'entry'}: {one.detail}"
            for one in field_errors(error)
        )
        raise EntryInvalid(f"{name}.toml: {wrong}") from None
    except (ValueError, RecursionError) as error:  # TOML, UTF-8, or a list in a list in a list
        raise EntryInvalid(f"{name}.toml: it is not TOML in UTF-8: {error}") from None


def _bytes(file: Traversable | Path, most: int, name: str) -> bytes:
    try:
        if not file.is_file():  # a pipe or a device could be read without end
            raise EntryInvalid(
                f"{name}.toml: there is no {file.name} beside it, or it is not a file"
            )
        with file.open("rb") as opened:
            data = opened.read(most + 1)
    except OSError as error:
        raise EntryInvalid(f"{name}.toml: {file.name}: {error.strerror}") from None
    if len(data) > most:
        raise EntryInvalid(f"{name}.toml: {file.name} has more than {most:,} bytes")
    return data


def _mask(folder: Traversable | Path, file: str, name: str, bleed: int) -> str:
    """Check a mask's file, its header first, and return the path by which it is loaded later."""
    path = folder / file
    _bytes(path, LARGEST_MASK, name)
    try:
        with path.open("rb") as opened, Image.open(opened, formats=("PNG",)) as image:
            size, mode = image.size, image.mode
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError):
        raise EntryInvalid(f"{name}.toml: {file} is not a PNG") from None
    if mode != "LA":
        raise EntryInvalid(f"{name}.toml: {file} must be grey with alpha (LA), and is {mode}")
    if not SMALLEST_SIDE <= min(size) <= max(size) <= LONGEST_SIDE:
        raise EntryInvalid(
            f"{name}.toml: {file} has {size[0]} × {size[1]} pixels; a side must have "
            f"{SMALLEST_SIDE} to {LONGEST_SIDE}"
        )
    if min(size) - 2 * bleed < SMALLEST_SIDE:
        raise EntryInvalid(f"{name}.toml: `bleed` leaves nothing of {file}")
    _require_pixels(path, name)
    return str(path)


def _require_pixels(path: Traversable | Path, name: str) -> None:
    try:
        with path.open("rb") as opened, Image.open(opened, formats=("PNG",)) as image:
            image.load()
    except (OSError, SyntaxError, ValueError):
        raise EntryInvalid(f"{name}.toml: {path.name} is a damaged PNG") from None


def _require_outline(mask: Mask, name: str) -> None:
    """Require pixels that can be read, and an outline that not every image has somewhere."""
    file = Path(mask.name).name
    alpha, ink = load(mask.name)
    if np.percentile(alpha, 98) * 255 < FAINT:
        raise EntryInvalid(f"{name}.toml: {file} is nearly transparent: it shows no mark")
    if np.percentile(ink, 98) < FAINT:
        raise EntryInvalid(f"{name}.toml: {file} has no ink: a mark must be lighter than black")
    normals = mask.outline().normals
    across, down = (np.abs(normals) > STEEP).mean(axis=0) if len(normals) else (0.0, 0.0)
    if len(normals) < FEWEST or min(across, down) < VARIED:
        raise EntryInvalid(
            f"{name}.toml: {file} has {len(normals)} points on outlines that a search can use, "
            f"{across:.0%} of them on upright edges and {down:.0%} on level ones; a mark needs "
            f"{FEWEST}, and {VARIED:.0%} of each"
        )


def _label(name: str, entry: Entry, first: Mask, also: tuple[Mask, ...]) -> Label:
    evidence = Evidence(entry.evidence)
    removal: Removal = entry.removal or (
        "inverted" if evidence is Evidence.CAPTURED else "inpainted"
    )
    mark = Mark(
        name=name,
        tool=entry.tool,
        drawing=first,
        usual=first.size[0],
        opacity=entry.opacity,
        deviation=entry.deviation,
        deviation_resampled=entry.deviation,
        least=entry.opacities[0],
        most=entry.opacities[1],
        colour=float(entry.colour),
    )
    return Label(
        mark,
        share=entry.share,
        of=entry.of,
        corner=Corner(across=entry.reach[0], up=entry.reach[1], **CORNERS[entry.corner]),
        evidence=evidence,
        removal=removal,
        also=also,
        compared_at=entry.compared_at,
        least=entry.sizes[0],
        most=entry.sizes[1],
        lines=entry.lines,
        fine=entry.fine,
        framed=entry.framed,
    )
