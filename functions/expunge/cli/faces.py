"""Faces as references: `expunge describe-face`, and the values of ``--except``."""

from __future__ import annotations

from pathlib import Path

import click

from expunge.cli.lines import printable
from expunge.cli.work import limits
from expunge.operations.options.reference import PREFIX, written


@click.command("describe-face")
@click.argument(
    "files",
    nargs=-1,
    required=True,
    metavar="FILE…",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
)
def describe_face(files: tuple[Path, ...]) -> None:
    """Print the descriptor of the one face in each FILE.

    A descriptor is a line of text that can be given to --except, and to the option except of mask
    over HTTP, in place of the picture. It identifies the person: keep it like the picture itself.
    """
    for file in files:
        click.echo(_described(file))


def reference(value: str) -> str:
    """The descriptor for a value of ``--except``: itself, or that of the face in a file.

    Raises
    ------
    click.UsageError
        With the file and the reason.
    """
    if value.startswith(PREFIX):
        return value
    if not Path(value).is_file():
        raise click.UsageError(f"--except: there is no file {printable(value)}")
    try:
        return _described(Path(value))
    except click.ClickException as error:
        raise click.UsageError(f"--except: {error.message}") from None


def _described(path: Path) -> str:
    from expunge.errors import ExpungeError
    from expunge.imaging.source import Source
    from expunge.operations.people import described

    try:
        source = Source.of(path.read_bytes(), limits=limits())
        return written(described(source).tolist())
    except (ExpungeError, ValueError, OSError) as error:
        reason = error.detail if isinstance(error, ExpungeError) else str(error)
        if isinstance(error, OSError):
            reason = error.strerror or "it cannot be read"
        raise click.ClickException(f"{printable(path)}: {reason}") from None
