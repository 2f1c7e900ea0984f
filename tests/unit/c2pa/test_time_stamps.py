"""Time stamps are verified, and decide at which time a certificate must have been valid."""

from __future__ import annotations

import pytest
from cryptography.x509.oid import ExtendedKeyUsageOID as Purpose
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.unit.c2pa import authority as ca
from tests.unit.c2pa.builder import Recipe, SignedFile, credential

from expunge.errors import MalformedImage
from expunge.imaging.provenance.c2pa import AssetHasher, State, Trust, Validity, cms, der, read

WHEN = ca.days(-20)


def check(recipe, *others):
    signed = SignedFile()
    built, file = signed.bind(recipe, *others)
    asset = AssetHasher(file, "image/png", signed.place(built))
    return read(built, asset=asset, lists=ca.lists())


@pytest.fixture(scope="module")
def long():
    return ca.intermediate().issue("Long", valid=(-40, 30)).signer()


@pytest.fixture(scope="module")
def expired():
    return ca.intermediate().issue("Old", valid=(-40, -10)).signer()


@pytest.fixture(scope="module")
def stranger():
    return ca.root("Other").issue("Stranger", purposes=(Purpose.TIME_STAMPING,), valid=(-900, 900))


@pytest.mark.parametrize(("version", "stamp"), [(1, ca.stamped_claim), (2, ca.stamped)])
def test_a_time_stamp_gives_the_time_and_its_authority(version, stamp, long):
    found = check(Recipe(version=version, signer=long, headers=stamp(WHEN)))
    signer = found.active.signer
    assert (signer.signed_at, signer.stamped_by) == (WHEN, "Example Time Stamps")
    assert signer.is_stamp_listed
    assert {"timeStamp.validated", "timeStamp.trusted"} <= set(found.codes)
    assert (found.state, found.trust) == (State.TRUSTED, Trust.TRUSTED)


@pytest.mark.parametrize(("version", "stamp"), [(1, ca.stamped_claim), (2, ca.stamped)])
def test_a_manifest_stamped_before_its_certificate_expired_stays_trusted(version, stamp, expired):
    found = check(Recipe(version=version, signer=expired, headers=stamp(WHEN)))
    assert found.trust is Trust.EXPIRED_BUT_TIMESTAMPED
    assert (found.validity, found.state) == (Validity.VALID, State.TRUSTED)


def test_an_expired_certificate_without_a_time_stamp_is_not_called_invalid(expired):
    found = check(Recipe(signer=expired))
    assert (found.validity, found.trust) == (Validity.EXPIRED, Trust.EXPIRED)
    assert found.state is State.INVALID  # as the official tools put it
    assert "expired on" in found.reasons[0].explanation


def test_a_stamp_after_the_certificate_expired_does_not_help(expired):
    found = check(Recipe(signer=expired, headers=ca.stamped(ca.days(-5))))
    assert (found.validity, found.trust) == (Validity.EXPIRED, Trust.EXPIRED)
    assert "before the signature" in found.reasons[0].explanation


def test_only_version_1_claims_accept_an_authority_that_is_not_listed(expired, stranger):
    how = {"by": stranger}
    new = check(Recipe(signer=expired, headers=ca.stamped(WHEN, **how)))
    old = check(Recipe(version=1, signer=expired, headers=ca.stamped_claim(WHEN, **how)))
    assert "timeStamp.untrusted" in new.codes
    assert new.validity is Validity.EXPIRED
    assert old.validity is Validity.VALID
    assert not old.active.signer.is_stamp_listed


def test_a_time_stamp_in_a_later_assertion_counts(expired):
    base = Recipe(signer=expired)
    SignedFile().bind(base)
    parent = base.build()
    (box,) = base.signatures[-1:]
    token = ca.token(der_signature(box), WHEN)
    update = Recipe(
        label="urn:c2pa:22222222-2222-4222-8222-222222222222",
        kind=b"c2um",
        signer=ca.intermediate().issue("Archive").signer(),
        assertions=updating(parent, base.label) | {"c2pa.time-stamp": {base.label: token}},
    )
    found = read(store_of(parent, update), lists=ca.lists())
    assert found.manifests[0].signer.trust is Trust.EXPIRED_BUT_TIMESTAMPED
    assert not any(reason.is_failure for reason in found.reasons)


def der_signature(cose):
    from expunge.imaging.provenance.c2pa import cbor

    return cbor.decode(cose).value[3]


def updating(parent, label):
    from tests.unit.c2pa.test_validity import ingredient_of, opening

    return opening(ingredient_of(parent, label))


def store_of(parent, update):
    from tests.unit.c2pa.builder import store

    return store(parent, update.build())


@pytest.mark.parametrize(
    ("how", "code"),
    [
        ({"digest": bytes(32)}, "timeStamp.mismatch"),
        ({"signature": b"0" * 70}, "timeStamp.untrusted"),
        ({"certificates": False}, "timeStamp.untrusted"),
    ],
)
def test_a_time_stamp_that_does_not_hold_is_not_used(how, code, long):
    found = check(Recipe(signer=long, headers=ca.stamped(WHEN, **how)))
    assert code in found.codes
    assert found.active.signer.stamped_by == ""
    assert found.state is State.TRUSTED  # its certificate is valid today


def test_a_time_stamp_from_the_future_is_not_used(expired):
    young = ca.intermediate().issue("Young", valid=(5, 30)).signer()
    found = check(Recipe(signer=young, headers=ca.stamped(ca.days(10))))
    assert "timeStamp.outsideValidity" in found.codes
    assert found.state is State.INVALID
    assert "valid from" in found.reasons[0].explanation


def test_an_authority_counts_only_within_its_own_validity(expired):
    gone = ca.stamping_root().issue("Gone", purposes=(Purpose.TIME_STAMPING,), valid=(-900, -30))
    late = check(Recipe(signer=expired, headers=ca.stamped(WHEN, by=gone)))
    assert "timeStamp.outsideValidity" in late.codes
    old = ca.intermediate().issue("Older", valid=(-200, -100)).signer()
    inside = check(Recipe(signer=old, headers=ca.stamped(ca.days(-150), by=gone)))
    assert inside.trust is Trust.EXPIRED_BUT_TIMESTAMPED


def test_an_authority_without_the_purpose_does_not_count(long):
    wrong = ca.stamping_root().issue("Wrong", valid=(-900, 900))
    found = check(Recipe(signer=long, headers=ca.stamped(WHEN, by=wrong)))
    assert found.trust is Trust.UNSUITABLE
    assert "signingCredential.invalid" in found.codes


def test_two_time_stamps_are_malformed(long):
    def twice(*parts):
        tokens = ca.stamped(WHEN)(*parts)["sigTst2"]["tstTokens"]
        return {"sigTst2": {"tstTokens": tokens * 2}}

    found = check(Recipe(signer=long, headers=twice))
    assert "timeStamp.malformed" in found.codes
    assert found.active.signer.stamped_by == ""


TOKEN = ca.token(b"message", WHEN)


@given(st.binary(max_size=100), st.integers(0, len(TOKEN)), st.binary(min_size=1, max_size=4))
@settings(max_examples=60, deadline=None)
def test_broken_tokens_are_read_or_rejected(data, at, put):
    for broken in (data, TOKEN[:at] + put + TOKEN[at + len(put) :], TOKEN[:at]):
        for reader in (cms.token, cms.time_stamp):
            try:
                reader(broken)
            except MalformedImage:
                continue


@given(st.integers(0, len(TOKEN) - 1), st.integers(1, 255))
@settings(max_examples=60, deadline=None)
def test_a_token_with_a_changed_byte_is_never_trusted_at_another_time(at, change):
    from expunge.imaging.provenance.c2pa import time_stamp

    changed = bytearray(TOKEN)
    changed[at] ^= change
    found = time_stamp.verify(bytes(changed), b"message", ca.lists(), ca.NOW, needs_list=True)
    assert found.time in (None, WHEN)


@given(st.binary(max_size=100), st.integers(0, 400), st.binary(min_size=1, max_size=4))
@settings(max_examples=60, deadline=None)
def test_broken_certificates_are_read_or_rejected(data, at, put):
    whole = credential().certificate
    for broken in (data, whole[:at] + put + whole[at + len(put) :], whole[:at]):
        try:
            der.certificate(broken)
        except MalformedImage:
            continue


def test_two_digit_years_are_read_as_in_the_standard():
    for year, text in ((1950, b"500102030405Z"), (2049, b"490102030405Z")):
        (parsed,) = der.elements(memoryview(ca.element(23, text)))
        assert (der.time(parsed).year, der.time(parsed).second) == (year, 5)
