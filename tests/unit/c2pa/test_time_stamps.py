"""Time stamps are reported if they match the signature, and affect the certificate check."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.unit.c2pa.builder import NOW, Recipe, SignedFile, cbor, credential

from expunge.errors import MalformedImage
from expunge.imaging.provenance.c2pa import AssetHasher, Validity, der, read

SHA256 = bytes.fromhex("608648016503040201")
WHEN = (NOW - timedelta(days=20)).replace(microsecond=0)


def element(tag, *contents):
    data = b"".join(contents)
    size = len(data)
    length = bytes((size,)) if size < 128 else b"\x82" + size.to_bytes(2)
    return bytes((tag,)) + length + data


def token(message, when=WHEN, *, response=False):
    """A time-stamp token (RFC 3161) without a signature of its own."""
    digest = element(
        0x30, element(0x30, element(6, SHA256)), element(4, hashlib.sha256(message).digest())
    )
    stamp = element(24, when.strftime("%Y%m%d%H%M%S.5Z").encode())
    info = element(0x30, element(2, b"\1"), element(6, b"\x2a"), digest, element(2, b"\7"), stamp)
    content = element(0x30, element(6, b"\x2a"), element(0xA0, element(4, info)))
    signed = element(0x30, element(2, b"\3"), element(0x31), content)
    found = element(0x30, element(6, b"\x2a"), element(0xA0, signed))
    return element(0x30, element(0x30, element(2, b"\0")), found) if response else found


def stamped_claim(protected, claim, _):
    message = cbor(["CounterSignature", protected, b"", claim])
    return {"sigTst": {"tstTokens": [{"val": token(message, response=True)}]}}


def stamped_signature(protected, _, signature):
    message = cbor(["CounterSignature", protected, b"", cbor(signature)])
    return {"sigTst2": {"tstTokens": [{"val": token(message)}]}}


def check(recipe):
    signed = SignedFile()
    built, file = signed.bind(recipe)
    return read(built, asset=AssetHasher(file, "image/png", signed.place(built)))


LONG, EXPIRED = credential(days=(-30, 30)), credential(days=(-30, -10))


@pytest.mark.parametrize(("version", "stamp"), [(1, stamped_claim), (2, stamped_signature)])
def test_a_matching_time_stamp_is_reported(version, stamp):
    found = check(Recipe(version=version, signer=LONG, headers=stamp))
    assert found.active.signer.signed_at == WHEN
    assert found.validity is Validity.VALID


def test_a_time_stamp_of_other_data_is_not_reported():
    other = {"sigTst2": {"tstTokens": [{"val": token(b"something else")}]}}
    found = check(Recipe(headers=lambda *_: other))
    assert found.active.signer.signed_at is None


def test_a_version_1_claim_stamped_while_its_certificate_was_valid_is_valid():
    found = check(Recipe(version=1, signer=EXPIRED, headers=stamped_claim))
    assert found.validity is Validity.VALID


def test_a_version_2_claim_needs_a_trusted_time_stamping_authority():
    found = check(Recipe(signer=EXPIRED, headers=stamped_signature))
    assert [reason.code for reason in found.reasons] == ["signingCredential.expired"]
    assert found.active.signer.signed_at == WHEN


@given(st.binary(max_size=100), st.integers(0, 400), st.binary(min_size=1, max_size=4))
@settings(max_examples=200, deadline=None)
def test_broken_certificates_and_tokens_are_read_or_rejected(data, at, put):
    certificate = credential().certificate
    stamp = token(b"message")
    for reader, whole in ((der.certificate, certificate), (der.time_stamp, stamp)):
        for broken in (data, whole[:at] + put + whole[at + len(put) :], whole[:at]):
            try:
                reader(broken)
            except MalformedImage:
                continue


def test_two_digit_years_are_read_as_in_the_standard():
    for year, text in ((1950, b"500102030405Z"), (2049, b"490102030405Z")):
        (parsed,) = der.elements(memoryview(element(23, text)))
        assert der._time(parsed) == datetime(year, 1, 2, 3, 4, 5, tzinfo=UTC)
