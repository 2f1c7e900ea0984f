"""Every CBOR encoding of a value is read, and every other byte sequence is rejected."""

from __future__ import annotations

import math
import re
import struct

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from tests.unit.c2pa import builder
from tests.unit.c2pa.test_cbor import values

from expunge.errors import MalformedImage
from expunge.imaging.provenance.c2pa import cbor


def spelled(draw: st.DrawFn, value: object) -> bytes:
    """A value in one of its encodings in RFC 8949."""
    match value:
        case bool() | None:
            return builder.cbor(value)
        case int():
            return head(draw, *((0, value) if value >= 0 else (1, -1 - value)))
        case float():
            return draw(st.sampled_from(floats(value)))
        case bytes():
            return string(draw, 2, value, [value])
        case str():
            return string(draw, 3, value.encode(), [character.encode() for character in value])
        case list():
            return several(draw, 4, len(value), [spelled(draw, one) for one in value])
        case dict():
            pairs = [spelled(draw, key) + spelled(draw, one) for key, one in value.items()]
            return several(draw, 5, len(value), pairs)
        case cbor.Tag():
            return head(draw, 6, value.number) + spelled(draw, value.value)
    raise TypeError(value)


def head(draw: st.DrawFn, major: int, argument: int) -> bytes:
    """An item head of any width that fits the argument."""
    widths = [w for w in (1, 2, 4, 8) if argument < 1 << (8 * w)]
    wide = [
        bytes((major << 5 | 24 + w.bit_length() - 1,)) + argument.to_bytes(w, "big") for w in widths
    ]
    return draw(st.sampled_from([builder.head(major, argument), *wide]))


def floats(value: float) -> list[bytes]:
    found = []
    for form, code in (("e", 0xF9), ("f", 0xFA), ("d", 0xFB)):
        try:
            packed = struct.pack(f">{form}", value)
        except OverflowError:
            continue
        if struct.unpack(f">{form}", packed)[0] == value:
            found.append(bytes((code,)) + packed)
    return found


def string(draw: st.DrawFn, major: int, data: bytes, characters: list[bytes]) -> bytes:
    if draw(st.booleans()):
        return head(draw, major, len(data)) + data
    chunks = b"".join(head(draw, major, len(one)) + one for one in characters)
    return bytes((major << 5 | 31,)) + chunks + b"\xff"


def several(draw: st.DrawFn, major: int, count: int, items: list[bytes]) -> bytes:
    if draw(st.booleans()):
        return head(draw, major, count) + b"".join(items)
    return bytes((major << 5 | 31,)) + b"".join(items) + b"\xff"


@st.composite
def spellings(draw: st.DrawFn) -> tuple[object, bytes]:
    value = draw(values)
    return value, spelled(draw, value)


def items_in(value: object) -> int:
    """Number of data items in a value, with definite lengths."""
    match value:
        case list():
            return 1 + sum(map(items_in, value))
        case dict():
            return 1 + sum(items_in(k) + items_in(v) for k, v in value.items())
        case cbor.Tag():
            return 1 + items_in(value.value)
    return 1


@given(spellings())
def test_every_spelling_is_read_as_its_value(case):
    value, data = case
    assert cbor.decode(data) == value
    assert cbor.decode(memoryview(b"x" + data)[1:]) == value


@given(spellings(), st.data())
def test_no_prefix_of_an_item_is_an_item(case, data):
    _, encoded = case
    cut = data.draw(st.integers(0, len(encoded) - 1))
    with pytest.raises(MalformedImage):
        cbor.decode(encoded[:cut])


@given(spellings(), st.binary(min_size=1, max_size=3))
def test_nothing_may_follow_an_item(case, rest):
    with pytest.raises(MalformedImage):
        cbor.decode(case[1] + rest)


@given(spellings(), st.data())
def test_a_changed_byte_gives_a_value_or_an_error_with_its_position(case, data):
    encoded = bytearray(case[1])
    encoded[data.draw(st.integers(0, len(encoded) - 1))] = data.draw(st.integers(0, 255))
    try:
        value = cbor.decode(bytes(encoded))
    except MalformedImage as error:
        found = re.search(r"at byte (\d+): ", error.detail)
        assert found
        assert int(found[1]) <= len(encoded)
    else:
        same = builder.cbor(value)
        again = cbor.decode(same)
        assert again == value or builder.cbor(again) == same  # NaN equals nothing


@given(values, st.integers(0, 5))
def test_each_item_costs_one_unit_of_the_budget(value, spare):
    data, cost = builder.cbor(value), items_in(value)
    budget = cbor.Budget(cost + spare)
    cbor.decode(data, budget)
    assert budget.remaining == spare
    with pytest.raises(MalformedImage, match="too many items"):
        cbor.decode(data, cbor.Budget(cost - 1))


@given(st.lists(st.sampled_from(["array", "map", "tag", "endless"]), max_size=2 * cbor.MAX_DEPTH))
def test_depth_is_limited_for_all_nested_types(levels):
    data = b"\x00"
    for level in levels:
        opened = {"array": b"\x81", "map": b"\xa1\x00", "tag": b"\xc1", "endless": b"\x9f"}[level]
        data = opened + data + (b"\xff" if level == "endless" else b"")
    if len(levels) <= cbor.MAX_DEPTH:
        cbor.decode(data)
    else:
        with pytest.raises(MalformedImage, match="nested too deeply"):
            cbor.decode(data)


@given(st.integers(2, 5), st.integers(1, 2**63), st.binary(max_size=20))
def test_a_length_beyond_the_data_is_rejected(major, more, rest):
    claimed = len(rest) + more
    with pytest.raises(MalformedImage, match="past the end"):
        cbor.decode(builder.head(major, claimed) + rest)


@given(values.map(lambda value: {"a": value}), st.sampled_from([True, 1.5, None, [], {}]))
def test_keys_are_integers_texts_and_byte_strings(value, key):
    inner = builder.cbor(value)
    with pytest.raises(MalformedImage, match="map key"):
        cbor.decode(b"\xa1" + builder.cbor(key) + inner)
    with pytest.raises(MalformedImage, match="repeated"):
        cbor.decode(b"\xa2" + 2 * (builder.cbor("k") + inner))


@given(st.floats(width=16))
def test_half_precision_is_the_same_number(value):
    assume(not math.isnan(value))
    read = cbor.decode(b"\xf9" + struct.pack(">e", value))
    assert math.copysign(1, read) == math.copysign(1, value)
    assert read == value
