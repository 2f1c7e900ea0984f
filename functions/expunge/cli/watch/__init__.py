"""``expunge watch``: clean what arrives in a folder."""

from __future__ import annotations

import signal
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from rich.console import Console

from expunge.cli.batch import WIDTH
from expunge.cli.flags import flags
from expunge.cli.lines import Lines, printable
from expunge.cli.modes import (
    PRESENTATIONS,
    checked_options,
    json_flag,
    keep_time_flag,
    max_file_flag,
    refuse_clashes,
)
from expunge.cli.work import Work
from expunge.operations import MODES

if TYPE_CHECKING:
    from expunge.operations import Mode

_MODES = [mode.name for mode in MODES.values() if mode.gives_image and not mode.companions]
_HELP = """\
Clean every image that arrives in FOLDER, and write the results to OUT.

Images that are already there are cleaned first. A file is taken once it has rested and no program
writes to it. Subfolders keep their names. OUT may lie in FOLDER. A restart goes on where the last
run ended, and cleans what arrived in between. A file that changes is cleaned again.

Every option of the mode is a flag here, too: see «expunge MODE --help».

\b
Examples:
  expunge watch inbox -o outbox
  expunge watch inbox -o outbox --keep copyright
  expunge watch inbox -o outbox --mode mask --method pixelate

SIGINT (Ctrl-C) or SIGTERM ends the command. Needs the extra «watch».

Exit status: 0 when it was told to stop, 1 if it cannot start, 2 for a wrong option or argument.

docs/how-to/watch-a-folder.md explains the details.
"""


class WatchCommand(click.Command):
    """Its flags are its own and the options of the mode that ``--mode`` names."""

    def __init__(self) -> None:
        super().__init__(
            "watch",
            callback=click.pass_context(_watch),
            help=_HELP,
            short_help="Clean every image that arrives in a folder.",
        )

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        ctx.meta[__name__] = _mode_in(args)
        return super().parse_args(ctx, args)

    def get_params(self, ctx: click.Context) -> list[click.Parameter]:
        mode: Mode | None = ctx.meta.get(__name__)
        self.params = [*_own_flags(), *(flags(mode) if mode else ())]
        if mode:
            refuse_clashes(mode, self.params)
        return super().get_params(ctx)


def _mode_in(args: list[str]) -> Mode:
    """The mode that the command line names; click itself refuses a wrong one later."""
    named = [arg.removeprefix("--mode=") for arg in args if arg.startswith("--mode=")]
    named += [value for flag, value in pairwise(args) if flag == "--mode"]
    return MODES[named[-1] if named and named[-1] in _MODES else _MODES[0]]


def _own_flags() -> list[click.Parameter]:
    folder = click.Path(exists=True, file_okay=False, path_type=Path, resolve_path=True)
    output = click.Path(file_okay=False, path_type=Path, resolve_path=True)
    return [
        click.Argument(["folder"], metavar="FOLDER", type=folder),
        click.Option(
            ["-o", "--output"], metavar="OUT", type=output, required=True, help="Output folder."
        ),
        click.Option(
            ["mode_name", "--mode"],
            type=click.Choice(_MODES),
            default=_MODES[0],
            show_default=True,
            help="What to do with each image.",
        ),
        click.Option(
            ["--settle"],
            type=click.FloatRange(0.05, 3600),
            default=2.0,
            show_default=True,
            metavar="SECONDS",
            help="How long a file must stay unchanged before it is taken.",
        ),
        keep_time_flag(),
        json_flag(),
        max_file_flag(),
    ]


def _watch(ctx: click.Context, /, **given: Any) -> None:  # noqa: ANN401
    import watchfiles  # noqa: F401 - a missing extra is said before anything else

    from expunge.cli.watch.arrivals import Arrivals
    from expunge.cli.watch.cleaning import Cleaner
    from expunge.cli.watch.folder import FolderWatch
    from expunge.cli.watch.ledger import InUse, Ledger
    from expunge.cli.watch.stopping import Stop

    folder, output, mode = given["folder"], given["output"], MODES[given["mode_name"]]
    if folder.is_relative_to(output):
        raise click.UsageError("OUT must not be FOLDER, or contain it")
    options = checked_options(ctx, mode)
    _ = mode.operation
    try:
        ledger = Ledger(output, f"{mode.name} {options.model_dump_json()}")
    except InUse:
        raise click.ClickException(
            f"another «expunge watch» writes to {printable(output)}"
        ) from None
    except OSError as error:
        raise click.ClickException(f"{printable(output)}: {error.strerror}") from None
    console = Console() if Console().is_terminal else Console(width=WIDTH)
    lines = Lines(console, given["as_json"], PRESENTATIONS[mode.name].describe)
    work = Work.of(mode, options, given["max_mb"])
    stop = Stop()
    cleaner = Cleaner(folder, output, work, lines, ledger, stop, given["keep_time"])
    watch = FolderWatch(cleaner, Arrivals(given["settle"]))
    signal.signal(signal.SIGIO, signal.SIG_IGN)  # see `arrivals.is_being_written`
    try:
        stop.listen()
        click.echo(f"Watching {printable(folder)}; Ctrl-C ends it", err=True)
        watch.run()
    except KeyboardInterrupt:
        click.echo("Stopped", err=True)
    finally:
        ledger.close()
