"""``expunge receipt``: check receipts, and make and show the keys that sign them."""

from __future__ import annotations

import hashlib
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from expunge.cli.lines import printable

if TYPE_CHECKING:
    from expunge.receipts.statement import Count, Statement

_FILE_OR_INPUT = click.Path(exists=True, dir_okay=False, allow_dash=True)
_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group()
def receipt() -> None:
    """Check signed receipts, and manage the keys that sign them.

    `--receipt` makes a receipt: NAME.receipt.jws beside the result.
    """


@receipt.command()
@click.argument("receipt_file", metavar="RECEIPT", type=_FILE_OR_INPUT)
@click.argument("file", type=_FILE)
@click.argument("original", type=_FILE, required=False)
@click.option(
    "--keys",
    "places",
    multiple=True,
    metavar="PLACE",
    help="Where the public keys are: a file, or the https URL of the service. May be repeated.  "
    "[default: the keys of this machine]",
)
@click.option("as_json", "--json", is_flag=True, help="Print one line of JSON.")
def verify(
    receipt_file: str,
    file: Path,
    original: Path | None,
    places: tuple[str, ...],
    as_json: bool,
) -> None:
    """Check that RECEIPT is genuine and belongs to FILE, the result.

    With ORIGINAL, also check that FILE was made from it. Nothing is sent anywhere; only a URL
    after --keys is fetched.

    Exit status: 0 if all is right, 1 if anything is refused, 2 for a wrong argument.
    """
    from expunge.cli.receipt_keys import keys_from, known_keys
    from expunge.receipts.keys import KeySet
    from expunge.receipts.verifying import ReceiptRefused, check_file, check_original, read

    found = [key for place in places for key in keys_from(place).keys]
    keys = KeySet.of(found) if places else known_keys()
    try:
        statement = read(_text(receipt_file), keys)
        check_file(statement, _sha256(file))
        if original is not None:
            check_original(statement, _sha256(original))
    except ReceiptRefused as refused:
        reason = refused.reason.value
        told = {"valid": False, "reason": reason, "message": str(refused)}
        click.echo(json.dumps(told) if as_json else f"refused ({reason}): {refused}")
        raise SystemExit(1) from None
    if as_json:
        facts = statement.model_dump(exclude_none=True)
        click.echo(json.dumps({"valid": True, "statement": facts}))
    else:
        click.echo("\n".join(_lines(statement, has_original=original is not None)))


@receipt.command("new-key")
def new_key() -> None:
    """Print a new private key, for EXPUNGE_RECEIPT_KEY. Keep it secret."""
    from expunge.receipts.keys import SigningKey

    click.echo(SigningKey.new().text)


@receipt.command("public-key")
def public_key() -> None:
    """Print the public key of a private one, which is read from standard input."""
    from expunge.receipts.keys import KeyInvalid, SigningKey

    entered = sys.stdin.readline()
    try:
        click.echo(SigningKey.of(entered).public.text)
    except KeyInvalid as error:
        raise click.ClickException(f"the private key {error}") from None


@receipt.command()
def keys() -> None:
    """Print the public keys of this machine as a JWK set, for others to verify with."""
    from expunge.cli.receipt_keys import issuer

    click.echo(json.dumps(issuer().keys.as_dict(), indent=1))


def _text(path: str) -> str:
    """The receipt; its own check refuses one that is longer than this."""
    from expunge.receipts.verifying import MAX_CHARACTERS

    with click.open_file(path, "rb") as file:
        data: bytes = file.read(MAX_CHARACTERS + 2)
    return data.decode("utf-8", "replace").strip("\r\n")


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _lines(statement: Statement, *, has_original: bool) -> list[str]:
    from datetime import UTC, datetime

    made = datetime.fromtimestamp(statement.iat, UTC)
    by = f" by {printable(statement.iss)}" if statement.iss else ""
    checked = "result and original match" if has_original else "the result matches"
    return [
        f"valid: {checked}",
        f"made:     {made:%Y-%m-%d %H:%M:%S} UTC{by}, expunge {printable(statement.version)}",
        f"mode:     {printable(statement.mode)} {printable(json.dumps(statement.options))}",
        f"removed:  {_listed(statement.removed)}",
        f"kept:     {_listed(statement.kept)}",
        f"pixels:   {_pixels(statement)}",
    ]


def _pixels(statement: Statement) -> str:
    pixels = statement.pixels
    if not pixels.compared:
        return printable(f"not compared: {pixels.reason}")
    return "the same in both files" if pixels.equal else "not the same in both files"


def _listed(counts: list[Count]) -> str:
    return printable(", ".join(f"{c.count} {c.what} {c.kind}" for c in counts)) or "nothing"
