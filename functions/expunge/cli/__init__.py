"""The command line: ``expunge VERB …``."""

from __future__ import annotations

import os
from pathlib import Path

import click

import expunge
from expunge.cli.accounts import accounts, keys
from expunge.cli.admin import admin
from expunge.cli.backup import backup, restore
from expunge.cli.doctor import doctor
from expunge.cli.document import document
from expunge.cli.jobs import jobs
from expunge.cli.marks import marks
from expunge.cli.models import models
from expunge.cli.modes import Verbs
from expunge.cli.sign import sign
from expunge.settings import Settings, SettingsInvalid, renamed


@click.group(cls=Verbs, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(expunge.__version__, prog_name="expunge")
def main() -> None:
    """Take out of images what should not leave with them."""
    for sentence in renamed(os.environ):
        click.echo(sentence, err=True)


@main.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen at.")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))
@click.option(
    "--data",
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder that holds everything the server keeps.  [default: data]",
)
@click.option(
    "--workers",
    default=2,
    show_default=True,
    type=click.IntRange(0, 64),
    help="Processes that run queued jobs.",
)
def serve(host: str, port: int, data: Path | None, workers: int) -> None:
    """Run the whole service on this machine."""
    from expunge.embedded.server import serve as run
    from expunge.logs import configure
    from expunge.stores.local.presence import InUse

    if data is not None:
        os.environ["EXPUNGE_DATA"] = str(data)  # the workers read it there too
    try:
        settings = Settings.from_env(os.environ)
    except SettingsInvalid as error:
        raise click.ClickException(str(error)) from None
    configure(settings.log_level)
    try:
        run(settings, host=host, port=port, workers=workers)
    except (SettingsInvalid, InUse) as error:
        raise click.ClickException(str(error)) from None
    except OSError as error:
        raise click.ClickException(f"{settings.data}: {error.strerror}; see EXPUNGE_DATA") from None


main.add_command(marks)
main.add_command(accounts)
main.add_command(keys)
main.add_command(admin)
main.add_command(jobs)
main.add_command(backup)
main.add_command(restore)
main.add_command(models)
main.add_command(doctor)
main.add_command(sign)
main.add_command(document)
