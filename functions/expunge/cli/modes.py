"""One verb a mode."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from expunge.cli.files import Batch, Destination
from expunge.cli.preview import sheet_beside
from expunge.cli.reports import findings, remaking, removals, restorations

if TYPE_CHECKING:
    from collections.abc import Callable

    Command = Callable[..., None]

FILES = click.argument(
    "files", nargs=-1, required=True, metavar="FILE…", type=click.Path(exists=True, path_type=Path)
)
AS_JSON = click.option("--json", "as_json", is_flag=True, help="Print one JSON report a line.")


def writes_images(command: Command) -> Command:
    """The options of every verb that hands images back."""
    for option in (
        click.option("--force", is_flag=True, help="Overwrite files that exist."),
        click.option("--in-place", is_flag=True, help="Replace each file by its result."),
        click.option(
            "-o",
            "--output",
            metavar="PATH",
            help="File, or folder for several, to write to.  [default: NAME-clean beside each]",
        ),
    ):
        command = option(command)
    return command


@click.command(short_help="Take provenance and private metadata out of images.")
@FILES
@writes_images
@AS_JSON
@click.option("--dry-run", is_flag=True, help="Show what would go, and write nothing.")
@click.option(
    "--keep",
    metavar="WORDS",
    help="What stays, separated by commas: copyright, gps, exif, xmp, iptc, comments, text, "
    "thumbnails. Colour profiles stay anyway.",
)
@click.option(
    "--scope",
    type=click.Choice(["all", "ai"]),
    help="ai takes only what tells of AI, and leaves a photographer's own data.  [default: all]",
)
def metadata(files: tuple[Path, ...], **given: Any) -> None:  # noqa: ANN401
    """Take provenance and private metadata out of image FILEs; never touch a pixel.

    A folder stands for every image below it. Exit status 1 if any file failed.
    """
    options: dict[str, Any] = {"scope": given["scope"]} if given["scope"] else {}
    if given["keep"] is not None:
        options["keep"] = given["keep"].replace(",", " ").split()
    dry_run: bool = given["dry_run"]
    batch = Batch(
        "metadata",
        options,
        destination(given),
        given["as_json"],
        dry_run,
        removals if dry_run else None,
    )
    raise SystemExit(1 if batch.run(files) else 0)


@click.command(short_help="Report what images tell: AI provenance, private data.")
@FILES
@AS_JSON
@click.option("--deep", is_flag=True, help="Also decode pixels, for what is hidden in them.")
@click.option(
    "--visible/--no-visible", default=True, help="Look for visible marks.  [default: visible]"
)
def detect(files: tuple[Path, ...], as_json: bool, deep: bool, visible: bool) -> None:
    """Report what image FILEs and their metadata tell, and where; change nothing.

    A folder stands for every image below it. Exit status 1 if any file failed.
    """
    options = {"deep": deep, "visible": visible}
    batch = Batch("detect", options, Destination(), as_json, describe=findings)
    raise SystemExit(1 if batch.run(files) else 0)


@click.command(short_help="Take the visible marks of AI tools out of images.")
@FILES
@writes_images
@AS_JSON
@click.option("--marks", metavar="NAMES", help="Look for these only, separated by commas.")
@click.option(
    "--region", metavar="X,Y,W,H", help="Fill in this rectangle instead of looking for marks."
)
@click.option(
    "--format",
    type=click.Choice(["png", "jpeg", "webp", "avif", "heic", "jxl"]),
    help="Format of the result.  [default: that of the file]",
)
@click.option("--quality", type=click.IntRange(1, 100), help="Of a lossy format coded anew.")
@click.option(
    "--preview", is_flag=True, help="Also write NAME-preview.png: before, after, what changed."
)
def visible(files: tuple[Path, ...], **given: Any) -> None:  # noqa: ANN401
    """Take the visible marks of AI tools out of image FILEs; touch nothing else.

    A folder stands for every image below it. Exit status 1 if any file failed.
    """
    options: dict[str, Any] = {
        name: given[name] for name in ("format", "quality") if given[name] is not None
    }
    if given["marks"]:
        options["marks"] = given["marks"].split(",")
    if given["region"]:
        options["region"] = given["region"].split(",")
    beside = sheet_beside if given["preview"] else None
    batch = Batch(
        "visible",
        options,
        destination(given),
        given["as_json"],
        describe=restorations,
        beside=beside,
    )
    raise SystemExit(1 if batch.run(files) else 0)


STRENGTH = click.option(
    "--strength",
    type=click.Choice(["low", "medium", "high"]),
    help="How far to go; the page docs/explanation/invisible.md compares them.  [default: medium]",
)
MODEL = click.option("--model", metavar="NAME", help="An image-to-image model of your models.toml.")


@click.command(short_help="Make pixels anew to disturb invisible watermarks.")
@FILES
@writes_images
@AS_JSON
@STRENGTH
@MODEL
def invisible(files: tuple[Path, ...], **given: Any) -> None:  # noqa: ANN401
    """Make the pixels of image FILEs anew so that open watermarks no longer read.

    Metadata goes too. What cannot be checked, SynthID among it, may still be there.
    A folder stands for every image below it. Exit status 1 if any file failed.
    """
    _remake("invisible", files, given)


@click.command("all", short_help="Visible marks, invisible watermarks and metadata.")
@FILES
@writes_images
@AS_JSON
@STRENGTH
@MODEL
def all_(files: tuple[Path, ...], **given: Any) -> None:  # noqa: ANN401
    """Take visible marks, invisible watermarks and metadata out of image FILEs.

    What cannot be checked, SynthID among it, may still be there.
    A folder stands for every image below it. Exit status 1 if any file failed.
    """
    _remake("all", files, given)


def _remake(mode: str, files: tuple[Path, ...], given: dict[str, Any]) -> None:
    options = {name: given[name] for name in ("strength", "model") if given[name] is not None}
    batch = Batch(mode, options, destination(given), given["as_json"], describe=remaking)
    raise SystemExit(1 if batch.run(files) else 0)


def destination(given: dict[str, Any]) -> Destination:
    """What `writes_images` was given."""
    if given["output"] == "-":
        raise click.UsageError("results are files; -o needs the name of a file or a folder")
    if given["output"] and given["in_place"]:
        raise click.UsageError("--output and --in-place exclude each other")
    return Destination(given["output"], given["in_place"], given["force"])
