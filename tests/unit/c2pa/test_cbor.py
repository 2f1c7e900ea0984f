"""The CBOR reader reads valid data and rejects everything else."""

from __future__ import annotations

import contextlib
import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.unit.c2pa import builder

from expunge.errors import MalformedImage
from expunge.imaging.provenance.c2pa import cbor

keys = st.text(max_size=8) | st.integers(-(2**64), 2**64 - 1) | st.binary(max_size=8)
scalars = st.none() | st.booleans() | keys | st.floats(allow_nan=False)
values = st.recursive(
    scalars,
    lambda inner: (
        st.lists(inner, max_size=5)
        | st.dictionaries(keys, inner, max_size=5)
        | st.builds(cbor.Tag, st.integers(0, 2**64 - 1), inner)
    ),
    max_leaves=20,
)


@given(values)
@settings(max_examples=150, deadline=None)
def test_encoded_values_are_read_back(value):
    assert cbor.decode(builder.cbor(value)) == value


@given(st.binary(max_size=200))
@settings(max_examples=300, deadline=None)
def test_random_bytes_are_read_or_rejected(data):
    with contextlib.suppress(MalformedImage):
        cbor.decode(data)


@pytest.mark.parametrize(
    ("encoded", "value"),
    [
        # RFC 8949, appendix A
        ("f93c00", 1.0),
        ("f97c00", math.inf),
        ("fa47c35000", 100000.0),
        ("fb3ff199999999999a", 1.1),
        ("3903e7", -1000),
        ("1bffffffffffffffff", 2**64 - 1),
        ("f7", None),
        ("c11a514b67b0", cbor.Tag(1, 1363896240)),
        ("5f42010243030405ff", b"\x01\x02\x03\x04\x05"),
        ("7f657374726561646d696e67ff", "streaming"),
        ("9fff", []),
        ("9f018202039f0405ffff", [1, [2, 3], [4, 5]]),
        ("bf61610161629f0203ffff", {"a": 1, "b": [2, 3]}),
    ],
)
def test_the_standard_s_examples_are_read(encoded, value):
    assert cbor.decode(bytes.fromhex(encoded)) == value


@pytest.mark.parametrize(
    "encoded",
    [
        "",  # nothing
        "0000",  # two items
        "1c",  # reserved length form
        "5bffffffffffffffff00",  # a byte string longer than memory
        "9bffffffffffffffff00",  # an array of that size
        "bb7fffffffffffffff00",  # a map of that size
        "9f01",  # no break
        "ff",  # a break alone
        "5f4100ff00",  # bytes left over
        "5f6161ff",  # a text chunk in a byte string
        "1f",  # an integer of indefinite length
        "61ff",  # invalid UTF-8
        "a1f600",  # null as a key
        "a1f500",  # true as a key
        "a2010101 02",  # a repeated key
        "f8ff",  # an unassigned simple value
        "c0",  # a tag without an item
    ],
)
def test_malformed_data_is_rejected(encoded):
    with pytest.raises(MalformedImage):
        cbor.decode(bytes.fromhex(encoded))


@pytest.mark.parametrize("opening", [b"\x81", b"\xc1", b"\x9f", b"\xa1\x00"])
def test_nesting_is_bounded(opening):
    with pytest.raises(MalformedImage, match="deeply"):
        cbor.decode(opening * 100_000 + b"\x00")


def test_a_budget_is_shared_between_calls():
    budget = cbor.Budget(10)
    cbor.decode(builder.cbor([1, 2, 3]), budget)
    with pytest.raises(MalformedImage, match="too many items"):
        cbor.decode(builder.cbor([1, 2, 3, 4, 5, 6]), budget)
