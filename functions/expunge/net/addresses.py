"""Which IP addresses are public, and which others an operator may open.

`ipaddress.is_global` alone is not enough: it changes between versions of Python,
and reports multicast, NAT64 and 6to4 addresses as global. So the special ranges are
listed here as well, from the IANA special-purpose registries (RFC 6890 and its
updates).
"""

from __future__ import annotations

from ipaddress import (
    IPv4Address,
    IPv4Network,
    IPv6Address,
    IPv6Network,
    ip_address,
    ip_network,
)

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

_SPECIAL_4 = tuple(
    map(
        IPv4Network,
        (
            "0.0.0.0/8",  # this network, RFC 791
            "10.0.0.0/8",  # private, RFC 1918
            "100.64.0.0/10",  # carrier-grade NAT, RFC 6598
            "127.0.0.0/8",  # loopback, RFC 1122
            "168.63.129.16/32",  # the host of an Azure machine, «WireServer»
            "169.254.0.0/16",  # link-local and the clouds' metadata, RFC 3927
            "172.16.0.0/12",  # private, RFC 1918
            "192.0.0.0/24",  # protocol assignments, RFC 6890
            "192.0.2.0/24",  # documentation, RFC 5737
            "192.31.196.0/24",  # AS112, RFC 7535
            "192.52.193.0/24",  # AMT, RFC 7450
            "192.88.99.0/24",  # 6to4 relays, RFC 7526
            "192.168.0.0/16",  # private, RFC 1918
            "192.175.48.0/24",  # AS112, RFC 7534
            "198.18.0.0/15",  # benchmarks, RFC 2544
            "198.51.100.0/24",  # documentation, RFC 5737
            "203.0.113.0/24",  # documentation, RFC 5737
            "224.0.0.0/4",  # multicast, RFC 1112
            "240.0.0.0/4",  # reserved and broadcast, RFC 1112
        ),
    )
)
_UNICAST_6 = IPv6Network("2000::/3")
"""The range allocated for the public network. Loopback, link-local, unique-local, multicast,
IPv4-mapped, IPv4-compatible, NAT64 and discard addresses are outside it."""
_SPECIAL_6 = tuple(
    map(
        IPv6Network,
        (
            "2001::/23",  # protocol assignments: Teredo, ORCHID, benchmarks; RFC 2928
            "2001:db8::/32",  # documentation, RFC 3849
            "2002::/16",  # 6to4, RFC 3056
            "2620:4f:8000::/48",  # AS112, RFC 7534
            "3fff::/20",  # documentation, RFC 9637
        ),
    )
)
_PRIVATE = tuple(
    map(
        ip_network,
        (
            "10.0.0.0/8",  # private, RFC 1918
            "100.64.0.0/10",  # carrier-grade NAT, RFC 6598; Tailscale
            "127.0.0.0/8",  # loopback, RFC 1122
            "172.16.0.0/12",  # private, RFC 1918
            "192.168.0.0/16",  # private, RFC 1918
            "::1/128",  # loopback, RFC 4291
            "fc00::/7",  # unique local, RFC 4193
        ),
    )
)
"""Networks of which an operator may open parts. Link-local addresses are not among them: there
the clouds serve metadata and credentials, at 169.254.169.254, 169.254.170.2 and fe80::a9fe:a9fe."""
_METADATA = tuple(
    map(
        ip_network,
        (
            "100.100.100.200/32",  # Alibaba Cloud
            "fd00:42::42/128",  # Scaleway
            "fd00:ec2::/32",  # Amazon EC2 and EKS
            "fd20:ce::254/128",  # Google Cloud
        ),
    )
)
"""Metadata services inside private networks."""
_ISATAP = (0x0000_5EFE, 0x0200_5EFE)
"""Upper half of an interface identifier that carries an IPv4 address, RFC 5214 §6.1."""


def is_public(address: str | Address) -> bool:
    """Whether this IP address belongs to the public network.

    IPv6 addresses that embed an IPv4 address (mapped, compatible, NAT64, 6to4, Teredo,
    ISATAP) never count as public. A local translator may route them to an internal host.
    """
    try:
        parsed = ip_address(address)
    except ValueError:
        return False
    if not parsed.is_global or parsed.is_multicast or parsed.is_reserved:
        return False
    if isinstance(parsed, IPv4Address):
        return not any(parsed in network for network in _SPECIAL_4)
    return (
        parsed in _UNICAST_6
        and parsed.scope_id is None
        and (int(parsed) >> 32) & 0xFFFF_FFFF not in _ISATAP
        and not any(parsed in network for network in _SPECIAL_6)
    )


def is_private(address: str | Address) -> bool:
    """Whether an operator may open this IP address to callers.

    Never a cloud's metadata service, and no IPv6 address that embeds an IPv4 address.
    """
    try:
        parsed = ip_address(address)
    except ValueError:
        return False
    if isinstance(parsed, IPv6Address) and parsed.scope_id is not None:
        return False
    return _is_in(parsed, _PRIVATE) and not _is_in(parsed, _METADATA)


def is_private_network(network: Network) -> bool:
    """Whether `is_private` holds for an address of it, and none is outside private networks."""
    return _is_part(network, _PRIVATE) and not _is_part(network, _METADATA)


def _is_in(address: Address, networks: tuple[Network, ...]) -> bool:
    return any(address.version == each.version and address in each for each in networks)


def _is_part(network: Network, networks: tuple[Network, ...]) -> bool:
    return any(
        network.version == each.version and network.subnet_of(each)  # type: ignore[arg-type]
        for each in networks
    )
