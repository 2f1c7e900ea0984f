"""Read and verify the claim signature: a COSE_Sign1 (RFC 9052) with the signer's certificates.

The signer's name and the signing time are read without any cryptography library. Verification
needs the ``cryptography`` package, which is imported only then.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from expunge.errors import MalformedImage
from expunge.imaging.provenance.c2pa import cbor, der
from expunge.imaging.provenance.c2pa.manifest import Signer
from expunge.imaging.provenance.c2pa.values import mapping, mappings, octets, sequence
from expunge.imaging.provenance.c2pa.verdict import CannotCheck, Mismatch

if TYPE_CHECKING:
    from datetime import datetime

    from cryptography.hazmat.primitives.asymmetric.types import PublicKeyTypes

_ALGORITHM, _X5CHAIN = 1, 33  # header parameters, RFC 9052 table 3 and RFC 9360

ALGORITHMS = {
    -7: ("ES256", "SHA256"),
    -35: ("ES384", "SHA384"),
    -36: ("ES512", "SHA512"),
    -37: ("PS256", "SHA256"),
    -38: ("PS384", "SHA384"),
    -39: ("PS512", "SHA512"),
    -8: ("EdDSA", ""),
}
"""Name and digest by COSE number (RFC 9053, RFC 8230), as C2PA 2.2, 13.2.1 allows."""

CURVES = ("secp256r1", "secp384r1", "secp521r1")
"""Curves that C2PA 2.2, 13.2.1 allows, with any digest."""

_DIGEST_OIDS = {
    b"\x60\x86\x48\x01\x65\x03\x04\x02\x01": "sha256",
    b"\x60\x86\x48\x01\x65\x03\x04\x02\x02": "sha384",
    b"\x60\x86\x48\x01\x65\x03\x04\x02\x03": "sha512",
}
MAX_KEY_BITS = 8_192
"""Longer RSA keys take long to verify and are in no trust list."""
MAX_EXPONENT_BITS = 33


@dataclass(frozen=True)
class ClaimSignature:
    """A COSE_Sign1 and the claim, which is its detached payload."""

    protected: bytes
    headers: dict[Any, Any]
    signature: bytes
    claim: memoryview

    @property
    def scheme(self) -> tuple[str, str]:
        """Names of algorithm and digest; empty if unknown."""
        number = self.headers.get(_ALGORITHM)
        return ALGORITHMS.get(number, ("", "")) if isinstance(number, int) else ("", "")

    @property
    def chain(self) -> list[bytes]:
        """Certificates as DER, the signer's first. Old stores use the header's name as key."""
        value = self.headers.get(_X5CHAIN, self.headers.get("x5chain"))
        return [value] if isinstance(value, bytes) else [octets(item) for item in sequence(value)]

    @cached_property
    def certificate(self) -> der.Certificate:
        """The signer's certificate.

        Raises
        ------
        expunge.errors.MalformedImage
            There is none, or it is malformed.
        """
        if not self.chain:
            raise MalformedImage("The C2PA claim signature carries no certificate.")
        return der.certificate(self.chain[0])

    @cached_property
    def signed_at(self) -> datetime | None:
        """The time of a time-stamp token that matches this signature.

        The token's own signature is not verified. Without a trust list of time-stamping
        authorities, that would prove nothing.
        """
        for header, message in (
            ("sigTst2", self._counter_signed(_byte_string(self.signature))),
            ("sigTst", self._counter_signed(self.claim)),
        ):
            for token in mappings(mapping(self.headers.get(header)).get("tstTokens"))[:1]:
                try:
                    stamp = der.time_stamp(octets(token.get("val")))
                except MalformedImage:
                    continue
                digest = _DIGEST_OIDS.get(stamp.algorithm)
                if digest and hashlib.new(digest, message).digest() == stamp.digest:
                    return stamp.time
        return None

    def _counter_signed(self, payload: bytes | memoryview) -> bytes:
        """The bytes that a time-stamping authority signs: from the claim, or since C2PA 2 from
        the signature as a byte string."""
        return _to_be_signed("CounterSignature", self.protected, payload)


def read(data: memoryview, claim: memoryview, budget: cbor.Budget) -> ClaimSignature:
    """Read the content of a signature box.

    Raises
    ------
    expunge.errors.MalformedImage
        The content is not a COSE_Sign1.
    """
    value = cbor.decode(data, budget)
    parts = sequence(value.value if isinstance(value, cbor.Tag) else value)
    if len(parts) != 4 or not isinstance(parts[0], bytes) or not isinstance(parts[3], bytes):
        raise MalformedImage("The C2PA claim signature is not a COSE_Sign1.")
    protected = mapping(cbor.decode(parts[0], budget)) if parts[0] else {}
    return ClaimSignature(parts[0], {**mapping(parts[1]), **protected}, parts[3], claim)


def signer(found: ClaimSignature) -> Signer:
    """Return the subject of the signer's certificate.

    Raises
    ------
    expunge.errors.MalformedImage
        There is no readable certificate.
    """
    leaf = found.certificate
    return Signer(
        organisation=leaf.subject.organisation,
        common_name=leaf.subject.common_name,
        issued_by=leaf.issuer.common_name or leaf.issuer.organisation,
        not_before=leaf.not_before,
        not_after=leaf.not_after,
        algorithm=found.scheme[0],
        signed_at=found.signed_at,
    )


def verify(found: ClaimSignature) -> None:
    """Verify the signature with the key of the signer's certificate.

    Raises
    ------
    Mismatch
        The signature is wrong.
    CannotCheck
        The library is not installed, or does not support the key.
    expunge.errors.MalformedImage
        There is no readable certificate, or C2PA does not allow its key.
    """
    key_info = bytes(found.certificate.public_key)
    try:
        from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm  # noqa: PLC0415
        from cryptography.hazmat.primitives.serialization import (  # noqa: PLC0415
            load_der_public_key,
        )
    except ImportError:
        raise CannotCheck("no cryptography library is installed") from None
    message = _to_be_signed("Signature1", found.protected, found.claim)
    try:
        _check(load_der_public_key(key_info), found, message)
    except InvalidSignature:
        raise Mismatch("the claim signature is not valid") from None
    except UnsupportedAlgorithm:
        raise CannotCheck("the cryptography library does not support the key") from None
    except ValueError:
        raise MalformedImage("The certificate in the C2PA data holds a malformed key.") from None


def _check(key: PublicKeyTypes, found: ClaimSignature, message: bytes) -> None:
    from cryptography.exceptions import InvalidSignature  # noqa: PLC0415
    from cryptography.hazmat.primitives import hashes  # noqa: PLC0415
    from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa  # noqa: PLC0415
    from cryptography.hazmat.primitives.asymmetric.utils import (  # noqa: PLC0415
        encode_dss_signature,
    )

    name, digest_name = found.scheme
    digest = getattr(hashes, digest_name or "SHA512")()
    if name.startswith("ES") and isinstance(key, ec.EllipticCurvePublicKey):
        if key.curve.name not in CURVES:
            raise MalformedImage("C2PA does not allow the curve of the claim signature's key.")
        size = (key.curve.key_size + 7) // 8
        if len(found.signature) != 2 * size:
            raise InvalidSignature
        r, s = (int.from_bytes(half) for half in (found.signature[:size], found.signature[size:]))
        key.verify(encode_dss_signature(r, s), message, ec.ECDSA(digest))
    elif name.startswith("PS") and isinstance(key, rsa.RSAPublicKey):
        exponent = key.public_numbers().e
        if key.key_size > MAX_KEY_BITS or exponent.bit_length() > MAX_EXPONENT_BITS:
            raise CannotCheck("the key is longer than the limit")
        scheme = padding.PSS(padding.MGF1(digest), digest.digest_size)
        key.verify(found.signature, message, scheme, digest)
    elif name == "EdDSA" and isinstance(key, ed25519.Ed25519PublicKey):
        key.verify(found.signature, message)
    else:
        raise MalformedImage("The claim signature's algorithm does not fit its key.")


def _to_be_signed(context: str, protected: bytes, payload: bytes | memoryview) -> bytes:
    """Sig_structure of RFC 9052, section 4.4: an array of four, without external data."""
    name = context.encode()
    parts = (bytes((0x84, 0x60 + len(name))), name, *map(_byte_string, (protected, b"", payload)))
    return b"".join(parts)


def _byte_string(data: bytes | memoryview) -> bytes:
    """One CBOR byte string in its shortest form."""
    size = len(data)
    if size < 24:
        return bytes((0x40 + size,)) + data
    width = next(width for width in (1, 2, 4, 8) if size < 1 << 8 * width)
    return bytes((0x57 + width.bit_length(),)) + size.to_bytes(width) + data
