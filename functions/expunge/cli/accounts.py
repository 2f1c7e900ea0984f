"""``expunge accounts`` and ``expunge keys``: what an operator does by hand."""

from __future__ import annotations

import os
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click
from rich.console import Console
from rich.table import Column, Table

from expunge.accounts.callers import Caller, Tier
from expunge.accounts.ledger import MILLI, Pool
from expunge.errors import ExpungeError
from expunge.settings import Settings, SettingsInvalid
from expunge.stores.ports import WriteRefused

if TYPE_CHECKING:
    from collections.abc import Iterator

    from expunge.accounts.account import Account, ApiKey
    from expunge.service import Service

TIERS = click.Choice([tier.value for tier in Tier if tier is not Tier.ANONYMOUS])


@contextmanager
def wired() -> Iterator[Service]:
    """The service as the settings say, and its public errors as the command line's."""
    from expunge.bootstrap import build

    try:
        service = build(Settings.from_env(os.environ))
    except SettingsInvalid as error:
        raise click.ClickException(str(error)) from None
    try:
        yield service
    except ExpungeError as error:
        raise click.ClickException(error.detail) from None
    finally:
        service.close()


@click.group()
def accounts() -> None:
    """Make and look after accounts. They lie in the store that the settings name."""


@accounts.command()
@click.option("--tier", type=TIERS, default="free", show_default=True)
def create(tier: str) -> None:
    """Make an account, and print its id."""
    with wired() as service:
        click.echo(service.accounts.create(Tier(tier)).id)


@accounts.command()
@click.argument("mailbox", metavar="E-MAIL")
def find(mailbox: str) -> None:
    """Print the id of the account that signs in with E-MAIL."""
    with wired() as service:
        click.echo(service.sign_in.find(mailbox))


@accounts.command()
@click.argument("account_id", metavar="ACCOUNT")
def show(account_id: str) -> None:
    """Show an account: tier, keys, credits, and what it may still do."""
    with wired() as service:
        account = service.accounts.get(account_id)
        caller = Caller(account.id, account.tier)
        wallet = service.meter.credits.wallet(caller)
        state = "guest" if account.guest else "e-mail verified" if account.email_verified else ""
        click.echo(f"{account.id}  {account.tier}  {state}  since {_day(account.created_at)}")
        click.echo(f"{len(account.keys)} keys, {len(account.sessions)} sessions")
        for pool in Pool:
            click.echo(f"{wallet.balance(pool) / MILLI:g} {pool} credits")
        for quota in service.meter.quotas(caller, "light", "heavy", "detect", "uploads"):
            click.echo(f"{quota.policy.name}: {quota.remaining:,} left")


@accounts.command("set-tier")
@click.argument("account_id", metavar="ACCOUNT")
@click.argument("tier", type=TIERS)
def set_tier(account_id: str, tier: str) -> None:
    """Change what an account may do; known everywhere within 5 seconds."""
    with wired() as service:
        click.echo(f"{account_id} is {service.accounts.set_tier(account_id, Tier(tier)).tier}")


@accounts.command()
@click.argument("account_id", metavar="ACCOUNT")
@click.argument("credits_", metavar="CREDITS", type=float)
@click.option(
    "--pool", type=click.Choice([Pool.PERMANENT, Pool.SUBSCRIPTION]), default=Pool.PERMANENT
)
@click.option("--note", default="by the operator", help="What the ledger says about it.")
def grant(account_id: str, credits_: float, pool: str, note: str) -> None:
    """Give an account CREDITS, or take them with a negative number."""
    amount = round(credits_ * MILLI)
    if not amount:
        raise click.UsageError("less than a thousandth of a credit is nothing")
    with wired() as service:
        account = service.accounts.get(account_id)
        try:
            service.meter.credits.grant(account_id, Pool(pool), amount, note)
        except WriteRefused:
            raise click.ClickException("The pool holds less than that.") from None
        wallet = service.meter.credits.wallet(Caller(account.id, account.tier))
        click.echo(f"{wallet.balance(Pool(pool)) / MILLI:g} {pool} credits")


@accounts.command("sign-out")
@click.argument("account_id", metavar="ACCOUNT")
def sign_out(account_id: str) -> None:
    """End every session of an account; its keys go on."""
    with wired() as service:
        service.accounts.end_session(account_id, None)


@accounts.command()
@click.argument("account_id", metavar="ACCOUNT")
@click.option("--yes", is_flag=True, help="Do not ask.")
def erase(account_id: str, yes: bool) -> None:
    """Erase an account: its keys, sessions, jobs, images and webhooks.

    The ledger of its credits is kept, under an id that nobody bears any more. What a running
    service has left to do, as for a job that is still running, its next sweeps do.
    """
    with wired() as service:
        service.accounts.get(account_id)
        if not yes:
            click.confirm(f"Erase {account_id} and everything it made?", abort=True)
        service.billing.end(account_id)
        service.erasure.begin(account_id)
        service.erasure.sweep()
        click.echo(f"{account_id} is erased")


@click.group()
def keys() -> None:
    """Make, list and revoke API keys."""


@keys.command("create")
@click.argument("account_id", metavar="ACCOUNT")
@click.option("--name", default="", help="What to call it.")
def create_key(account_id: str, name: str) -> None:
    """Make a key for an account, and print it: nobody can show it again."""
    with wired() as service:
        key, secret = service.accounts.create_key(account_id, name)
        click.echo(f"{key.id}:", err=True)
        click.echo(secret)


@keys.command("list")
@click.argument("account_id", metavar="ACCOUNT")
def list_keys(account_id: str) -> None:
    """Show the keys of an account."""
    with wired() as service:
        account = service.accounts.get(account_id)
        columns = ("name", "key", "state", "made", "requests", "last used")
        table = Table(Column("id", min_width=38), *columns, box=None)
        for key in account.keys:
            table.add_row(*_key_row(service, account, key))
        Console().print(table)


@keys.command()
@click.argument("account_id", metavar="ACCOUNT")
@click.argument("key_id", metavar="KEY-ID")
def revoke(account_id: str, key_id: str) -> None:
    """End a key for good; it is refused everywhere within 5 seconds."""
    with wired() as service:
        click.echo(f"{service.accounts.delete_key(account_id, key_id).preview} is revoked")


def _key_row(service: Service, account: Account, key: ApiKey) -> list[str]:
    used = service.usage.of(account.id, key.id)
    last = _day(used.last_used_at) if used.last_used_at else "never"
    state = "on" if key.enabled else "off"
    made = _day(key.created_at)
    return [key.id, key.name, key.preview, state, made, str(used.request_count), last]


def _day(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).date().isoformat()
