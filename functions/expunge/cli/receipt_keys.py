"""The keys that receipts of this machine are signed and verified with."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import click

from expunge.errors import ExpungeError
from expunge.operations.receipt import Issuer
from expunge.receipts.keys import KeyInvalid, KeySet, PublicKey, SigningKey
from expunge.settings import Settings, SettingsInvalid
from expunge.stores.local import layout
from expunge.stores.local.secret import FileSecret

if TYPE_CHECKING:
    from collections.abc import Iterator

PUBLISHED = "/.well-known/expunge-receipt-keys"
"""Where a service publishes its keys."""
MAX_KEY_BYTES = 100_000


def key_file() -> Path:
    """The file of this user's own key, which the first receipt creates (mode 0600)."""
    return Path(click.get_app_dir("expunge")) / layout.RECEIPT_KEY


def issuer() -> Issuer:
    """Signs with ``EXPUNGE_RECEIPT_KEY``, or else with this user's own key."""
    settings, own = _settings(), FileSecret(key_file())
    given = _given(settings)
    return Issuer(lambda: given or SigningKey(own.value), time.time, lambda: _known(settings))


def known_keys() -> KeySet:
    """The public keys of this user, of the settings, and of the data folder here."""
    return KeySet.of(_known(_settings()))


def keys_from(place: str) -> KeySet:
    """The keys in a file, or at an https URL. A URL without a path is that of a service.

    Raises
    ------
    click.ClickException
        If they cannot be read.
    """
    try:
        text = _fetched(place) if "://" in place else Path(place).read_text(encoding="utf-8")
        return KeySet.parse(text)
    except (KeyInvalid, UnicodeDecodeError) as error:
        reason = str(error) if isinstance(error, KeyInvalid) else "is not text"
    except ExpungeError as error:
        reason = error.detail
    except OSError as error:
        reason = error.strerror or str(error)
    raise click.ClickException(f"{place}: {reason}")


def _fetched(url: str) -> str:
    from expunge.net.fetcher import Fetcher

    parts = urlsplit(url)
    whole = url if parts.path.strip("/") else parts._replace(path=PUBLISHED).geturl()
    fetched = Fetcher().get(whole, limit=MAX_KEY_BYTES)
    return fetched.data.decode() if fetched else ""


def _settings() -> Settings:
    try:
        return Settings.from_env(os.environ)
    except SettingsInvalid as error:
        raise click.ClickException(str(error)) from None


def _given(settings: Settings) -> SigningKey | None:
    try:
        return SigningKey.of(settings.receipt_key) if settings.receipt_key else None
    except KeyInvalid as error:
        raise click.ClickException(f"EXPUNGE_RECEIPT_KEY {error}") from None


def _known(settings: Settings) -> Iterator[PublicKey]:
    given = _given(settings)
    if given:
        yield given.public
    for path in (key_file(), settings.data / layout.RECEIPT_KEY):
        if own := FileSecret(path).existing():
            yield SigningKey(own).public
    for word in settings.receipt_former_keys:
        try:
            yield PublicKey.of(word)
        except KeyInvalid as error:
            raise click.ClickException(f"EXPUNGE_RECEIPT_FORMER_KEYS: a key {error}") from None
