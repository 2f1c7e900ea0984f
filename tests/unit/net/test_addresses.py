"""Which addresses are public: every class of those that are not, and their neighbours that are."""

from __future__ import annotations

import json
from ipaddress import IPv4Address, IPv6Address
from pathlib import Path

import httpcore2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from expunge.errors import SourceUnreachable
from expunge.net.addresses import is_public
from expunge.net.fetcher import Fetcher
from expunge.net.guard import Guard
from tests.websites.authority import authority

VECTORS = Path(__file__).parents[4] / "shared" / "data" / "ssrf.json"

REFUSED = {
    "this network": ["0.0.0.0", "0.255.255.254"],
    "private": ["10.0.0.1", "172.16.0.1", "172.31.255.254", "192.168.1.1"],
    "carrier-grade NAT": ["100.64.0.1", "100.127.255.254"],
    "loopback": ["127.0.0.1", "127.255.255.254", "::1"],
    "link-local and metadata": ["169.254.169.254", "169.254.170.2", "fe80::1", "fe80::1%eth0"],
    "unique local": ["fc00::1", "fd00:ec2::254"],
    "protocol assignments": ["192.0.0.8", "192.0.0.170", "192.0.0.192", "2001:1::1", "2001:20::1"],
    "documentation": ["192.0.2.1", "198.51.100.7", "203.0.113.9", "2001:db8::1", "3fff::1"],
    "benchmarks": ["198.18.0.1", "198.19.255.254", "2001:2::1"],
    "multicast": ["224.0.0.1", "239.255.255.255", "ff02::1"],
    "reserved and broadcast": ["240.0.0.1", "255.255.255.255"],
    "6to4 relays": ["192.88.99.1"],
    "unspecified": ["::"],
    "mapped": ["::ffff:127.0.0.1", "::ffff:7f00:1", "::ffff:169.254.169.254"],
    "compatible": ["::127.0.0.1", "::10.0.0.1"],
    "NAT64": ["64:ff9b::7f00:1", "64:ff9b::10.0.0.1", "64:ff9b:1::a00:1"],
    "6to4": ["2002:7f00:1::", "2002:a00:1::1"],
    "Teredo": ["2001:0:4136:e378:8000:63bf:80ff:fffe"],
    "ISATAP": ["2a00:1450::5efe:7f00:1", "2a00:1450::200:5efe:a00:1"],
    "translated": ["::ffff:0:127.0.0.1"],
    "unallocated": ["4000::1", "f000::", "fec0::1", "99::1"],
    "discard": ["100::1"],
    "no address": ["", "localhost", "127.1", "0177.0.0.1", "1.2.3.4.5", "256.1.1.1"],
}
PUBLIC = [
    "8.8.8.8",
    "1.1.1.1",
    "100.63.255.255",
    "100.128.0.0",
    "172.15.255.255",
    "172.32.0.0",
    "192.0.1.1",
    "198.17.255.255",
    "198.20.0.0",
    "223.255.255.255",
    "2001:4860:4860::8888",
    "2001:db7::1",
    "2001:db9::1",
    "2606:4700::6810:84e5",
    "2a00:1450:4001:82a::200e",
]


@pytest.mark.parametrize(
    ("kind", "address"), [(kind, a) for kind, addresses in REFUSED.items() for a in addresses]
)
def test_what_is_not_public_is_refused(kind: str, address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", PUBLIC)
def test_what_is_public_is_not_refused(address: str) -> None:
    assert is_public(address)


@given(st.integers(0, 2**32 - 1))
def test_an_ipv6_address_that_carries_an_ipv4_address_is_never_public(number: int) -> None:
    for wrapped in (
        0xFFFF << 32 | number,
        number,
        0x64FF9B << 96 | number,
        0x2002 << 112 | number << 80 | 1,
        0x2A00_1450 << 96 | 0x5EFE << 32 | number,
    ):
        assert not is_public(IPv6Address(wrapped))


@given(st.integers(0, 2**32 - 1))
def test_nothing_that_python_calls_private_is_public(number: int) -> None:
    address = IPv4Address(number)
    if address.is_private or address.is_multicast or address.is_reserved:
        assert not is_public(address)


def resolve(name: str, _: float) -> list[str]:
    """As the vectors describe their names; any other name has no address."""
    if name in DNS_ALLOWED:
        return ["93.184.215.14"]
    if name in DNS_REFUSED:
        return ["93.184.215.14", "127.0.0.1"]
    raise OSError("no such name")


def _vectors() -> list[dict]:
    return json.loads(VECTORS.read_text())["vectors"] if VECTORS.is_file() else []


def _host(url: str) -> str:
    return url.partition("//")[2].partition("/")[0].partition(":")[0].lower()


DNS_ALLOWED = {_host(v["value"]) for v in _vectors() if v["needs_dns"] and v["expect"] == "allow"}
DNS_REFUSED = {_host(v["value"]) for v in _vectors() if v["needs_dns"] and v["expect"] == "refuse"}


@pytest.mark.skipif(not VECTORS.is_file(), reason="the shared vectors are not at hand")
def test_the_shared_vectors_are_judged_as_they_say() -> None:
    wrong = [
        (vector["expect"], url)
        for vector in _vectors()
        if vector["expect"] in ("refuse", "allow") and vector["kind"] in ("url", "ip", "port")
        for url in _urls(vector)
        if _opens(url) != (vector["expect"] == "allow")
    ]

    assert wrong == []


def _urls(vector: dict) -> set[str]:
    given = {vector["value"]} if vector["kind"] != "ip" else set()
    return given | ({vector["https_form"]} if "https_form" in vector else set())


def _opens(url: str) -> bool:
    """Whether a fetch comes to dialling, and dials nothing but what is public."""
    dialled: list[str] = []

    def dial(_: object, address: str, *__: object) -> None:
        dialled.append(address)
        raise httpcore2.ConnectError

    fetcher = Fetcher(Guard(resolve), tls=authority().trust)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(httpcore2.SyncBackend, "connect_tcp", dial)
        with pytest.raises(SourceUnreachable):
            fetcher.get(url, limit=1_000)
    assert all(map(is_public, dialled))
    return bool(dialled)
