"""Write C2PA manifest stores for tests: CBOR, JUMBF, COSE and a signing certificate."""

from __future__ import annotations

import hashlib
import struct
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from expunge.imaging.provenance.c2pa.cbor import Tag

UUID_TAIL = bytes.fromhex("00110010800000aa00389b71")
NOW = datetime.now(UTC)
ALGORITHMS = {"ES256": -7, "ES384": -35, "ES512": -36, "PS256": -37, "EdDSA": -8}
CURVES = {"ES256": ec.SECP256R1, "ES384": ec.SECP384R1, "ES512": ec.SECP521R1}


def cbor(value: Any) -> bytes:
    """Encode in the shortest definite form."""
    match value:
        case bool():
            return b"\xf5" if value else b"\xf4"
        case None:
            return b"\xf6"
        case int():
            return head(0, value) if value >= 0 else head(1, -1 - value)
        case float():
            return b"\xfb" + struct.pack(">d", value)
        case bytes():
            return head(2, len(value)) + value
        case str():
            return head(3, len(value.encode())) + value.encode()
        case list():
            return head(4, len(value)) + b"".join(map(cbor, value))
        case dict():
            items = (cbor(key) + cbor(inner) for key, inner in value.items())
            return head(5, len(value)) + b"".join(items)
        case Tag():
            return head(6, value.number) + cbor(value.value)
    raise TypeError(value)


def head(major: int, argument: int) -> bytes:
    if argument < 24:
        return bytes((major << 5 | argument,))
    width = next(n for n in range(4) if argument < 1 << (8 << n))
    return bytes((major << 5 | 24 + width,)) + argument.to_bytes(1 << width)


def box(kind: bytes, *contents: bytes) -> bytes:
    data = b"".join(contents)
    return struct.pack(">I4s", len(data) + 8, kind) + data


def superbox(kind: bytes, label: str, *contents: bytes) -> bytes:
    description = box(b"jumd", kind, UUID_TAIL, b"\x03", label.encode(), b"\0")
    return box(b"jumb", description, *contents)


@dataclass
class Credential:
    """A key and its certificate."""

    algorithm: str
    key: Any
    certificate: Any
    """DER, or a list of them from the signer's to the last intermediate."""

    def sign(self, message: bytes) -> bytes:
        if self.algorithm == "EdDSA":
            return self.key.sign(message)
        if self.algorithm == "PS256":
            pss = padding.PSS(padding.MGF1(hashes.SHA256()), 32)
            return self.key.sign(message, pss, hashes.SHA256())
        digest = getattr(hashes, f"SHA{self.algorithm[2:]}")()
        r, s = decode_dss_signature(self.key.sign(message, ec.ECDSA(digest)))
        size = (self.key.curve.key_size + 7) // 8
        return r.to_bytes(size) + s.to_bytes(size)


@cache
def credential(
    algorithm: str = "ES256",
    *,
    days: tuple[int, int] = (-1, 30),
    purpose: x509.ObjectIdentifier = ExtendedKeyUsageOID.EMAIL_PROTECTION,
) -> Credential:
    """A new signer. Its certificate is valid between two days relative to now."""
    key: Any
    if algorithm == "EdDSA":
        key = ed25519.Ed25519PrivateKey.generate()
    elif algorithm == "PS256":
        key = rsa.generate_private_key(65537, 2048)
    else:
        key = ec.generate_private_key(CURVES[algorithm]())
    issuer_key = ec.generate_private_key(ec.SECP256R1())
    usage = dict.fromkeys(
        (
            *("digital_signature", "content_commitment", "key_encipherment", "data_encipherment"),
            *("key_agreement", "key_cert_sign", "crl_sign", "encipher_only", "decipher_only"),
        ),
        False,
    )
    built = (
        x509.CertificateBuilder()
        .subject_name(_name("Example Imaging", "Example Signer"))
        .issuer_name(_name("Example Authority", "Example Issuing CA"))
        .public_key(key.public_key())
        .serial_number(7)
        .not_valid_before(NOW + timedelta(days[0]))
        .not_valid_after(NOW + timedelta(days[1]))
        .add_extension(x509.KeyUsage(**usage | {"digital_signature": True}), critical=True)
        .add_extension(x509.ExtendedKeyUsage([purpose]), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key()),
            critical=False,
        )
        .sign(issuer_key, hashes.SHA256())
    )
    return Credential(algorithm, key, built.public_bytes(serialization.Encoding.DER))


def _name(organisation: str, common_name: str) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, organisation),
            x509.NameAttribute(NameOID.COMMON_NAME, common_name),
        ]
    )


CREATED = {
    "action": "c2pa.created",
    "digitalSourceType": "http://cv.example/trainedAlgorithmicMedia",
}


@dataclass
class Recipe:
    """The parts of a manifest. A test changes the part under test."""

    label: str = "urn:c2pa:11111111-1111-4111-8111-111111111111"
    version: int = 2
    kind: bytes = b"c2ma"
    assertions: dict[str, Any] = field(
        default_factory=lambda: {"c2pa.actions.v2": {"actions": [CREATED]}}
    )
    claim: dict[str, Any] = field(default_factory=dict)
    signer: Credential = field(default_factory=credential)
    headers: Any = None
    """Function from protected header, claim and signature to the unprotected headers."""

    signatures: list[bytes] = field(default_factory=list)
    """The COSE_Sign1 of each build."""

    def build(self, tamper: Any = None, signature: bytes | None = None) -> bytes:
        """Return the manifest's superbox. `tamper` changes the parts after signing."""
        boxes = {label: assertion(label, data) for label, data in self.assertions.items()}
        claim = cbor(self.full_claim(boxes))
        signature = signature or self.sign(claim)
        self.signatures.append(signature)
        if tamper:
            boxes, claim = tamper(dict(boxes), claim)
        claim_label = "c2pa.claim.v2" if self.version == 2 else "c2pa.claim"
        return superbox(
            self.kind,
            self.label,
            superbox(b"c2as", "c2pa.assertions", *boxes.values()),
            superbox(b"c2cl", claim_label, box(b"cbor", claim)),
            superbox(b"c2cs", "c2pa.signature", box(b"cbor", signature)),
        )

    def full_claim(self, boxes: dict[str, bytes]) -> dict[str, Any]:
        uris = [
            {
                "url": f"self#jumbf=c2pa.assertions/{label}",
                "hash": hashlib.sha256(data[8:]).digest(),
            }
            for label, data in boxes.items()
        ]
        common = {"alg": "sha256", "instanceID": "xmp:iid:1", "dc:title": "a.jpg"}
        common["signature"] = f"self#jumbf=/c2pa/{self.label}/c2pa.signature"
        if self.version == 1:
            generator = {"claim_generator": "Example_Tool/1.0 lib/2", "assertions": uris}
            return common | generator | {"dc:format": "image/jpeg"} | self.claim
        generator = {"claim_generator_info": {"name": "Example Tool", "version": "2.1"}}
        return common | generator | {"created_assertions": uris} | self.claim

    def sign(self, claim: bytes) -> bytes:
        protected = {1: ALGORITHMS[self.signer.algorithm], 33: self.signer.certificate}
        encoded = cbor(protected)
        message = cbor(["Signature1", encoded, b"", claim])
        signature = self.signer.sign(message)
        headers = self.headers(encoded, claim, signature) if self.headers else {}
        return cbor(Tag(18, [encoded, headers, None, signature]))


def assertion(label: str, data: Any) -> bytes:
    """An assertion in CBOR, or in JSON if the content is already bytes."""
    if isinstance(data, bytes):
        return superbox(b"json", label, box(b"json", data))
    return superbox(b"cbor", label, box(b"cbor", cbor(data)))


def store(*manifests: bytes) -> bytes:
    return superbox(b"c2pa", "c2pa", *manifests)


def link(manifest: bytes, label: str) -> dict[str, Any]:
    """A hashed URI to a manifest in the same store."""
    return {"url": f"self#jumbf=/c2pa/{label}", "hash": hashlib.sha256(manifest[8:]).digest()}


@dataclass
class SignedFile:
    """A file of any format: bytes before and after a store, bound by a data hash."""

    before: bytes = b"coded pixels, first half"
    after: bytes = b"coded pixels, second half"

    def bind(self, recipe: Recipe, *others: bytes, tamper: Any = None) -> tuple[bytes, bytes]:
        """Return the store and the file.

        The signatures in time stamps vary in length, so it is built until the length stays.
        """
        length, built = 0, b"-"
        while length != len(built):
            length = len(built)
            digest = hashlib.sha256(self.before + self.after).digest()
            excluded = [{"start": len(self.before), "length": length}]
            data_hash = {"exclusions": excluded, "alg": "sha256", "hash": digest, "pad": b""}
            recipe.assertions["c2pa.hash.data"] = data_hash
            built = store(*others, recipe.build(tamper))
        return built, self.before + built + self.after

    def place(self, built: bytes) -> tuple[int, int]:
        return len(self.before), len(built)
