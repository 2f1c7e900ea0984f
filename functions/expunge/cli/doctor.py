"""``expunge doctor``: is everything in place, and if not, what to do?"""

from __future__ import annotations

import os
import secrets
import sys
import time
from typing import TYPE_CHECKING

import click

from expunge import models
from expunge.errors import ExpungeError
from expunge.settings import Settings, SettingsInvalid
from expunge.stores.ports import Delete, Key, Put

if TYPE_CHECKING:
    from collections.abc import Iterator

    from expunge.stores.ports import Objects, Records

Finding = tuple[str, str | None]
"""What was looked at, and what to do about it where something is wrong."""


@click.command(short_help="Check that everything is in place.")
def doctor() -> None:
    """Check settings, stores and models, and say what to do about what is wrong."""
    well = True
    for name, advice in findings():
        mark = click.style("✗", fg="red") if advice else click.style("✓", fg="green")
        click.echo(f"{mark} {name}" + (f"\n    {advice}" if advice else ""))
        well = well and advice is None
    raise SystemExit(0 if well else 1)


def findings() -> Iterator[Finding]:
    """Look at one thing after the other; what depends on a broken thing is not looked at."""
    yield f"Python {sys.version.split()[0]}", None
    from expunge.bootstrap import modes_of

    try:
        settings = Settings.from_env(os.environ)
        modes_of(settings)
    except SettingsInvalid as error:
        yield "settings", str(error).replace("\n", "\n    ")
    else:
        yield "settings", None
        yield from _stores(settings)
    yield from _models()


def _stores(settings: Settings) -> Iterator[Finding]:
    from expunge.adapters import stores

    if settings.store == "local" and not settings.data.exists():
        yield f"store: {settings.data} will be made at the first start", None
        return
    where = settings.data if settings.store == "local" else settings.table
    advice = (
        f"Is the folder {where} there and writable? EXPUNGE_DATA names it."
        if settings.store == "local"
        else "Check EXPUNGE_TABLE, EXPUNGE_BUCKET, the region and the credentials."
    )
    try:
        wired = stores(settings)
        _round_trip_record(wired.records)
        yield f"records in {where}: written, read, deleted", None
        _round_trip_object(wired.objects)
        yield f"objects in {settings.bucket or where}: written, read, deleted", None
    except (ExpungeError, OSError) as error:
        yield f"store ({settings.store})", f"{error} {advice}"


def _round_trip_record(records: Records) -> None:
    key = Key("doctor", secrets.token_hex(8))
    records.write(Put(key, {"at": time.time()}, expires_at=int(time.time()) + 60))
    if records.get(key) is None:
        raise ExpungeError("A record that was just written cannot be read.")
    records.write(Delete(key))


def _round_trip_object(objects: Objects) -> None:
    key = f"in/doctor/{secrets.token_hex(8)}.txt"
    objects.put(key, b"expunge", content_type="text/plain")
    if objects.get(key) != b"expunge":
        raise ExpungeError("An object that was just written cannot be read.")
    objects.delete(key)


def _models() -> Iterator[Finding]:
    for model in models.catalogue():
        state = model.state()
        fine = state is models.State.INSTALLED
        advice = None if fine else f"The file is {state}; run: expunge models pull {model.name}"
        yield f"model {model.name}", advice
