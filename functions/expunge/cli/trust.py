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
        described = (json.dumps(sources, indent=2) + "\n").encode()
        _write(LISTS, {**fetched, SOURCES: described})
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
    from http.client import HTTPException
    from urllib.error import HTTPError

    try:
        if folder:
            return (folder / url.rpartition("/")[2]).read_bytes()
        with urllib.request.urlopen(url, timeout=TIMEOUT_S) as answer:  # noqa: S310 (https, ours)
            data: bytes = answer.read(MAX_BYTES + 1)
    except HTTPError as error:
        error.close()
        raise click.ClickException(f"{url} could not be read: {error}") from None
    except (OSError, HTTPException) as error:
        raise click.ClickException(f"{url} could not be read: {error!r}") from None
    announced = answer.headers["Content-Length"]
    if announced is not None and len(data) < min(int(announced), MAX_BYTES):
        raise click.ClickException(
            f"{url} could not be read: it ended after {len(data):,} of {announced} bytes."
        )
    return data


_BEGIN, _END = b"-----BEGIN ", b"-----END "


def _described(name: str, source: dict[str, Any], data: bytes, *, force: bool) -> dict[str, Any]:
    """The new entry of a list that was checked."""
    import hashlib
    from datetime import UTC, datetime

    from expunge.imaging.provenance.c2pa.trust import Anchors

    if len(data) > MAX_BYTES:
        raise click.ClickException(f"{name}: the list is longer than {MAX_BYTES:,} bytes.")
    try:
        entries = len(Anchors.from_pem(data))
        if entries != data.count(_BEGIN) or entries != data.count(_END):
            raise ValueError("a certificate is cut off")  # noqa: TRY301
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


def _write(folder: Path, files: dict[str, bytes]) -> None:
    """Replace some files. None is replaced before all are written."""
    parts = {folder / f"{name}.part": data for name, data in files.items()}
    try:
        for part, data in parts.items():
            part.write_bytes(data)
        for part in parts:
            part.replace(part.with_suffix(""))
    finally:
        for part in parts:
            part.unlink(missing_ok=True)
