"""Private targets that the operator opens: no other, and never a cloud's metadata service."""

from __future__ import annotations

from ipaddress import IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from expunge.net.addresses import is_private, is_public
from expunge.net.guard import Guard, Refused
from expunge.net.own_network import AllowList, EntryInvalid, is_private_host

METADATA = [
    "169.254.169.254",
    "169.254.170.2",
    "169.254.170.23",
    "169.254.0.23",
    "168.63.129.16",
    "100.100.100.200",
    "192.0.0.192",
    "fd00:ec2::254",
    "fd00:ec2::23",
    "fd20:ce::254",
    "fd00:42::42",
    "fe80::a9fe:a9fe",
    "::ffff:169.254.169.254",
    "64:ff9b::a9fe:a9fe",
]
EVERYTHING = (
    "10.0.0.0/8:*",
    "100.64.0.0/10:*",
    "127.0.0.0/8:*",
    "172.16.0.0/12:*",
    "192.168.0.0/16:*",
    "[::1]:*",
    "[fc00::/7]:*",
    "*.internal:*",
    "metadata:*",
)
PRIVATE = [
    *map(IPv4Network, ("10.0.0.0/8", "127.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16")),
    IPv4Network("100.64.0.0/10"),
    IPv6Network("fc00::/7"),
]


@st.composite
def networks(draw: st.DrawFn) -> IPv4Network | IPv6Network:
    """A part of a private network."""
    whole = draw(st.sampled_from(PRIVATE))
    length = draw(st.integers(max(whole.prefixlen, 8), whole.max_prefixlen))
    low, high = int(whole.network_address), int(whole.broadcast_address)
    return ip_network((draw(st.integers(low, high)), length), strict=False)


@st.composite
def near(draw: st.DrawFn, network: IPv4Network | IPv6Network) -> str:
    """An address in a network, next to it, or anywhere."""
    low, high = int(network.network_address), int(network.broadcast_address)
    most = 2**network.max_prefixlen - 1
    number = draw(
        st.one_of(
            st.integers(low, high), st.sampled_from([low - 1, high + 1]), st.integers(0, most)
        )
    )
    number = min(max(number, 0), most)
    return str(type(network.network_address)(number))


ports = st.integers(1, 65_535)


def entry(network: IPv4Network | IPv6Network, port: int | str | None) -> str:
    target = f"[{network}]" if network.version == 6 else str(network)
    return target if port is None else f"{target}:{port}"


def reached(guard: Guard, host: str, port: int) -> list[str]:
    try:
        return list(guard.addresses(host, port, 1.0))
    except Refused:
        return []


@given(st.data(), networks(), st.one_of(st.none(), st.just("*"), ports), ports)
def test_an_entry_opens_its_network_and_ports_and_nothing_else(
    data: st.DataObject, network: IPv4Network | IPv6Network, port: int | str | None, asked: int
) -> None:
    asked = data.draw(st.sampled_from([asked, 80, 443, port if isinstance(port, int) else 80]))
    address = data.draw(near(network))
    try:
        allowed = AllowList([entry(network, port)])
    except EntryInvalid:
        assert not is_private(network.network_address)  # all of it is a metadata service's
        return
    in_ports = port in ("*", asked) or (port is None and asked in (80, 443))
    listed = ip_address(address) in network and in_ports and is_private(address)
    usual = is_public(address) and asked in (80, 443)

    guard = Guard(lambda *_: [address], allowed=allowed)
    assert bool(reached(guard, address, asked)) == (listed or usual), "as it stands in the URL"
    assert bool(reached(guard, "photos.example", asked)) == (listed or usual), "by a public name"
    assert bool(reached(guard, "nas.lan", asked)) == listed, "by a private name"
    assert not reached(Guard(lambda *_: [address]), "nas.lan", asked), "without the list"


@given(st.lists(networks(), max_size=3), st.lists(st.ip_addresses().map(str), max_size=4), ports)
def test_every_address_of_an_answer_is_judged(
    opened: list[IPv4Network | IPv6Network], answer: list[str], port: int
) -> None:
    words = [entry(network, "*") for network in opened if is_private(network.network_address)]
    guard = Guard(lambda *_: answer, allowed=AllowList(words))

    for name in ("photos.example", "nas.lan"):
        for address in reached(guard, name, port):
            usual = is_public(address) and port in (80, 443)
            listed = any(ip_address(address) in network for network in opened)
            assert usual or (listed and is_private(address))


@pytest.mark.parametrize("address", METADATA)
def test_metadata_of_clouds_is_never_open(address: str) -> None:
    guard = Guard(lambda *_: [address], allowed=AllowList(EVERYTHING))

    for port in (80, 443, 8080, 32526):
        for host in (address, "metadata.google.internal", "metadata", "photos.example"):
            assert not reached(guard, host, port)
    with pytest.raises(EntryInvalid, match="never open"):
        AllowList([entry(ip_network(address), "*")])


@given(st.ip_addresses(v=4), ports)
def test_an_address_inside_an_ipv6_one_is_not_open(inner: object, port: int) -> None:
    number = int(inner)  # type: ignore[call-overload]
    guard = Guard(lambda *_: [], allowed=AllowList(EVERYTHING))

    for prefix in ("::ffff:0:0", "64:ff9b::", "::"):
        outer = IPv6Address(int(ip_address(prefix)) + number)
        assert not reached(guard, str(outer), port) or str(outer) == "::1"


def test_a_name_opens_what_it_leads_to() -> None:
    guard = Guard(lambda *_: ["192.168.1.9"], allowed=AllowList(["NAS.lan.:8080", "*.home:81"]))

    assert reached(guard, "nas.lan", 8080) == ["192.168.1.9"]
    assert reached(guard, "a.b.home", 81) == ["192.168.1.9"]
    for host, port in (("nas.lan", 80), ("x.nas.lan", 8080), ("home", 81), ("192.168.1.9", 8080)):
        assert not reached(guard, host, port), (host, port)


def test_localhost_means_loopback_by_every_name() -> None:
    guard = Guard(lambda *_: ["::1", "127.0.0.1"], allowed=AllowList(["localhost:5678"]))

    assert reached(guard, "localhost", 5678) == ["::1", "127.0.0.1"]
    assert reached(guard, "127.0.0.1", 5678)
    assert reached(guard, "::1", 5678)
    assert not reached(guard, "localhost", 5679)
    half = Guard(lambda *_: ["::1", "127.0.0.1"], allowed=AllowList(["127.0.0.1:5678"]))
    assert reached(half, "localhost", 5678) == ["127.0.0.1"], "only what is open"


def test_a_public_name_is_refused_whole_when_a_part_of_its_answer_is_closed() -> None:
    guard = Guard(lambda *_: ["192.168.1.9", "10.0.0.1"], allowed=AllowList(["192.168.1.0/24"]))

    assert not reached(guard, "photos.example", 443)


def test_http_needs_a_listed_target_or_a_private_name() -> None:
    guard = Guard(lambda *_: [], allowed=AllowList(["192.168.1.0/24:*", "hooks.example:8080"]))

    for host, port in (("192.168.1.9", 80), ("nas", 81), ("nas.lan", 81), ("hooks.example", 8080)):
        assert guard.opens_plainly(host, port), (host, port)
    for host, port in (("photos.example", 80), ("hooks.example", 80), ("8.8.8.8", 80)):
        assert not guard.opens_plainly(host, port), (host, port)


@pytest.mark.parametrize(
    "word",
    [
        "8.8.8.8",
        "0.0.0.0",
        "0.0.0.0/0",
        "::/0",
        "10.0.0.1/8",
        "169.254.0.0/16",
        "fe80::1",
        "localhost:0",
        "localhost:65536",
        "localhost:http",
        "http://localhost:5678",
        "5678",
        ":5678",
        "*",
        "*.",
        "a..b",
        "127.1",
        "[::1",
        "nas.lan/24",
        "user@nas",
    ],
)
def test_a_wrong_entry_is_named(word: str) -> None:
    with pytest.raises(EntryInvalid, match="«"):
        AllowList([word])


@pytest.mark.parametrize("word", ["::1", "fd00::/8", "[fd00::5]", "[fd00::/64]:*", "n8n:5678"])
def test_other_ways_to_write_an_entry(word: str) -> None:
    assert AllowList([word])


def test_which_hosts_are_private() -> None:
    private = [
        "localhost",
        "nas",
        "nas.lan",
        "box.local",
        "192.168.1.2",
        "[::1]",
        "*.lan",
        "host.docker.internal",
    ]
    public = ["photos.example", "*", "*.example", "8.8.8.8", "0.0.0.0", "[::]", "ts.net"]

    assert all(map(is_private_host, [*private, "a.home.arpa", "host.docker.internal"]))
    assert not any(map(is_private_host, public))
