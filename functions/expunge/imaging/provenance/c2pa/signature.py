"""Read and verify the claim signature: a COSE_Sign1 (RFC 9052) with the signer's certificates.

The signer's name and the signing time are read without any cryptography library. Verification
needs the ``cryptography`` package, which is imported only then.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

from expunge.errors import MalformedImage
from expunge.imaging.provenance.c2pa import cbor, cms, der, keys
from expunge.imaging.provenance.c2pa.manifest import Signer
from expunge.imaging.provenance.c2pa.values import mapping, mappings, octets, sequence

if TYPE_CHECKING:
    from datetime import datetime

MAX_STAMPS = 4
"""Time stamps or revocation answers that are looked at."""
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


@dataclass(frozen=True)
class ClaimSignature:
    """A COSE_Sign1 and the claim, which is its detached payload."""

    protected: bytes
    headers: dict[Any, Any]
    """All headers; the protected ones win."""
    unprotected: dict[Any, Any]
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
        """The time of a time-stamp token that matches this signature. The token's own signature
        is not verified here; see `time_stamp`."""
        for token, message in self.stamps[:1]:
            try:
                stamp = cms.time_stamp(token)
            except MalformedImage:
                continue
            digest = cms.DIGESTS.get(stamp.algorithm)
            if digest and hashlib.new(digest, message).digest() == stamp.digest:
                return stamp.time
        return None

    @cached_property
    def stamps(self) -> list[tuple[bytes, bytes]]:
        """Time-stamp tokens, each with the bytes whose digest it should hold. One should be there.

        The first header counts: ``sigTst2`` stamps the signature, ``sigTst`` of before C2PA 2 the
        claim.
        """
        for header, value in self.unprotected.items():
            if header in ("sigTst", "sigTst2"):
                payload = self.claim if header == "sigTst" else _byte_string(self.signature)
                message = _to_be_signed("CounterSignature", self.protected, payload)
                tokens = mappings(mapping(value).get("tstTokens"))
                return [(octets(token.get("val")), message) for token in tokens[:MAX_STAMPS]]
        return []

    def of(self, payload: memoryview) -> ClaimSignature:
        """The same signature with another payload, such as one that is attached to it."""
        return replace(self, claim=payload)

    def is_by_ed25519(self, key: bytes) -> bool:
        """Whether a raw Ed25519 key of 32 bytes signed the payload.

        Raises
        ------
        CannotCheck
            No cryptography library is installed.
        """
        return keys.fits_ed25519(key, self.signature, self.signed_message)

    @property
    def signed_message(self) -> bytes:
        """What the signature covers (RFC 9052, section 4.4)."""
        return _to_be_signed("Signature1", self.protected, self.claim)

    @property
    def revocation_answers(self) -> list[bytes]:
        """OCSP responses that the signer stapled to the signature (C2PA 2.2, section 15.9)."""
        values = sequence(mapping(self.unprotected.get("rVals")).get("ocspVals"))
        return [value for value in values[:MAX_STAMPS] if isinstance(value, bytes)]


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
    unprotected = mapping(parts[1])
    return ClaimSignature(parts[0], unprotected | protected, unprotected, parts[3], claim)


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
    keys.verify_cose(key_info, found.scheme, found.signature, found.signed_message)


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
