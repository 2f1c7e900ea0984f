"""Certificate authorities for tests: roots, intermediates, signers, time stamps, revocation."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509 import ocsp
from cryptography.x509.oid import ExtendedKeyUsageOID as Purpose
from cryptography.x509.oid import NameOID
from tests.unit.c2pa.builder import Credential, cbor

from expunge.imaging.provenance.c2pa import TrustLists
from expunge.imaging.provenance.c2pa.trust import Anchors

NOW = datetime.now(UTC).replace(microsecond=0)
SHA256 = bytes.fromhex("608648016503040201")
SIGNED_DATA = bytes.fromhex("2a864886f70d010702")
TST_INFO = bytes.fromhex("2a864886f70d0109100104")
CONTENT_TYPE, MESSAGE_DIGEST = (bytes.fromhex(f"2a864886f70d0109{n:02x}") for n in (3, 4))
_USAGES = (
    *("digital_signature", "content_commitment", "key_encipherment", "data_encipherment"),
    *("key_agreement", "key_cert_sign", "crl_sign", "encipher_only", "decipher_only"),
)


def element(tag: int, *contents: bytes) -> bytes:
    """One DER element."""
    data = b"".join(contents)
    size = len(data)
    octets = (size.bit_length() + 7) // 8
    length = bytes((size,)) if size < 128 else bytes((0x80 + octets,)) + size.to_bytes(octets)
    return bytes((tag,)) + length + data


def days(count: float) -> datetime:
    return NOW + timedelta(count)


def usage(*names: str) -> x509.KeyUsage:
    return x509.KeyUsage(**dict.fromkeys(_USAGES, False) | dict.fromkeys(names, True))


@dataclass
class Entity:
    """A certificate with its key and its chain."""

    certificate: x509.Certificate
    key: Any
    issuer: Entity | None = None
    serial: int = 1000
    is_rsa: bool = field(default=False)

    @property
    def der(self) -> bytes:
        return self.certificate.public_bytes(serialization.Encoding.DER)

    @property
    def pem(self) -> bytes:
        return self.certificate.public_bytes(serialization.Encoding.PEM)

    @property
    def chain(self) -> list[bytes]:
        """DER, this certificate first, without the root."""
        return [self.der, *(self.issuer.chain if self.issuer and self.issuer.issuer else [])]

    @property
    def key_pem(self) -> bytes:
        return self.key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )

    def issue(
        self,
        name: str,
        *,
        valid: tuple[float, float] = (-1, 30),
        purposes: tuple[Any, ...] = (Purpose.EMAIL_PROTECTION,),
        authority: bool = False,
        path_length: int | None = None,
        organisation: str | None = "Example Imaging",
        serial: int = 1000,
        extra: tuple[x509.ExtensionType, ...] = (),
        key: Any = None,
        usages: tuple[str, ...] = (),
    ) -> Entity:
        """Make a certificate signed by this one. Dates are days from now."""
        key = key or ec.generate_private_key(ec.SECP256R1())
        names = usages or (("key_cert_sign", "crl_sign") if authority else ("digital_signature",))
        built = (
            _builder(_name(name, organisation), self.certificate.subject, key, valid, serial)
            .add_extension(usage(*names), critical=True)
            .add_extension(x509.BasicConstraints(authority, path_length), critical=True)
            .add_extension(
                x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False
            )
            .add_extension(
                x509.AuthorityKeyIdentifier.from_issuer_public_key(self.key.public_key()),
                critical=False,
            )
        )
        if purposes:
            built = built.add_extension(x509.ExtendedKeyUsage(purposes), critical=False)
        for extension in extra:
            built = built.add_extension(extension, critical=True)
        return Entity(built.sign(self.key, hashes.SHA256()), key, self, serial)

    def signer(self, algorithm: str = "ES256") -> Credential:
        """This certificate as a signer of claims, with its chain."""
        return Credential(algorithm, self.key, self.chain)  # type: ignore[arg-type]


def root(name: str = "Example Root", *, valid: tuple[float, float] = (-4_000, 4_000)) -> Entity:
    key = ec.generate_private_key(ec.SECP256R1())
    subject = _name(name, "Example Authority")
    built = (
        _builder(subject, subject, key, valid, 1)
        .add_extension(usage("key_cert_sign", "crl_sign"), critical=True)
        .add_extension(x509.BasicConstraints(True, None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )
    return Entity(built.sign(key, hashes.SHA256()), key)


def self_signed(*, authority: bool = False) -> Entity:
    """A signer that nobody issued."""
    made = root("Myself")
    again = made.issue("Myself", authority=authority, organisation="Example Authority")
    key = again.key
    return Entity(again.certificate, key, made)


def rsa_key(bits: int = 2_048) -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(65537, bits)


def _name(common: str, organisation: str | None) -> x509.Name:
    parts = [x509.NameAttribute(NameOID.COMMON_NAME, common)]
    if organisation:
        parts.insert(0, x509.NameAttribute(NameOID.ORGANIZATION_NAME, organisation))
    return x509.Name(parts)


def _builder(
    subject: x509.Name, issuer: x509.Name, key: Any, valid: tuple[float, float], serial: int
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(serial)
        .not_valid_before(days(valid[0]))
        .not_valid_after(days(valid[1]))
    )


@cache
def signing_root() -> Entity:
    return root()


@cache
def intermediate() -> Entity:
    return signing_root().issue("Example Issuer", authority=True, valid=(-3_000, 3_000))


@cache
def stamping_root() -> Entity:
    return root("Example Time Root")


@cache
def time_authority() -> Entity:
    return stamping_root().issue(
        "Example Time Stamps", purposes=(Purpose.TIME_STAMPING,), valid=(-2_000, 2_000)
    )


def lists() -> TrustLists:
    """Trust lists with the roots of this module."""
    return TrustLists(
        signers=Anchors([signing_root().certificate]),
        time_stamps=Anchors([stamping_root().certificate]),
    )


def anchors_pem() -> str:
    return (signing_root().pem + stamping_root().pem).decode()


def token(
    message: bytes,
    when: datetime,
    *,
    by: Entity | None = None,
    digest: bytes | None = None,
    attributes: bool = True,
    signature: bytes | None = None,
    accuracy: bytes = b"",
    certificates: bool = True,
) -> bytes:
    """A time-stamp token (RFC 3161), signed."""
    authority = by or time_authority()
    imprint = element(
        0x30,
        element(0x30, element(6, SHA256), element(5)),
        element(4, digest or hashlib.sha256(message).digest()),
    )
    info = element(
        0x30,
        *(element(2, b"\1"), element(6, b"\x2a\x03"), imprint, element(2, b"\7")),
        *(element(24, when.strftime("%Y%m%d%H%M%SZ").encode()), accuracy),
    )
    algorithm = element(0x30, element(6, SHA256))
    signed = element(
        0x31,
        _attribute(CONTENT_TYPE, element(6, TST_INFO)),
        _attribute(MESSAGE_DIGEST, element(4, hashlib.sha256(info).digest())),
    )
    made = signature or authority.key.sign(
        signed if attributes else info, ec.ECDSA(hashes.SHA256())
    )
    identifier = element(
        0x30,
        authority.certificate.issuer.public_bytes(),
        element(2, authority.serial.to_bytes(2)),
    )
    signer = element(
        0x30,
        *(element(2, b"\1"), identifier, algorithm),
        *([b"\xa0" + signed[1:]] if attributes else []),
        element(0x30, element(6, bytes.fromhex("2a8648ce3d040302"))),
        element(4, made),
    )
    content = element(0x30, element(6, TST_INFO), element(0xA0, element(4, info)))
    held = [element(0xA0, *authority.chain)] if certificates else []
    data = element(
        0x30, element(2, b"\3"), element(0x31, algorithm), content, *held, element(0x31, signer)
    )
    return element(0x30, element(6, SIGNED_DATA), element(0xA0, data))


def _attribute(kind: bytes, value: bytes) -> bytes:
    return element(0x30, element(6, kind), element(0x31, value))


def stamped(when: datetime, **how: Any) -> Any:
    """Unprotected headers with a time stamp of the signature, for `Recipe.headers`."""

    def headers(protected: bytes, _claim: bytes, signature: bytes) -> dict[str, Any]:
        message = cbor(["CounterSignature", protected, b"", cbor(signature)])
        return {"sigTst2": {"tstTokens": [{"val": token(message, when, **how)}]}}

    return headers


def stamped_claim(when: datetime, **how: Any) -> Any:
    """The same of the claim, as before C2PA 2."""

    def headers(protected: bytes, claim: bytes, _signature: bytes) -> dict[str, Any]:
        message = cbor(["CounterSignature", protected, b"", claim])
        return {"sigTst": {"tstTokens": [{"val": token(message, when, **how)}]}}

    return headers


def revocation(signer: Entity, revoked: datetime | None, *, by: Entity | None = None) -> bytes:
    """An OCSP response about a signer, by a responder of its own authority."""
    assert signer.issuer is not None
    responder = by or signer.issuer.issue(
        "Example Revocation", purposes=(Purpose.OCSP_SIGNING,), valid=(-900, 900)
    )
    status = ocsp.OCSPCertStatus.REVOKED if revoked else ocsp.OCSPCertStatus.GOOD
    built = ocsp.OCSPResponseBuilder().add_response(
        signer.certificate,
        signer.issuer.certificate,
        hashes.SHA1(),
        status,
        days(-1),
        days(6),
        revoked,
        x509.ReasonFlags.key_compromise if revoked else None,
    )
    made = built.responder_id(ocsp.OCSPResponderEncoding.HASH, responder.certificate)
    signed = made.certificates([responder.certificate]).sign(responder.key, hashes.SHA256())
    return signed.public_bytes(serialization.Encoding.DER)


def stapled(*responses: bytes) -> Any:
    return lambda *_: {"rVals": {"ocspVals": list(responses)}}
