"""``expunge marks``: list the known visible marks, add marks of your own, and check them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click
from rich.console import Console
from rich.table import Table

if TYPE_CHECKING:
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
        _save(solution, corner, name, tool, "two captures", columns, 0.004, output)
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

    IMAGES are 5 to 40 outputs of one size that show different things. The command says how far
    they agree, and writes NAME.toml and NAME.png. It writes nothing if they disagree.
    """
    from expunge.errors import ExpungeError

    try:
        pixels = [_decoded(path) for path in images]
        where, learned = _learned(pixels, (corner,) if corner else LEARNED_CORNERS)
        source = f"learned from {len(images)} outputs"
        columns = pixels[0].shape[1]
        label = _save(
            learned.solution, learned.corner, name, tool, source, columns, learned.deviation, output
        )
    except ExpungeError as error:
        raise click.ClickException(error.detail) from None
    found = _found(pixels, label)
    click.echo(
        f"{where}: opacity {learned.solution.opacity:.2f}, colour "
        f"{learned.solution.colour:.0f}; two halves of the images agree at "
        f"{learned.agreement:.3f} (of 1); found again in {found} of {len(pixels)} images"
    )
    if found < 0.8 * len(pixels):
        for path in _files(label, output):
            path.unlink()
        raise click.ClickException("that is too few; nothing was written")


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
    from expunge.imaging.codecs import decode
    from expunge.imaging.source import Source

    return decode(Source.of(path.read_bytes())).rgb8()


def _learned(pixels: list[Pixels], corners: tuple[str, ...]) -> tuple[str, Learned]:
    """Learn the mark in the corner where the images agree most."""
    from expunge.errors import MalformedImage
    from expunge.imaging.marks.entry_files import CORNERS
    from expunge.imaging.marks.learning import learn as learn_in
    from expunge.imaging.marks.template_search import Corner

    found: list[tuple[str, Learned]] = []
    refused: list[str] = []
    for corner in corners:
        try:
            found.append((corner, learn_in(pixels, Corner(1, 1, **CORNERS[corner]))))
        except MalformedImage as error:
            refused.append(f"{corner}: {error.detail}")
    if not found:
        raise MalformedImage("\n".join(refused) if len(set(refused)) > 1 else refused[0])
    return max(found, key=lambda one: one[1].solution.alpha.sum())


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
    output: Path | None,
) -> Label:
    from expunge.imaging.marks.entry_writing import fields, write
    from expunge.imaging.marks.names import own_folder

    folder = output or own_folder()
    entry = fields(solution, corner, tool=tool, source=source, width=width, deviation=deviation)
    label = write(folder, name, entry, solution)
    high, wide = solution.alpha.shape
    click.echo(f"{folder / name}.toml: {wide} × {high} pixels, {entry['corner']}", err=True)
    return label


def _found(pixels: list[Pixels], label: Label) -> int:
    from expunge.imaging.marks.labels import search

    return sum(bool(search(image, among=[label]).found) for image in pixels)


def _files(label: Label, output: Path | None) -> list[Path]:
    from expunge.imaging.marks.names import own_folder

    folder = output or own_folder()
    return [folder / f"{label.mark.name}.{kind}" for kind in ("toml", "png")]
