"""Who is calling."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from enum import StrEnum
from ipaddress import IPv6Address, IPv6Network, ip_address


class Tier(StrEnum):
    ANONYMOUS = "anonymous"


@dataclass(frozen=True, slots=True)
class Caller:
    """Somebody a job can belong to.

    ``subject`` is an opaque name, equal for equal callers; it holds no address
    in clear.
    """

    subject: str
    tier: Tier

    @property
    def record_seconds(self) -> int:
        """How long this caller's job records can be read: 30 minutes."""
        return 30 * 60


def anonymous(address: str, fingerprint: str = "") -> Caller:
    """A caller with no credentials: a network address, and what a client says to tell itself apart.

    Parameters
    ----------
    address
        From the edge's own field, never from a header that a client can set.
        An IPv6 address counts by its /64, which is what one subscriber holds.
    fingerprint
        Free text of the client's own choice.
    """
    name = f"{_network(address)}\n{fingerprint}"
    return Caller("anon_" + hashlib.sha256(name.encode()).hexdigest()[:32], Tier.ANONYMOUS)


def _network(address: str) -> str:
    try:
        parsed = ip_address(address)
    except ValueError:
        return address
    if isinstance(parsed, IPv6Address):
        if parsed.ipv4_mapped:
            return str(parsed.ipv4_mapped)
        return str(IPv6Network((parsed, 64), strict=False))
    return str(parsed)
