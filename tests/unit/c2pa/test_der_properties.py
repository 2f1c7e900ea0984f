"""The DER reader: sequences of elements, dates, certificates and time stamps."""

from __future__ import annotations

import contextlib
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.c2pa import builder
from tests.unit.c2pa.authority import SIGNED_DATA, TST_INFO

from expunge.errors import MalformedImage
from expunge.imaging.provenance.c2pa import cms, der

TAGS = st.integers(0, 255).filter(lambda tag: tag & 31 != 31)


def moments(last: int) -> st.SearchStrategy[datetime]:
    """Whole seconds from 1950 to the end of a year."""
    first = datetime(1950, 1, 1, tzinfo=UTC)
    most = int((datetime(last, 12, 31, tzinfo=UTC) - first).total_seconds())
    return st.integers(0, most).map(lambda seconds: first + timedelta(seconds=seconds))


def length(size: int, octets: int) -> bytes:
    """A length in the short form, or in the given number of octets."""
    if not octets and size < 0x80:
        return bytes((size,))
    octets = max(octets, (size.bit_length() + 7) // 8, 1)
    return bytes((0x80 | octets,)) + size.to_bytes(octets, "big")


def element(tag: int, *contents: bytes, octets: int = 0) -> bytes:
    content = b"".join(contents)
    return bytes((tag,)) + length(len(content), octets) + content


ROWS = st.lists(st.tuples(TAGS, st.binary(max_size=200), st.integers(0, 4)), max_size=12)


@given(ROWS)
def test_a_sequence_of_elements_is_read_back(row):
    parts = [element(tag, content, octets=octets) for tag, content, octets in row]
    found = der.elements(memoryview(b"".join(parts)))
    assert [(e.tag, bytes(e.content)) for e in found] == [(tag, c) for tag, c, _ in row]
    assert [bytes(e.whole) for e in found] == parts


@given(ROWS.filter(bool), st.data())
def test_a_sequence_that_ends_within_an_element_is_rejected(row, data):
    parts = [element(tag, content, octets=octets) for tag, content, octets in row]
    cut = data.draw(st.integers(1, len(parts[-1]) - 1))
    whole = b"".join(parts)
    with pytest.raises(MalformedImage, match="malformed DER"):
        der.elements(memoryview(whole[: len(whole) - cut]))


@given(st.integers(0, 7).map(lambda high: high << 5 | 31), st.integers(5, 126), st.binary())
def test_long_tags_and_lengths_over_four_octets_are_rejected(tag, octets, rest):
    for data in (bytes((tag, 0)), bytes((0x30, 0x80)) + rest, bytes((0x30, 0x80 | octets)) + rest):
        with pytest.raises(MalformedImage):
            der.elements(memoryview(data))


def test_too_many_elements_are_rejected():
    row = element(5) * der.MAX_ELEMENTS
    assert len(der.elements(memoryview(row))) == der.MAX_ELEMENTS
    with pytest.raises(MalformedImage):
        der.elements(memoryview(row + element(5)))


@given(st.binary(max_size=300))
def test_random_bytes_are_split_into_elements_or_rejected(data):
    try:
        found = der.elements(memoryview(data))
    except MalformedImage:
        return
    assert b"".join(bytes(e.whole) for e in found) == data


SIGNER = builder.credential().certificate


def read_certificate(data: bytes) -> der.Certificate | None:
    try:
        return der.certificate(data)
    except MalformedImage:
        return None


@given(st.integers(0, len(SIGNER) - 1))
def test_no_prefix_of_a_certificate_is_a_certificate(cut):
    assert read_certificate(SIGNER[:cut]) is None


@given(st.integers(0, len(SIGNER) - 1), st.integers(1, 255))
def test_a_changed_certificate_is_read_or_rejected(at, change):
    changed = bytearray(SIGNER)
    changed[at] ^= change
    found = read_certificate(bytes(changed))
    assert found is None or found.not_before.tzinfo is UTC


@given(moments(2049), st.integers(1, 9_000), st.booleans())
def test_dates_are_read_in_both_forms(moment, days, general):
    form, tag = ("%Y%m%d%H%M%SZ", 0x18) if general else ("%y%m%d%H%M%SZ", 0x17)
    text = moment.strftime(form).rjust(15 if general else 13, "0").encode()
    assert der.time(der.elements(memoryview(element(tag, text)))[0]) == moment
    last = builder.credential(days=(-1, days)).certificate
    found = der.certificate(last)
    assert found.not_after == (builder.NOW + timedelta(days)).replace(microsecond=0)


NAMES = st.text(st.characters(codec="latin-1", exclude_categories=["Cc"]), min_size=1, max_size=20)


@given(NAMES, NAMES, st.sampled_from(["utf-8", "utf-16-be"]), st.booleans())
def test_names_are_read_in_the_encoding_they_state(organisation, common, encoding, together):
    tag = {"utf-8": 0x0C, "utf-16-be": 0x1E}[encoding]

    def attribute(oid: bytes, text: str) -> bytes:
        return element(0x30, element(6, oid), element(tag, text.encode(encoding)))

    both = attribute(b"\x55\x04\x0a", organisation), attribute(b"\x55\x04\x03", common)
    other = attribute(b"\x55\x04\x06", "XX")
    sets = [element(0x31, *both)] if together else [element(0x31, one) for one in both]
    name = der._name(memoryview(element(0x31, other) + b"".join(sets)))
    assert name == der.Name(organisation, common)


@st.composite
def tokens(draw: st.DrawFn) -> tuple[bytes, datetime, bytes, bytes]:
    """A time-stamp token, bare or in a response."""
    moment = draw(moments(9998))
    oid, digest = draw(st.binary(min_size=1, max_size=9)), draw(st.binary(max_size=64))
    imprint = element(0x30, element(0x30, element(6, oid), element(5)), element(4, digest))
    fraction = draw(st.sampled_from([b"", b".123"]))
    time = moment.strftime("%Y%m%d%H%M%S").encode() + fraction + b"Z"
    info = element(
        0x30, element(2, b"\1"), element(6, b"*"), imprint, element(2, b"\7"), element(0x18, time)
    )
    content = element(0x30, element(6, TST_INFO), element(0xA0, element(4, info)))
    signed = element(0x30, element(2, b"\3"), element(0x31), content)
    token = element(0x30, element(6, SIGNED_DATA), element(0xA0, signed))
    if draw(st.booleans()):
        token = element(0x30, element(0x30, element(2, b"\0")), token)
    return token, moment, oid, digest


@given(tokens())
def test_a_time_stamp_is_read_bare_and_in_a_response(case):
    token, moment, oid, digest = case
    assert cms.time_stamp(token) == cms.TimeStamp(moment, oid, digest)


@given(tokens(), st.data())
def test_a_damaged_time_stamp_is_read_or_rejected(case, data):
    token = bytearray(case[0])
    token[data.draw(st.integers(0, len(token) - 1))] = data.draw(st.integers(0, 255))
    del token[data.draw(st.integers(0, len(token))) :]
    with contextlib.suppress(MalformedImage):
        assert isinstance(cms.time_stamp(bytes(token)), cms.TimeStamp)
