"""``expunge doctor``: check the installation, and say how to fix each fault."""

from __future__ import annotations

import os
import secrets
import sys
import time
from typing import TYPE_CHECKING

import click

import expunge
from expunge import models
from expunge.errors import ExpungeError
from expunge.extras import EXTRAS, explained, is_installed
from expunge.fetching import fetcher_of
from expunge.imaging.faces.choices import FACE_MESH
from expunge.operations import MODES
from expunge.operations.available import lacking, modes_of
from expunge.operations.options.scan import ANALYSER
from expunge.settings import Settings, SettingsInvalid
from expunge.stores.ports import Delete, Key, Put
from expunge.swaps.terms import MODE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from expunge.stores.ports import Objects, Records

Finding = tuple[str, str | None]
"""The item that was checked, and advice if it is faulty, else ``None``."""


@click.command(short_help="Check the installation and say how to fix faults.")
def doctor() -> None:
    """Check settings, stores, models and extras, and say how to fix each fault.

    Exit status 1 if there is a fault.
    """
    healthy = True
    for name, advice in findings():
        mark = click.style("✗", fg="red") if advice else click.style("✓", fg="green")
        click.echo(f"{mark} {name}" + (f"\n    {advice}" if advice else ""))
        healthy = healthy and advice is None
    raise SystemExit(0 if healthy else 1)


def findings() -> Iterator[Finding]:
    """Check one item after the other; items that depend on a faulty one are skipped."""
    yield f"expunge {expunge.__version__} on Python {sys.version.split()[0]}", None
    extras = ", ".join(extra for extra in EXTRAS if is_installed(extra))
    yield f"extras: {extras or 'none'}", None
    modes = tuple(MODES)
    try:
        settings = Settings.from_env(os.environ)
        modes = modes_of(settings)
        fetcher_of(settings)
    except SettingsInvalid as error:
        yield "settings", str(error).replace("\n", "\n    ")
    else:
        yield "settings", None
        yield from _swaps(settings, modes)
        if is_installed("serve"):  # only the service uses a store
            yield from _stores(settings)
    yield from _signing()
    yield f"modes: {', '.join(modes)}", lacking(modes)
    yield from _models(modes)


def _swaps(settings: Settings, modes: tuple[str, ...]) -> Iterator[Finding]:
    """Check what face swaps need, if the operator has accepted their terms."""
    if MODE not in modes:
        return
    if not settings.swaps_terms_accepted:
        yield "face swaps over HTTP: off, EXPUNGE_SWAPS_TERMS_ACCEPTED is not set", None
        return
    state = {model.name: model.state() for model in models.catalogue()}
    absent = [
        name for name in (ANALYSER, FACE_MESH) if state.get(name) is not models.State.INSTALLED
    ]
    asks = " with a statement of consent" if settings.swaps_consent_required else ""
    name = f"face swaps over HTTP: on{asks}, content refused from {settings.swaps_nsfw_threshold:g}"
    advice = f"None can be made without it; run: expunge models pull {' '.join(absent)}"
    yield name, advice if absent else None


def _signing() -> Iterator[Finding]:
    """Check the certificate and key that sign C2PA manifests, if they are set."""
    from expunge.imaging.provenance.signing import identity

    try:
        operator = identity.configured()
    except identity.SigningUnavailable as error:
        yield "C2PA signing", str(error)
        return
    if operator is not None:
        until = f"{operator.not_after:%Y-%m-%d}"
        expired = f"The certificate expired on {until}. Files lose their manifests until it is new."
        advice = expired if operator.has_expired() else None
        yield f"C2PA signing by {operator.name}, until {until}", advice


def _stores(settings: Settings) -> Iterator[Finding]:
    from expunge.adapters import stores

    if settings.store == "local" and not settings.data.exists():
        yield f"store: {settings.data} will be created at the first start", None
        return
    where = settings.data if settings.store == "local" else settings.table
    advice = (
        f"Check that the folder {where} exists and is writable. EXPUNGE_DATA names it."
        if settings.store == "local"
        else "Check EXPUNGE_TABLE, EXPUNGE_BUCKET, the region and the credentials."
    )
    try:
        with explained():
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


def _models(modes: tuple[str, ...]) -> Iterator[Finding]:
    """Check the catalogue, and the model files if a mode that finds faces is on."""
    try:
        catalogue = models.catalogue()
    except (OSError, ValueError, TypeError) as error:
        yield (
            "models: the catalogue cannot be read",
            f"{error}; fix or remove that models.toml.",
        )
        return
    absent = set(models.DETECTORS.values()) - {model.name for model in catalogue}
    if absent:
        state = f"lacks {', '.join(sorted(absent))}" if catalogue else "is empty"
        yield (
            f"models: the catalogue {state}",
            "The installation is incomplete; run: pip install --force-reinstall expunge",
        )
    for model in catalogue if {"faces", "mask"} & set(modes) else ():
        state = model.state()
        if model.optional and state is models.State.MISSING:
            yield f"model {model.name}: missing, and needed by an option alone", None
            continue
        installed = state is models.State.INSTALLED
        advice = (
            None if installed else f"The file is {state}; run: expunge models pull {model.name}"
        )
        yield f"model {model.name} in {models.weights_folder()}", advice
    yield from _browser_files()


def _browser_files() -> Iterator[Finding]:
    """Say whether pages can work in the browser; the service is well without."""
    lacking = [file.name for file in models.browser_files() if not models.is_complete(file)]
    state = f"without {', '.join(lacking)}, they use the service" if lacking else "complete"
    yield f"files that pages load into browsers: {state}", None
