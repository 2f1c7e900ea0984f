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
    help="Folder for all data of the server.  [default: EXPUNGE_DATA, or data]",
)


@click.command(short_help="Copy a server's data into one file.")
@click.argument("file", type=FILE)
@click.option("--force", is_flag=True, help="Overwrite FILE if it exists.")
@DATA
def backup(file: Path, force: bool, data: Path | None) -> None:
    """Copy all data of a server into FILE, also while the server runs.

    FILE holds images and the secret that signs URLs, so only you can read it.
    """
    from expunge.stores.local.backup import back_up

    with _explained():
        contents = back_up(_folder(data), file, version=__version__, force=force)
    click.echo(f"{file}: {_amount(contents)}")


@click.command(short_help="Restore a server's data folder from a backup.")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@DATA
def restore(file: Path, data: Path | None) -> None:
    """Restore a data folder from FILE, which `expunge backup` wrote.

    The folder must be empty or absent, and no server may use it. Every file is compared with
    the digest in the backup.
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
            "The data is on AWS (EXPUNGE_STORE=aws). Use point-in-time recovery of the table and "
            "versions of the bucket instead."
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
