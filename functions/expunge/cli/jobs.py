"""``expunge jobs``: what an operator looks at, and sets going again."""

from __future__ import annotations

import time

import click
from rich.console import Console
from rich.table import Column, Table

from expunge.cli.accounts import wired


@click.group()
def jobs() -> None:
    """Look after queued jobs. They lie in the store that the settings name."""


@jobs.command("list")
def list_() -> None:
    """Show the jobs that have not ended, and how many messages were given up."""
    columns = ("mode", "status", "progress", "attempts", "age")
    table = Table(Column("id", min_width=38), *columns, box=None)
    with wired() as service:
        now = time.time()
        for job in service.jobs.unfinished():
            age, progress = f"{now - job.created_at:,.0f} s", f"{job.progress} %"
            table.add_row(job.id, job.mode, job.status, progress, str(job.attempts), age)
        dead = sum(letters.count() for letters in service.dead_letters)
    Console().print(table)
    click.echo(f"{table.row_count:,} jobs have not ended; {dead:,} messages were given up")


@jobs.command()
@click.option("--pending", is_flag=True, help="Also send a message for every job that waits.")
@click.option("--dry-run", is_flag=True, help="Say what would be sent, and send nothing.")
def redrive(pending: bool, dry_run: bool) -> None:
    """Send messages that were given up again, once what was wrong is mended.

    With --pending every job that is not running is sent anew, for a queue that was lost.
    To send one twice is harmless: a job runs once.
    """
    verb = "would be" if dry_run else "were"
    with wired() as service:
        letters = service.dead_letters
        dead = sum(one.count() if dry_run else one.redrive() for one in letters)
        click.echo(f"{dead:,} messages that were given up {verb} sent again")
        if pending:
            waiting = service.jobs.send_waiting(dry_run=dry_run)
            click.echo(f"{waiting:,} jobs that wait {verb} sent again")
