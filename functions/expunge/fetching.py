"""The fetcher that the settings describe, and when they may open private targets."""

from __future__ import annotations

from ipaddress import ip_address
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import expunge
from expunge.net.addresses import is_public
from expunge.net.late import LateFetcher
from expunge.net.own_network import AllowList, EntryInvalid, is_private_host
from expunge.settings import SettingsInvalid

if TYPE_CHECKING:
    from expunge.settings import Settings


def fetcher_of(settings: Settings) -> LateFetcher:
    """The fetcher of the service.

    Raises
    ------
    SettingsInvalid
        If private targets are open on a service that the internet can reach, by the settings.
    """
    allowed = allowed_in(settings)
    _check_private(settings, _public_setting(settings))
    return LateFetcher(
        allowed=allowed,
        own=filter(None, [settings.public_url]),
        version=expunge.__version__,
        agent=settings.fetch_user_agent,
        referer=settings.fetch_referer,
    )


def allowed_in(settings: Settings) -> AllowList:
    """The private targets that the operator has opened."""
    try:
        return AllowList(settings.fetch_allow)
    except EntryInvalid as error:
        raise SettingsInvalid(f"EXPUNGE_FETCH_ALLOW: {error}") from None


def check_listening(settings: Settings, address: str) -> None:
    """Refuse to open private targets on a server that listens at this IP address, if public.

    Raises
    ------
    SettingsInvalid
        For a public address, and for all addresses at once (``0.0.0.0``), where one may be public.
    """
    listening = ip_address(address.partition("%")[0])
    reachable = listening.is_unspecified or is_public(listening)
    _check_private(settings, f"it listens at {address}" if reachable else None)


def _check_private(settings: Settings, reason: str | None) -> None:
    if reason is None or not settings.fetch_allow or settings.fetch_allow_while_public:
        return
    raise SettingsInvalid(
        f"EXPUNGE_FETCH_ALLOW opens {', '.join(settings.fetch_allow)} to callers of this service, "
        f"and the internet may reach it: {reason}. Unset EXPUNGE_FETCH_ALLOW, make the service "
        "private, or, if you mean this, set EXPUNGE_FETCH_ALLOW_WHILE_PUBLIC=true; then everybody "
        "with an API key or an account can reach these targets"
    )


def _public_setting(settings: Settings) -> str | None:
    """The setting by which the internet reaches the service; ``None`` if there is none."""
    host = urlsplit(settings.public_url or "").hostname
    if host is not None and not is_private_host(host):
        return f"EXPUNGE_PUBLIC_URL is {settings.public_url}"
    public = [name for name in settings.hosts if not is_private_host(name)]
    if public:
        return f"EXPUNGE_HOSTS has {public[0]}"
    return "EXPUNGE_FRONT_SECRETS names a CDN" if settings.front_secrets else None
