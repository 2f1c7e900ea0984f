"""Callers: account holders and anonymous clients."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from enum import StrEnum
from ipaddress import IPv6Address, IPv6Network, ip_address


class Tier(StrEnum):
    """A caller's tier, which decides limits and prices."""

    ANONYMOUS = "anonymous"
    FREE = "free"
    PRO = "pro"
    ADMIN = "admin"


@dataclass(frozen=True, slots=True)
class Caller:
    """The sender of a request.

    No field holds an IP address in clear.
    """

    subject: str
    """The account's id. For an anonymous caller, a name derived from address and fingerprint. Two
    people may share that name, so it serves for counting, never for ownership."""
    tier: Tier
    meter: str = ""
    """The owner of the counters that apply to this caller; empty means the subject."""
    network: str | None = None
    """The opaque name of an anonymous caller's network, which has counters of its own."""
    credential: str | None = None
    """The id of the API key or session in the request."""
    browser: str | None = None
    """The name of the anonymous caller's secret (`browsers`), by which it lists and deletes."""
    has_new_secret: bool = False
    """Whether that secret was issued for this request."""
    reaches_private: bool = False
    """Whether the URLs in its request may lead to private targets that the operator has opened."""

    @property
    def account(self) -> str | None:
        """The account's id, or ``None`` for callers without one."""
        return None if self.tier is Tier.ANONYMOUS else self.subject

    @property
    def key(self) -> str | None:
        """The id of the API key in the request; ``None`` for a session."""
        given = self.credential or ""
        return given if given.startswith("key_") else None

    @property
    def known_as(self) -> str | None:
        """The owner name of this caller's lists and idempotency keys; ``None`` if it has none."""
        return self.account or self.browser

    def owner_of(self, thing: str) -> str:
        """The owner of a job or upload of this caller: its account, else the thing's own id.

        So an anonymous job or upload is found only by its unguessable id.
        """
        return self.account or thing

    @property
    def record_seconds(self) -> int:
        """Seconds for which job records can be read: 30 minutes, or 30 days for an account."""
        return 30 * 60 if self.tier is Tier.ANONYMOUS else 30 * 24 * 3600


def anonymous(address: str, fingerprint: str = "", traits: str = "") -> Caller:
    """A caller without credentials.

    Counters are kept per IP address and fingerprint, or without a fingerprint per address and
    traits. So two people behind one address do not use up each other's limits. Clients can forge
    both, so the total of an address is limited too.

    Parameters
    ----------
    address
        The client's IP address, never from a header that a client can set.
        IPv6 addresses are counted per /64, the usual network of one subscriber.
    fingerprint
        Free text, chosen by the client.
    traits
        Header values that one client's requests have in common.
    """
    network = network_of(address)
    subject = _name("anon", f"{network}\n{fingerprint}")
    meter = _name("anon", f"{network}\n\n{traits}") if traits and not fingerprint else subject
    return Caller(subject, Tier.ANONYMOUS, meter=meter, network=_name("net", network))


def network_name(address: str) -> str:
    """The opaque name of a network, used for its counters."""
    return _name("net", network_of(address))


def network_of(address: str) -> str:
    """An IPv4 address, or the /64 of an IPv6 address; other text stays unchanged."""
    try:
        parsed = ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if isinstance(parsed, IPv6Address):
        if parsed.ipv4_mapped:
            return str(parsed.ipv4_mapped)
        return str(IPv6Network((parsed, 64), strict=False))
    return str(parsed)


def _name(kind: str, text: str) -> str:
    return f"{kind}_" + hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:32]
