"""Who is calling."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from enum import StrEnum
from ipaddress import IPv6Address, IPv6Network, ip_address


class Tier(StrEnum):
    """What a caller is to the service; limits and prices follow from it."""

    ANONYMOUS = "anonymous"
    FREE = "free"
    PRO = "pro"
    ADMIN = "admin"


@dataclass(frozen=True, slots=True)
class Caller:
    """Somebody who asks for something.

    No field holds an address in clear.
    """

    subject: str
    """The account's id. Of an anonymous caller a name made of address and fingerprint, which
    counts and never owns: two people may share it."""
    tier: Tier
    meter: str = ""
    """Whose counters count this caller; the subject's own where empty."""
    network: str | None = None
    """The network of an anonymous caller, which has counters of its own."""
    credential: str | None = None
    """The id of the key or the session that was shown."""
    browser: str | None = None
    """The name of the anonymous caller's secret (`browsers`), by which it lists and deletes."""
    newcomer: bool = False
    """Whether that secret was minted for this very request."""

    @property
    def account(self) -> str | None:
        """The account's id, or ``None`` for callers without one."""
        return None if self.tier is Tier.ANONYMOUS else self.subject

    @property
    def known_as(self) -> str | None:
        """Whose lists and idempotency keys are this caller's; ``None`` for nobody's."""
        return self.account or self.browser

    def owner_of(self, thing: str) -> str:
        """Who owns a thing this caller makes: the account, or without one the thing itself.

        So an anonymous job or upload is found by its unguessable id, and by nothing else.
        """
        return self.account or thing

    @property
    def record_seconds(self) -> int:
        """How long job records can be read: 30 minutes, or 30 days for an account."""
        return 30 * 60 if self.tier is Tier.ANONYMOUS else 30 * 24 * 3600


def anonymous(address: str, fingerprint: str = "", traits: str = "") -> Caller:
    """A caller with no credentials.

    Counters go by the address and either the fingerprint that the client says or, without one,
    the client's traits: two people behind one address do not use up each other's limits. What
    all of an address use together is counted too, since both can be made up.

    Parameters
    ----------
    address
        From the edge's own field, never from a header that a client can set.
        An IPv6 address counts by its /64, which is what one subscriber holds.
    fingerprint
        Free text of the client's own choice.
    traits
        What requests of one client have in common.
    """
    network = network_of(address)
    subject = _name("anon", f"{network}\n{fingerprint}")
    meter = _name("anon", f"{network}\n\n{traits}") if traits and not fingerprint else subject
    return Caller(subject, Tier.ANONYMOUS, meter=meter, network=_name("net", network))


def network_name(address: str) -> str:
    """The opaque name that a network's counters go by."""
    return _name("net", network_of(address))


def network_of(address: str) -> str:
    """An IPv4 address, or the /64 of an IPv6 one; other text as it is."""
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
