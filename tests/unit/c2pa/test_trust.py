"""Signers are judged by the trust lists, and no certificate gets further than it should."""

from __future__ import annotations

import hashlib
import json
from datetime import timedelta

import pytest
from cryptography import x509
from cryptography.x509.oid import ExtendedKeyUsageOID as Purpose
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.unit.c2pa import authority as ca
from tests.unit.c2pa.builder import Credential, Recipe, SignedFile

from expunge.imaging.provenance.c2pa import AssetHasher, State, Trust, TrustLists, Validity, read
from expunge.imaging.provenance.c2pa.trust import LISTS, SOURCES, Anchors, public_lists, read_lists


def check(signer, lists=None, **parts):
    signed = SignedFile()
    built, file = signed.bind(Recipe(signer=signer, **parts))
    asset = AssetHasher(file, "image/png", signed.place(built))
    return read(built, asset=asset, lists=lists or ca.lists())


def with_chain(entity, *chain):
    return Credential("ES256", entity.key, [certificate.der for certificate in chain])


@pytest.fixture(scope="module")
def signer():
    return ca.intermediate().issue("Signer")


def test_a_signer_that_leads_to_the_list_is_trusted(signer):
    found = check(signer.signer())
    assert (found.trust, found.state) == (Trust.TRUSTED, State.TRUSTED)
    assert found.active.signer.anchor == "Example Root"
    assert "signingCredential.trusted" in found.codes


def test_the_root_may_be_in_the_chain_or_not(signer):
    root, middle = ca.signing_root(), ca.intermediate()
    assert check(with_chain(signer, signer, middle, root)).trust is Trust.TRUSTED
    direct = ca.signing_root().issue("Direct")
    assert check(direct.signer()).trust is Trust.TRUSTED


def test_an_intermediate_may_be_on_the_list(signer):
    lists = TrustLists(signers=Anchors([ca.intermediate().certificate]))
    assert check(signer.signer(), lists).trust is Trust.TRUSTED


@pytest.mark.parametrize(
    "make",
    [
        lambda s: ca.root("Other").issue("Stranger").signer(),
        lambda s: ca.self_signed().signer(),
        # named like the listed root, but another key
        lambda s: ca.root("Example Root").issue("Impostor").signer(),
        lambda s: with_chain(s, s),
        lambda s: with_chain(s, s, ca.signing_root(), ca.intermediate()),
        lambda s: with_chain(s, s, ca.intermediate(), ca.root("Unrelated")),
        # a signer's certificate may not issue others
        lambda s: s.issue("Minted").signer(),
        lambda s: (
            ca.signing_root()
            .issue("Short", authority=True, path_length=0)
            .issue("Below", authority=True)
            .issue("Too deep")
            .signer()
        ),
        lambda s: (
            ca.signing_root().issue("Gone", authority=True, valid=(-9, -3)).issue("Under").signer()
        ),
        lambda s: (
            ca.signing_root()
            .issue("No usage", authority=True, usages=("crl_sign",))
            .issue("Under")
            .signer()
        ),
    ],
)
def test_other_signers_are_valid_but_untrusted(make, signer):
    found = check(make(signer))
    assert (found.trust, found.state) == (Trust.UNTRUSTED, State.VALID)
    assert found.validity is Validity.VALID
    assert "signingCredential.untrusted" in found.codes
    assert found.active.signer.anchor == ""


@pytest.mark.parametrize(
    "how",
    [
        {"purposes": (Purpose.SERVER_AUTH,)},
        {"purposes": (Purpose.ANY_EXTENDED_KEY_USAGE, Purpose.EMAIL_PROTECTION)},
        {"purposes": (Purpose.TIME_STAMPING, Purpose.EMAIL_PROTECTION)},
        {"purposes": ()},
        {"authority": True},
        {"usages": ("key_agreement",)},
        {"extra": (x509.UnrecognizedExtension(x509.ObjectIdentifier("1.2.3.4"), b"\5\0"),)},
    ],
)
def test_a_certificate_that_is_not_for_signing_claims_is_unsuitable(how):
    found = check(ca.intermediate().issue("Other use", **how).signer())
    assert (found.trust, found.state) == (Trust.UNSUITABLE, State.INVALID)


def test_a_short_rsa_key_is_unsuitable():
    weak = ca.intermediate().issue("Weak", key=ca.rsa_key(1_024))
    assert check(weak.signer("PS256")).trust is Trust.UNSUITABLE


def test_a_very_long_chain_is_not_followed():
    entity = ca.signing_root()
    for number in range(12):
        entity = entity.issue(f"Level {number}", authority=True)
    assert check(entity.issue("Deep").signer()).trust is Trust.UNTRUSTED


def test_an_ancestor_by_a_stranger_takes_trust_away_unless_it_was_recorded(signer):
    from tests.unit.c2pa.test_validity import ingredient_of, opening

    label = "urn:c2pa:22222222-2222-4222-8222-222222222222"
    parent = Recipe(label=label, signer=ca.root("Other").issue("Stranger").signer()).build()
    known = {"activeManifest": {"failure": [{"code": "signingCredential.untrusted"}]}}
    states = []
    for more in ({}, {"validationResults": known}):
        recipe = Recipe(
            signer=signer.signer(), assertions=opening(ingredient_of(parent, label, **more))
        )
        signed = SignedFile()
        built, file = signed.bind(recipe, parent)
        asset = AssetHasher(file, "image/png", signed.place(built))
        found = read(built, asset=asset, lists=ca.lists())
        assert found.trust is Trust.TRUSTED
        states.append(found.state)
    assert states == [State.VALID, State.TRUSTED]


def test_a_copied_certificate_lends_no_trust_to_a_claim_it_did_not_sign(signer):
    thief = Credential("ES256", ca.intermediate().issue("Thief").key, signer.chain)
    found = check(thief)
    assert (found.trust, found.state) == (Trust.UNKNOWN, State.INVALID)


def test_the_interim_list_is_told_apart(signer):
    interim = TrustLists(interim=Anchors([ca.signing_root().certificate]))
    digest = hashlib.sha256(signer.der).hexdigest()
    for lists in (interim, TrustLists(interim_signers=frozenset({digest}))):
        found = check(signer.signer(), lists)
        assert (found.trust, found.state) == (Trust.INTERIM, State.VALID)


def test_a_revoked_signer_is_reported(signer):
    answer = ca.revocation(signer, ca.days(-0.5))
    found = check(signer.signer(), headers=ca.stapled(answer))
    assert (found.trust, found.state) == (Trust.REVOKED, State.INVALID)
    assert "signingCredential.ocsp.revoked" in found.codes


def test_a_revocation_after_the_signature_does_not_count(signer):
    answer = ca.revocation(signer, ca.days(-0.5))

    def headers(*parts):
        return ca.stamped(ca.days(-0.9))(*parts) | ca.stapled(answer)(*parts)

    assert check(signer.signer(), headers=headers).trust is Trust.TRUSTED


def test_revocation_is_believed_only_from_the_signers_own_authority(signer):
    stranger = ca.root("Evil").issue("Responder", purposes=(Purpose.OCSP_SIGNING,))
    for answer in (
        ca.revocation(signer, ca.days(-0.5), by=stranger),
        ca.revocation(ca.intermediate().issue("Neighbour", serial=7), ca.days(-0.5)),
        b"not an answer",
    ):
        assert check(signer.signer(), headers=ca.stapled(answer)).trust is Trust.TRUSTED
    good = check(signer.signer(), headers=ca.stapled(ca.revocation(signer, None)))
    assert "signingCredential.ocsp.notRevoked" in good.codes


CHAIN = ca.intermediate().issue("Changed").chain


@given(st.sampled_from([0, 1]), st.data(), st.integers(1, 255))
@settings(max_examples=60, deadline=None)
def test_a_chain_with_a_changed_byte_is_not_trusted(which, data, change):
    from expunge.imaging.provenance.c2pa.path import Chain

    at = data.draw(st.integers(0, len(CHAIN[which]) - 1))
    changed = [bytearray(certificate) for certificate in CHAIN]
    changed[which][at] ^= change
    assert Chain(CHAIN).anchor(ca.lists().signers, ca.NOW)
    assert Chain([bytes(c) for c in changed]).anchor(ca.lists().signers, ca.NOW) is None


@pytest.mark.parametrize("version", [3, 9, 200])
def test_a_certificate_of_an_unknown_version_is_not_trusted(version):
    from expunge.imaging.provenance.c2pa.path import Chain

    marker = b"\xa0\x03\x02\x01"
    changed = [c.replace(marker + b"\x02", marker + bytes([version]), 1) for c in CHAIN]
    assert changed != CHAIN
    assert Chain(changed).anchor(ca.lists().signers, ca.NOW) is None


@given(st.integers(-60, 60))
@settings(max_examples=20, deadline=None)
def test_a_path_counts_while_all_its_certificates_are_valid(day):
    from expunge.imaging.provenance.c2pa.path import Chain

    when = ca.NOW + timedelta(day)
    is_trusted = Chain(CHAIN).anchor(ca.lists().signers, when) is not None
    assert is_trusted is (-1 <= day <= 30)


def test_the_lists_of_the_package_are_those_that_their_sources_describe():
    sources = json.loads((LISTS / SOURCES).read_bytes())
    lists = read_lists(LISTS)
    sizes = {
        "signers.pem": len(lists.signers),
        "time-stamps.pem": len(lists.time_stamps),
        "interim.pem": len(lists.interim),
        "interim-signers.txt": len(lists.interim_signers),
    }
    assert sizes == {name: source["entries"] for name, source in sources.items()}
    for name, source in sources.items():
        assert hashlib.sha256((LISTS / name).read_bytes()).hexdigest() == source["sha256"]
        assert source["licence"]
        assert source["page"].startswith("https://")
    assert public_lists().signers
