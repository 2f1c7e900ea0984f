"""``expunge marks``: list the known visible marks, and fit a new one from two captures."""

from __future__ import annotations

from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group()
def marks() -> None:
    """List the known visible marks, or fit a new one."""


@marks.command("list")
def listed() -> None:
    """List every mark that `visible` searches for."""
    from expunge.imaging.marks.registry import MARKS

    table = Table("mark", "tool", "opacity", box=None)
    for mark in MARKS.values():
        table.add_row(mark.name, mark.tool, f"{mark.opacity:.3f}")
    Console().print(table)


@marks.command("fit")
@click.argument("dark", type=FILE)
@click.argument("light", type=FILE)
@click.option(
    "--box", required=True, metavar="X,Y,W,H", help="Box around the mark, with a margin, in pixels."
)
@click.option("--name", required=True, help="Name of the new mark, for example acme-label.")
@click.option(
    "-o",
    "--output",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path(),
    help="Folder for the mask.  [default: the current folder]",
)
def fit(dark: Path, light: Path, box: str, name: str, output: Path) -> None:
    """Fit a new mark from two captures.

    DARK and LIGHT show the same mark on a flat dark and a flat light background. The command
    writes the mask to NAME.png and prints the registry entry. docs/explanation/marks.md says
    where both go.
    """
    from expunge.errors import ExpungeError
    from expunge.imaging.codecs import decode
    from expunge.imaging.marks.box import Window
    from expunge.imaging.marks.solving import solve
    from expunge.imaging.source import Source

    try:
        x, y, width, height = (int(part) for part in box.split(","))
    except ValueError:
        raise click.UsageError("--box takes four whole numbers: X,Y,W,H") from None
    try:
        pixels = [decode(Source.of(path.read_bytes())).rgb8() for path in (dark, light)]
        columns, rows = pixels[0].shape[1], pixels[0].shape[0]
        window = Window(x, y, x + width, y + height).within(columns, rows)
        solution = solve(pixels[0], pixels[1], window)
    except ExpungeError as error:
        raise click.ClickException(error.detail) from None
    target = output / f"{name}.png"
    solution.save(target)
    high, wide = solution.alpha.shape
    click.echo(f"{target}: {wide} × {high} pixels at {solution.left}, {solution.top}", err=True)
    click.echo(
        f'Mark(name=MarkName.{name.upper().replace("-", "_")}, tool="…", '
        f'drawing=Mask("{name}"), usual={wide}, '
        f"opacity={solution.opacity:.3f}, colour={solution.colour:.0f}, …), "
        f"share={wide / min(columns, rows):.4f}"
    )
