"""``expunge jobs``: list and resend queued jobs."""

from __future__ import annotations

import time

import click
from rich.console import Console
from rich.table import Column, Table

from expunge.cli.accounts import wired


@click.group()
def jobs() -> None:
    """List and resend queued jobs.

    They are kept in the store that the settings name.
    """


@jobs.command("list")
def list_() -> None:
    """List unfinished jobs and count dead-letter messages."""
    columns = ("mode", "status", "progress", "attempts", "age")
    table = Table(Column("id", min_width=38), *columns, box=None)
    with wired() as service:
        now = time.time()
        for job in service.jobs.unfinished():
            age, progress = f"{now - job.created_at:,.0f} s", f"{job.progress} %"
            table.add_row(job.id, job.mode, job.status, progress, str(job.attempts), age)
        dead = sum(letters.count() for letters in service.dead_letters)
    Console().print(table)
    click.echo(
        f"Unfinished jobs: {table.row_count:,}. Messages in the dead-letter queue: {dead:,}."
    )


@jobs.command()
@click.option("--pending", is_flag=True, help="Also send a message for every waiting job.")
@click.option("--dry-run", is_flag=True, help="Show what would be sent, and send nothing.")
def redrive(pending: bool, dry_run: bool) -> None:
    """Send dead-letter messages to their queue again.

    Use it once the cause of the failures is fixed. With --pending, every job that is not running
    is sent again too, in case the queue was lost. Sending a job twice is harmless: it runs once.
    """
    done = "To send" if dry_run else "Sent"
    with wired() as service:
        letters = service.dead_letters
        dead = sum(one.count() if dry_run else one.redrive() for one in letters)
        click.echo(f"{done} again: {dead:,} dead-letter messages")
        if pending:
            waiting = service.jobs.send_waiting(dry_run=dry_run)
            click.echo(f"{done} again: {waiting:,} waiting jobs")
