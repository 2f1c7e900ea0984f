"""``expunge marks``: list the known visible marks, add marks of your own, and check them."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click
from rich.console import Console
from rich.table import Table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from expunge.imaging.marks.arrays import Pixels
    from expunge.imaging.marks.box import Window
    from expunge.imaging.marks.label import Label
    from expunge.imaging.marks.learning import Learned
    from expunge.imaging.marks.solving import Solution
    from expunge.imaging.marks.template_search import Corner

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
FOLDER = click.Path(file_okay=False, path_type=Path)
OUTPUT = click.option(
    "-o",
    "--output",
    type=FOLDER,
    help="Folder for the entry.  [default: EXPUNGE_MARKS_DIR, or the user's data folder]",
)
NAMED = click.option("--name", required=True, help="Name of the new mark, for example acme-label.")
TOOL = click.option("--tool", required=True, help="The product that puts it on images.")
HOW = {"inverted": "inversion", "inpainted": "inpainting", "reported": "none"}
FOUND_AGAIN = 0.8
"""Share of the images in which a learned mark must be found."""
LEARNED_CORNERS = ("lower right", "lower left", "upper right", "upper left")


@click.group()
def marks() -> None:
    """List the known visible marks, learn or fit a new one, and check entries."""


@marks.command("list")
def listed() -> None:
    """List every mark that `visible` searches for."""
    from expunge.imaging.marks.entry_writing import named
    from expunge.imaging.marks.registry import LABELS, SPARKLES

    table = Table("mark", "tool", "evidence", "place", "removed by", box=None)
    for star in SPARKLES:
        table.add_row(star.name, star.tool, "captured", "lower right", "inversion")
    for label in LABELS:
        how = HOW[label.removal]
        place = named(label.corner)
        table.add_row(label.mark.name, label.mark.tool, label.evidence.value, place, how)
    Console().print(table)


@marks.command("fit")
@click.argument("dark", type=FILE)
@click.argument("light", type=FILE)
@click.option(
    "--box", required=True, metavar="X,Y,W,H", help="Box around the mark, with a margin, in pixels."
)
@NAMED
@TOOL
@OUTPUT
def fit(dark: Path, light: Path, box: str, name: str, tool: str, output: Path | None) -> None:
    """Fit a new mark from two captures.

    DARK and LIGHT show the same mark on a flat dark and a flat light background. The command
    writes NAME.toml and NAME.png, which `visible` and `detect` read from then on.
    """
    from expunge.errors import ExpungeError
    from expunge.imaging.marks.box import Window
    from expunge.imaging.marks.names import own_folder
    from expunge.imaging.marks.solving import solve

    try:
        x, y, width, height = (int(part) for part in box.split(","))
    except ValueError:
        raise click.UsageError("--box takes four whole numbers: X,Y,W,H") from None
    try:
        pixels = [_decoded(path) for path in (dark, light)]
        rows, columns = pixels[0].shape[:2]
        window = Window(x, y, x + width, y + height).within(columns, rows)
        solution = solve(pixels[0], pixels[1], window)
        high, wide = solution.alpha.shape
        place = Window(solution.left, solution.top, solution.left + wide, solution.top + high)
        corner = _nearest(place, columns, rows)
        folder = output or own_folder()
        _tell(_save(solution, corner, name, tool, "two captures", columns, 0.004, folder), folder)
    except ExpungeError as error:
        raise click.ClickException(error.detail) from None


@marks.command("learn")
@click.argument("images", type=FILE, nargs=-1, required=True)
@NAMED
@TOOL
@click.option(
    "--corner", type=click.Choice(LEARNED_CORNERS), help="Where it is.  [default: all are tried]"
)
@OUTPUT
def learn(
    images: tuple[Path, ...], name: str, tool: str, corner: str | None, output: Path | None
) -> None:
    """Learn a new mark from ordinary outputs of one tool.

    IMAGES are 5 to 40 outputs of one size that show different things, with the same light mark
    at the same place. The command says how far they agree, and writes NAME.toml and NAME.png. It
    writes nothing if they disagree.
    """
    from tempfile import TemporaryDirectory

    from expunge.errors import ExpungeError
    from expunge.imaging.marks.entry_writing import refuse
    from expunge.imaging.marks.names import own_folder

    try:
        refuse(output or own_folder(), name)
        where, learned, columns = _learned(images, (corner,) if corner else LEARNED_CORNERS)
        save = partial(
            _save,
            learned.solution,
            learned.corner,
            name,
            tool,
            f"learned from {len(images)} outputs",
            columns,
            learned.deviation,
        )
        with TemporaryDirectory() as draft:
            found = _found(images, save(Path(draft)))
        click.echo(
            f"{where}: opacity {learned.solution.opacity:.2f}, colour "
            f"{learned.solution.colour:.0f}; two halves of the images agree at "
            f"{learned.agreement:.3f} (of 1); found again in {found} of {len(images)} images"
        )
        if found < FOUND_AGAIN * len(images):
            raise click.ClickException("that is too few; nothing was written")
        _tell(save(output or own_folder()), output or own_folder())
    except ExpungeError as error:
        raise click.ClickException(error.detail) from None


@marks.command("check")
@click.argument("folder", type=FOLDER, required=False)
def check(folder: Path | None) -> None:
    """Check the entries in FOLDER, by default in the folder of your own marks."""
    from expunge.imaging.marks.entry_files import EntryInvalid, checked
    from expunge.imaging.marks.names import own_folder, stems

    folder = folder or own_folder()
    wrong = 0
    for name in stems(folder):
        try:
            checked(folder, name)
            click.echo(f"{name}: good")
        except EntryInvalid as error:
            wrong += 1
            click.echo(str(error), err=True)
    if not stems(folder):
        click.echo(f"there is no entry in {folder}")
    if wrong:
        raise click.ClickException(f"{wrong} of {len(stems(folder))} entries are wrong")


def _decoded(path: Path) -> Pixels:
    from expunge.cli.work import limits
    from expunge.errors import ExpungeError
    from expunge.imaging.codecs import decode
    from expunge.imaging.source import Source

    try:
        return decode(Source.of(path.read_bytes(), limits=limits())).rgb8()
    except OSError as error:
        raise click.ClickException(f"{path}: {error.strerror}") from None
    except ExpungeError as error:
        raise click.ClickException(f"{path}: {error.detail}") from None


def _learned(images: Sequence[Path], corners: tuple[str, ...]) -> tuple[str, Learned, int]:
    """Return the corner where the images agree most, its mark, and the images' width."""
    from expunge.errors import MalformedImage
    from expunge.imaging.marks.entry_files import CORNERS
    from expunge.imaging.marks.learning import FEWEST, MOST, cut, learned_from
    from expunge.imaging.marks.template_search import Corner

    if not FEWEST <= len(images) <= MOST:
        raise MalformedImage(f"{len(images)} images were given; {FEWEST} to {MOST} are needed")
    places = {corner: Corner(1, 1, **CORNERS[corner]) for corner in corners}
    crops: dict[str, list[Pixels]] = {corner: [] for corner in corners}
    shape: tuple[int, ...] = ()
    for path in images:  # one at a time: together they may be larger than the memory
        pixels = _decoded(path)
        shape = shape or pixels.shape
        if pixels.shape != shape:
            raise MalformedImage(
                f"{path} has {pixels.shape[1]} × {pixels.shape[0]} pixels, and the first image "
                f"{shape[1]} × {shape[0]}; give images of one size"
            )
        for corner, place in places.items():
            crops[corner].append(cut(pixels, place))
    found: list[tuple[str, Learned]] = []
    refused: list[tuple[str, str]] = []
    for corner, place in places.items():
        try:
            found.append((corner, learned_from(crops[corner], place)))
        except MalformedImage as error:
            refused.append((corner, error.detail))
    if not found:
        alike = len({detail for _, detail in refused}) == 1
        raise MalformedImage(refused[0][1] if alike else "\n".join(map(": ".join, refused)))
    return *max(found, key=lambda one: one[1].solution.alpha.sum()), shape[1]


def _nearest(place: Window, width: int, height: int) -> Corner:
    """Return the corner of an image of this size that is nearest to a window."""
    from expunge.imaging.marks.template_search import Corner

    left = place.left + place.right < width
    top = place.top + place.bottom < height
    across = place.right if left else width - place.left
    down = place.bottom if top else height - place.top
    return Corner(across / place.width + 0.25, down / place.width + 0.25, left=left, top=top)


def _save(
    solution: Solution,
    corner: Corner,
    name: str,
    tool: str,
    source: str,
    width: int,
    deviation: float,
    folder: Path,
) -> Label:
    from expunge.imaging.marks.entry_writing import fields, write

    entry = fields(solution, corner, tool=tool, source=source, width=width, deviation=deviation)
    return write(folder, name, entry, solution)


def _tell(label: Label, folder: Path) -> None:
    from expunge.imaging.marks.entry_writing import named
    from expunge.imaging.marks.mask import Mask

    assert isinstance(label.mark.drawing, Mask)
    wide, high = label.mark.drawing.size
    place = named(label.corner)
    click.echo(f"{folder / label.mark.name}.toml: {wide} × {high} pixels, {place}", err=True)


def _found(images: Sequence[Path], label: Label) -> int:
    from expunge.imaging.marks.labels import search

    return sum(bool(search(_decoded(path), among=[label]).found) for path in images)
