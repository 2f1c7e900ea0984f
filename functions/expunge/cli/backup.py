"""``expunge backup`` and ``expunge restore``: a server's data in one file."""

from __future__ import annotations

import os
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from expunge import __version__
from expunge.settings import Settings, SettingsInvalid

if TYPE_CHECKING:
    from collections.abc import Iterator

    from expunge.stores.local.archive import Contents

FILE = click.Path(dir_okay=False, path_type=Path)
DATA = click.option(
    "--data",
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder that holds everything the server keeps.  [default: EXPUNGE_DATA, or data]",
)


@click.command(short_help="Copy a server's data into one file.")
@click.argument("file", type=FILE)
@click.option("--force", is_flag=True, help="Overwrite FILE.")
@DATA
def backup(file: Path, force: bool, data: Path | None) -> None:
    """Copy everything a server keeps into FILE; the server may run meanwhile.

    FILE holds the secret that signs URLs, and images: it is readable by you alone.
    """
    from expunge.stores.local.backup import back_up

    with _explained():
        contents = back_up(_folder(data), file, version=__version__, force=force)
    click.echo(f"{file}: {_amount(contents)}")


@click.command(short_help="Make a server's data folder from a backup.")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@DATA
def restore(file: Path, data: Path | None) -> None:
    """Make a data folder of what `expunge backup` wrote into FILE.

    The folder must be empty or absent, and no server may run on it. Every file is held against
    the digest that the backup has of it.
    """
    from expunge.stores.local.restore import restore as restore_into

    folder = _folder(data)
    with _explained():
        contents = restore_into(file, folder)
    click.echo(f"{folder}: {_amount(contents)}, from expunge {contents.version}")


def _folder(given: Path | None) -> Path:
    if given is not None:
        return given
    try:
        settings = Settings.from_env(os.environ)
    except SettingsInvalid as error:
        raise click.ClickException(str(error)) from None
    if settings.store != "local":
        raise click.ClickException(
            "The data is on AWS (EXPUNGE_STORE=aws), which has backups of its own: point-in-time "
            "recovery of the table, and versions of the bucket."
        )
    return settings.data


@contextmanager
def _explained() -> Iterator[None]:
    from expunge.stores.local.staging import Refused

    try:
        yield
    except Refused as error:
        raise click.ClickException(str(error)) from None
    except OSError as error:
        raise click.ClickException(f"{error.filename or 'disk'}: {error.strerror}") from None


def _amount(contents: Contents) -> str:
    return f"{contents.files:,} files, {contents.bytes:,} bytes"
