"""The operator's certificate and key are checked before anything is signed with them."""

from __future__ import annotations

import importlib.util

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.x509.oid import ExtendedKeyUsageOID as Purpose
from tests.unit.c2pa import authority as ca

from expunge.imaging.provenance.signing import identity
from expunge.imaging.provenance.signing.identity import CERTIFICATE, KEY, SigningUnavailable

INSTALLED = importlib.util.find_spec("c2pa") is not None


def pem(entity, *issuers):
    return b"".join(one.pem for one in (entity, *issuers))


@pytest.fixture(scope="module")
def signer():
    return ca.intermediate().issue("Operator")


@pytest.mark.parametrize(
    ("key", "algorithm"),
    [
        (ec.generate_private_key(ec.SECP384R1()), "es384"),
        (ec.generate_private_key(ec.SECP521R1()), "es512"),
        (ed25519.Ed25519PrivateKey.generate(), "ed25519"),
        (ca.rsa_key(), "ps256"),
    ],
)
def test_the_key_decides_the_algorithm(key, algorithm):
    made = ca.intermediate().issue("Operator", key=key)
    found = identity.read(pem(made, ca.intermediate()), made.key_pem)
    assert (found.algorithm, found.name) == (algorithm, "Example Imaging")
    assert "PRIVATE" not in repr(found)


@pytest.mark.parametrize(
    ("certificate", "key", "told"),
    [
        (pem, lambda s: ca.intermediate().key_pem, "not that of the first"),
        (lambda s: pem(ca.intermediate(), s), lambda s: s.key_pem, "order is"),
        (lambda s: b"nothing", lambda s: s.key_pem, "no certificate"),
        (pem, lambda s: b"nothing", "no private key"),
        (lambda s: pem(ca.signing_root()), lambda s: ca.signing_root().key_pem, "self-signed"),
        (lambda s: pem(*[s] * 11), lambda s: s.key_pem, "more than"),
    ],
)
def test_what_cannot_sign_is_named(certificate, key, told, signer):
    with pytest.raises(SigningUnavailable, match=told):
        identity.read(certificate(signer), key(signer))


@pytest.mark.parametrize(
    "how",
    [
        {"purposes": (Purpose.SERVER_AUTH,)},
        {"purposes": ()},
        {"authority": True},
        {"usages": ("key_agreement",)},
        {"key": ca.rsa_key(1_024)},
    ],
)
def test_a_certificate_that_c2pa_does_not_allow_is_refused(how):
    made = ca.intermediate().issue("Other use", **how)
    with pytest.raises(SigningUnavailable, match="does not allow"):
        identity.read(pem(made), made.key_pem)


def test_other_curves_and_encrypted_keys_are_refused(signer):
    other = ec.generate_private_key(ec.SECP256K1())
    made = ca.intermediate().issue("Odd", key=other)
    with pytest.raises(SigningUnavailable, match="P-256"):
        identity.read(pem(made), made.key_pem)
    locked = signer.key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.BestAvailableEncryption(b"secret"),
    )
    with pytest.raises(SigningUnavailable, match="encrypted"):
        identity.read(pem(signer), locked)


def test_one_setting_without_the_other_is_named():
    assert identity.configured({}) is None
    with pytest.raises(SigningUnavailable, match=f"{CERTIFICATE} also needs {KEY}"):
        identity.configured({CERTIFICATE: "cert.pem"})
    with pytest.raises(SigningUnavailable, match=f"{KEY} also needs {CERTIFICATE}"):
        identity.configured({KEY: "key.pem"})


def test_a_missing_file_is_named(tmp_path):
    gone = str(tmp_path / "gone.pem")
    with pytest.raises(SigningUnavailable, match=r"gone\.pem: No such file"):
        identity.configured({CERTIFICATE: gone, KEY: gone})


def test_a_key_without_its_first_line_is_not_shown(signer):
    bare = "".join(signer.key_pem.decode().splitlines()[1:-1])
    for given in (bare, bare[:60]):
        with pytest.raises(SigningUnavailable) as told:
            identity.configured({CERTIFICATE: signer.pem.decode(), KEY: given})
        assert given[:20] not in str(told.value)


@pytest.mark.skipif(not INSTALLED, reason="the c2pa extra is not installed")
def test_the_settings_take_paths_and_pem_text(tmp_path, signer):
    chain, key = tmp_path / "cert.pem", tmp_path / "key.pem"
    chain.write_bytes(pem(signer, ca.intermediate()))
    key.write_bytes(signer.key_pem)
    from_files = identity.configured({CERTIFICATE: str(chain), KEY: str(key)})
    text = {CERTIFICATE: chain.read_text(), KEY: key.read_text().replace("\n", "\\n")}
    assert identity.configured(text) == from_files


@pytest.mark.skipif(INSTALLED, reason="the c2pa extra is installed")
def test_a_missing_extra_is_named(signer):
    given = {CERTIFICATE: signer.pem.decode(), KEY: signer.key_pem.decode()}
    with pytest.raises(SigningUnavailable, match=r"expunge\[c2pa\]"):
        identity.configured(given)
