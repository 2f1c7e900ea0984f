"""The command line: ``expunge COMMAND …``."""

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
from expunge.cli.faces import describe_face
from expunge.cli.jobs import jobs
from expunge.cli.marks import marks
from expunge.cli.mcp import mcp
from expunge.cli.models import models
from expunge.cli.modes import CommandGroup
from expunge.cli.receipt import receipt
from expunge.cli.sign import sign
from expunge.cli.swaps import swaps
from expunge.cli.trust import trust
from expunge.cli.watch import WatchCommand
from expunge.settings import Settings, SettingsInvalid, renamed

MAX_WEB_WORKERS = 8
"""By default."""


@click.group(cls=CommandGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(expunge.__version__, prog_name="expunge")
def main() -> None:
    """Remove metadata, AI provenance, watermarks and faces from images.

    \b
    Examples:
      expunge metadata photo.jpg               writes photo-clean.jpg
      expunge metadata photos/ -o clean/       a folder, with its subfolders
      expunge detect photo.jpg                 shows what the file tells
      expunge watch inbox -o outbox            cleans what arrives

    Exit status: 0 on success, 1 on failure, 2 for a wrong option or argument.
    """
    for sentence in renamed(os.environ):
        click.echo(sentence, err=True)


@main.command()
@click.option(
    "--host", default="127.0.0.1", show_default=True, help="IP address or host name to listen on."
)
@click.option(
    "--port",
    default=8000,
    show_default=True,
    type=click.IntRange(1, 65535),
    help="TCP port to listen on.",
)
@click.option(
    "--data",
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder for all data of the server.  [default: EXPUNGE_DATA, or data]",
)
@click.option(
    "--workers",
    default=2,
    show_default=True,
    type=click.IntRange(0, 64),
    help="Processes that run queued jobs.",
)
@click.option(
    "--web-workers",
    type=click.IntRange(1, 64),
    help="Processes that answer requests.  [default: one a CPU, 8 at most]",
)
def serve(host: str, port: int, data: Path | None, workers: int, web_workers: int | None) -> None:
    """Run the whole service on this machine."""
    from expunge.embedded.listening import CannotListen
    from expunge.embedded.server import serve as run
    from expunge.imaging.networks.threads import cpus
    from expunge.logs import configure
    from expunge.stores.local.presence import InUse

    if data is not None:
        os.environ["EXPUNGE_DATA"] = str(data)  # the workers read it there too
    try:
        settings = Settings.from_env(os.environ)
    except SettingsInvalid as error:
        raise click.ClickException(str(error)) from None
    configure(settings.log_level, settings.log_format)
    try:
        run(
            settings,
            host=host,
            port=port,
            workers=workers,
            web_workers=web_workers or min(cpus(), MAX_WEB_WORKERS),
        )
    except (SettingsInvalid, InUse, CannotListen) as error:
        raise click.ClickException(str(error)) from None
    except OSError as error:
        raise click.ClickException(f"{settings.data}: {error.strerror}; see EXPUNGE_DATA") from None


main.add_command(marks)
main.add_command(describe_face)
main.add_command(accounts)
main.add_command(keys)
main.add_command(admin)
main.add_command(jobs)
main.add_command(swaps)
main.add_command(backup)
main.add_command(restore)
main.add_command(models)
main.add_command(doctor)
main.add_command(sign)
main.add_command(trust)
main.add_command(receipt)
main.add_command(WatchCommand())
main.add_command(mcp)
main.add_command(document)
