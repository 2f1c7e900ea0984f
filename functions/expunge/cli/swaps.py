"""``expunge swaps``: the operator's view of face swaps."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from expunge.cli.accounts import wired
from expunge.cli.lines import printable
from expunge.imaging.source import Source

if TYPE_CHECKING:
    from expunge.swaps.audit import Swap

LIMIT = click.option(
    "--limit", default=25, show_default=True, type=click.IntRange(1, 100), help="Most entries."
)
OLDER = click.option("--older-than", metavar="ID", help="Entries before this one.")
_DIGEST = 64


@click.group()
def swaps() -> None:
    """Look up who swapped which face, and answer complaints.

    They are kept in the store that the settings name. There are hashes, and no images.
    """


@swaps.command()
@LIMIT
@OLDER
def audit(limit: int, older_than: str | None) -> None:
    """List the swaps of all accounts, the newest first."""
    with wired() as service:
        found, _ = service.audit.page(limit, older_than)
    _show(found)


@swaps.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def who(file: Path) -> None:
    """Find the swap that made FILE, or a re-encoded copy of it.

    Exit status 1 if there is none.
    """
    with wired() as service:
        swap = service.known_results.find(Source.of(file.read_bytes(), partial=True))
    if swap is None:
        raise click.ClickException(f"{file.name} is no known result of this server.")
    _show([swap])


@swaps.command()
@LIMIT
@OLDER
def complaints(limit: int, older_than: str | None) -> None:
    """List complaints about refused images, the newest first."""
    table = Table("id", "time", "account", "sha256", "note", box=None)
    with wired() as service:
        found, _ = service.complaints.page(limit, older_than)
        for each in found:
            note = escape(printable(each.note))
            table.add_row(each.id, _time(each.made_at), each.owner, each.digest, note)
    Console().print(table)


@swaps.command()
@click.argument("sha256")
def allow(sha256: str) -> None:
    """Let the file with this SHA-256 pass the content analyser, for a year."""
    digest = sha256.strip().lower()
    if len(digest) != _DIGEST or set(digest) - set("0123456789abcdef"):
        raise click.ClickException(f"A SHA-256 has {_DIGEST} hexadecimal digits.")
    with wired() as service:
        service.gate.verdicts.allow(digest)
    click.echo(f"{digest} passes from now on.", err=True)


def _show(found: list[Swap]) -> None:
    table = Table(
        "job", "time", "account", "key", "consent", "sha256 of inputs and result", box=None
    )
    for swap in found:
        hashes = "\n".join(
            f"{name} {digest}" for name, digest in (*swap.inputs.items(), ("result", swap.result))
        )
        row = (swap.job, _time(swap.made_at), swap.owner, swap.key or "session")
        table.add_row(*row, swap.consent or "not stated", hashes)
    Console().print(table)


def _time(seconds: float) -> str:
    return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%d %H:%M:%S}Z"
