"""``expunge trust``: show and update the C2PA trust lists."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

MAX_BYTES = 1_000_000
"""Of one list; they have 38 and 29 kB."""
MIN_SHARE = 0.5
"""A list with less than this share of the former entries is not accepted without ``--force``."""
TIMEOUT_S = 30


@click.group()
def trust() -> None:
    """Show or update the lists of trusted C2PA signers and time-stamping authorities."""


@trust.command("list")
def list_lists() -> None:
    """List every trust list with its date, source and licence."""
    from rich.console import Console
    from rich.table import Table

    table = Table("list", "entries", "date", "licence", "source", box=None)
    for name, source in _sources().items():
        cells = (name, str(source["entries"]), source["date"], source["licence"], source["page"])
        table.add_row(*cells)
    Console().print(table)


@trust.command()
@click.option(
    "--from",
    "folder",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Read the lists from this folder, under their published names, and not from the network.",
)
@click.option("--force", is_flag=True, help="Accept a list that has lost half of its entries.")
def update(folder: Path | None, *, force: bool) -> None:
    """Fetch the current lists of C2PA and check them.

    The interim list is closed and stays as it is. The new lists count from the next start.
    """
    from expunge.imaging.provenance.c2pa.trust import LISTS, SOURCES

    sources = _sources()
    fetched: dict[str, bytes] = {}
    for name, source in sources.items():
        if source["url"]:
            fetched[name] = _read(source["url"], folder)
            sources[name] = _described(name, source, fetched[name], force=force)
    try:
        for name, data in fetched.items():
            _write(LISTS / name, data)
        _write(LISTS / SOURCES, (json.dumps(sources, indent=2) + "\n").encode())
    except OSError as error:
        raise click.ClickException(
            f"{LISTS} is not writable ({error.strerror}). "
            "Run this where the package can be changed, and deploy it again."
        ) from None
    for name in fetched:
        click.echo(f"{name}: {sources[name]['entries']} entries")


def _sources() -> dict[str, dict[str, Any]]:
    from expunge.imaging.provenance.c2pa.trust import LISTS, SOURCES

    found: dict[str, dict[str, Any]] = json.loads((LISTS / SOURCES).read_bytes())
    return found


def _read(url: str, folder: Path | None) -> bytes:
    import urllib.request

    try:
        if folder:
            return (folder / url.rpartition("/")[2]).read_bytes()
        with urllib.request.urlopen(url, timeout=TIMEOUT_S) as answer:  # noqa: S310 (https, ours)
            data: bytes = answer.read(MAX_BYTES + 1)
    except OSError as error:
        raise click.ClickException(f"{url} could not be read: {error}") from None
    return data


def _described(name: str, source: dict[str, Any], data: bytes, *, force: bool) -> dict[str, Any]:
    """The new entry of a list that was checked."""
    import hashlib
    from datetime import UTC, datetime

    from expunge.imaging.provenance.c2pa.trust import Anchors

    if len(data) > MAX_BYTES:
        raise click.ClickException(f"{name}: the list is longer than {MAX_BYTES:,} bytes.")
    try:
        entries = len(Anchors.from_pem(data))
    except ValueError:
        raise click.ClickException(f"{name}: the file is not a list of certificates.") from None
    if entries < MIN_SHARE * source["entries"] and not force:
        raise click.ClickException(
            f"{name}: the new list has {entries} entries, the present one {source['entries']}. "
            "If that is right, add --force."
        )
    digest = hashlib.sha256(data).hexdigest()
    if digest == source["sha256"]:
        return source
    today = datetime.now(UTC).date().isoformat()
    return source | {"entries": entries, "sha256": digest, "date": today, "commit": None}


def _write(path: Path, data: bytes) -> None:
    """Write a file whole or not at all."""
    part = path.with_name(path.name + ".part")
    part.write_bytes(data)
    part.replace(path)
