"""``expunge faces`` and ``expunge mask``."""

from __future__ import annotations

import base64
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from expunge.cli.files import Batch, Destination
from expunge.cli.modes import AS_JSON, FILES, destination, writes_images
from expunge.cli.preview import Boxes
from expunge.cli.reports import hidden, seen

if TYPE_CHECKING:
    from collections.abc import Callable

    Command = Callable[..., None]

METHODS = ("gaussian", "pixelate", "solid", "elliptical", "ringfill", "cover")
PLANS = ("fast", "balanced", "thorough")


def looks_for_faces(command: Command) -> Command:
    """The options of both verbs."""
    for option in (
        click.option(
            "--preview",
            metavar="PATH",
            type=click.Path(path_type=Path),
            help="Write the picture with boxes drawn: a PNG, or a folder for several.",
        ),
        click.option("--min-size", type=float, help="Least size of a face, in pixels."),
        click.option("--max-faces", type=int, help="At most so many, the surest."),
        click.option("--nms-threshold", type=float, help="Overlap of boxes that are one face."),
        click.option("--confidence", type=float, help="Least confidence.  [default: the plan's]"),
        click.option("--model", help="The detector.  [default: centerface]"),
        click.option(
            "--plan",
            type=click.Choice(PLANS),
            help="How thoroughly to look.  [default: balanced]",
        ),
    ):
        command = option(command)
    return command


@click.command(short_help="Report where faces are.")
@FILES
@AS_JSON
@looks_for_faces
def faces(files: tuple[Path, ...], as_json: bool, preview: Path | None, **given: Any) -> None:  # noqa: ANN401
    """Report the faces in image FILEs; change nothing.

    A folder stands for every image below it. Exit status 1 if any file failed.
    """
    batch = Batch("faces", _said(given), Destination(), as_json, describe=seen)
    batch.beside = Boxes(preview) if preview else None
    raise SystemExit(1 if batch.run(files) else 0)


@click.command(short_help="Hide faces in images.")
@FILES
@writes_images
@AS_JSON
@looks_for_faces
@click.option("--dry-run", is_flag=True, help="Show what would be hidden, and write nothing.")
@click.option("--method", type=click.Choice(METHODS), help="What hides them.  [default: gaussian]")
@click.option("--shape", type=click.Choice(["ellipse", "box"]), help="[default: ellipse]")
@click.option("--strength", type=int, help="1 to 999, of blurs and blocks.  [default: 199]")
@click.option("--padding", type=float, help="Around a face, as a part of it.  [default: 0.15]")
@click.option("--colour", help="Of solid, as #rrggbb.  [default: #000000]")
@click.option(
    "--cover",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A picture to lay over faces; implies --method cover.",
)
@click.option("--irreversible", is_flag=True, help="Insist on a method that leaves nothing.")
@click.option("--include", multiple=True, metavar="N|X1,Y1,X2,Y2", help="Hide only these faces.")
@click.option("--exclude", multiple=True, metavar="N|X1,Y1,X2,Y2", help="Leave these faces.")
@click.option("--keep-metadata", is_flag=True, help="Keep copyright and place; previews go anyway.")
def mask(files: tuple[Path, ...], **given: Any) -> None:  # noqa: ANN401
    """Hide the faces in image FILEs, and strip their metadata.

    A folder stands for every image below it. Exit status 1 if any file failed.
    """
    to = destination(given)
    own = ("output", "in_place", "force", "as_json", "dry_run", "preview", "keep_metadata")
    options = _said({name: value for name, value in given.items() if name not in own})
    if given["keep_metadata"]:
        options["strip_metadata"] = False
    batch = Batch("mask", options, to, given["as_json"], given["dry_run"], hidden)
    batch.beside = Boxes(given["preview"]) if given["preview"] else None
    raise SystemExit(1 if batch.run(files) else 0)


def _said(given: dict[str, Any]) -> dict[str, Any]:
    """The options that were given, as the mode takes them."""
    options = {name: value for name, value in given.items() if value not in (None, (), False)}
    for name in {"include", "exclude"} & options.keys():
        options[name] = [_face(text) for text in options[name]]
    if "cover" in options:
        options["method"] = "cover"
        options["cover"] = base64.b64encode(options["cover"].read_bytes()).decode()
    return options


def _face(text: str) -> int | list[float]:
    try:
        parts = [float(part) for part in text.split(",")]
    except ValueError:
        parts = []
    if len(parts) == 1 and parts[0].is_integer():
        return int(parts[0])
    if len(parts) == 4:
        return parts
    raise click.UsageError(f"«{text}» is neither a face's number nor a box x1,y1,x2,y2")
