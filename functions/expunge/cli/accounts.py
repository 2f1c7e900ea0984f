"""``expunge accounts`` and ``expunge keys``: account management for the operator."""

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
    """Build the service from the settings, and show its public errors on the command line."""
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
    """Create and manage accounts.

    They are kept in the store that the settings name.
    """


@accounts.command()
@click.option(
    "--tier", type=TIERS, default="free", show_default=True, help="Tier of the new account."
)
def create(tier: str) -> None:
    """Create an account and print its id."""
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
    """Show an account: tier, keys, credits and remaining quota."""
    with wired() as service:
        account = service.accounts.get(account_id)
        caller = Caller(account.id, account.tier)
        wallet = service.meter.credits.wallet(caller)
        state = "guest" if account.guest else "e-mail verified" if account.email_verified else ""
        click.echo(f"{account.id}  {account.tier}  {state}  since {_day(account.created_at)}")
        click.echo(f"{len(account.keys)} keys, {len(account.sessions)} sessions")
        for pool in Pool:
            click.echo(f"{wallet.balance(pool) / MILLI:g} {pool} credits")
        for quota in service.meter.quotas(caller, "light", "heavy", "moving", "detect", "uploads"):
            click.echo(f"{quota.policy.name}: {quota.remaining:,} left")


@accounts.command("set-tier")
@click.argument("account_id", metavar="ACCOUNT")
@click.argument("tier", type=TIERS)
def set_tier(account_id: str, tier: str) -> None:
    """Change the tier of an account.

    Every process applies the change within 5 seconds.
    """
    with wired() as service:
        click.echo(f"{account_id} is {service.accounts.set_tier(account_id, Tier(tier)).tier}")


@accounts.command()
@click.argument("account_id", metavar="ACCOUNT")
@click.argument("credits_", metavar="CREDITS", type=float)
@click.option(
    "--pool",
    type=click.Choice([Pool.PERMANENT.value, Pool.SUBSCRIPTION.value], case_sensitive=False),
    default=Pool.PERMANENT.value,
    show_default=True,
    help="Pool that is changed.",
)
@click.option(
    "--note", default="by the operator", show_default=True, help="Text of the ledger entry."
)
def grant(account_id: str, credits_: float, pool: str, note: str) -> None:
    """Add CREDITS to an account.

    A negative number takes them away; write it after «--».
    """
    amount = round(credits_ * MILLI)
    if not amount:
        raise click.UsageError("CREDITS must be at least a thousandth of a credit")
    with wired() as service:
        account = service.accounts.get(account_id)
        try:
            service.meter.credits.grant(account_id, Pool(pool), amount, note)
        except WriteRefused:
            raise click.ClickException("The pool has fewer credits than that.") from None
        wallet = service.meter.credits.wallet(Caller(account.id, account.tier))
        click.echo(f"{wallet.balance(Pool(pool)) / MILLI:g} {pool} credits")


@accounts.command("sign-out")
@click.argument("account_id", metavar="ACCOUNT")
def sign_out(account_id: str) -> None:
    """End every session of an account; its keys stay valid."""
    with wired() as service:
        service.accounts.end_session(account_id, None)


@accounts.command()
@click.argument("account_id", metavar="ACCOUNT")
@click.option("--yes", is_flag=True, help="Do not ask for confirmation.")
def erase(account_id: str, yes: bool) -> None:
    """Erase an account with its keys, sessions, jobs, images and webhooks.

    The ledger of its credits is kept under an anonymous id. The service's next sweeps erase the
    rest, such as a job that is still running.
    """
    with wired() as service:
        service.accounts.get(account_id)
        if not yes:
            click.confirm(f"Erase {account_id} and all its data?", abort=True)
        service.billing.end(account_id)
        service.erasure.begin(account_id)
        service.erasure.sweep()
        click.echo(f"{account_id} is erased")


@click.group()
def keys() -> None:
    """Create, list and revoke API keys."""


@keys.command("create")
@click.argument("account_id", metavar="ACCOUNT")
@click.option("--name", default="", help="Name of the key, shown in lists.")
def create_key(account_id: str, name: str) -> None:
    """Create a key for an account and print it.

    The key is shown only this once.
    """
    with wired() as service:
        key, secret = service.accounts.create_key(account_id, name)
        click.echo(f"{key.id}:", err=True)
        click.echo(secret)


@keys.command("list")
@click.argument("account_id", metavar="ACCOUNT")
def list_keys(account_id: str) -> None:
    """List the keys of an account."""
    with wired() as service:
        account = service.accounts.get(account_id)
        columns = ("name", "key", "state", "created", "requests", "last used")
        table = Table(Column("id", min_width=38), *columns, box=None)
        for key in account.keys:
            table.add_row(*_key_row(service, account, key))
        Console().print(table)


@keys.command()
@click.argument("account_id", metavar="ACCOUNT")
@click.argument("key_id", metavar="KEY-ID")
def revoke(account_id: str, key_id: str) -> None:
    """Revoke a key for good.

    Every process refuses it within 5 seconds.
    """
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
