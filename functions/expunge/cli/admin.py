"""``expunge admin``: the administrator's password and sessions."""

from __future__ import annotations

import sys

import click

from expunge.cli.accounts import wired


@click.group()
def admin() -> None:
    """Manage the administrator's password and sessions."""


@admin.command()
@click.option("--generate", is_flag=True, help="Generate a random password and print it.")
@click.option(
    "--hash", "hash_only", is_flag=True, help="Only print the hash, for EXPUNGE_ADMIN_PASSWORD."
)
def password(generate: bool, hash_only: bool) -> None:
    """Set a new password and end every session.

    The command prompts for the password, or reads it from a pipe.
    """
    from expunge.accounts.passwords import PasswordInvalid, check, hashed
    from expunge.accounts.tokens import new_token

    chosen = new_token()[:24] if generate else _entered()
    try:
        check(chosen)
    except PasswordInvalid as error:
        raise click.ClickException(f"{error}") from None
    if generate:
        click.echo(chosen)
    if hash_only:
        click.echo(hashed(chosen))
        return
    with wired() as service:
        if service.settings.admin_password is not None:
            raise click.ClickException(
                "EXPUNGE_ADMIN_PASSWORD is set, and overrides a stored password."
            )
        service.administrator.set_password(hashed(chosen))
    click.echo("The new password is set. Every session has ended.", err=True)


@admin.command("log-out")
def log_out() -> None:
    """End every session of the administrator."""
    with wired() as service:
        service.administrator.log_out_everywhere()


def _entered() -> str:
    if sys.stdin.isatty():
        return str(click.prompt("Password", hide_input=True, confirmation_prompt=True))
    return sys.stdin.readline().rstrip("\r\n")
