"""The certificate profile of C2PA 2.2, section 14.5.1, as the official SDK applies it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from expunge.imaging.provenance.c2pa import der

if TYPE_CHECKING:
    from expunge.imaging.provenance.c2pa.der import Certificate

_EXTENSION = b"\x55\x1d"  # id-ce, 2.5.29
_SUBJECT_KEY, _KEY_USAGE, _BASIC_CONSTRAINTS = (_EXTENSION + bytes((n,)) for n in (14, 15, 19))
_AUTHORITY_KEY, _EXTENDED_USAGE = (_EXTENSION + bytes((n,)) for n in (35, 37))
_HANDLED = {_EXTENSION + bytes((n,)) for n in (14, 15, 17, 19, 20, 21, 24, 30, 31, 32, 33, 35)}
_HANDLED |= {_EXTENSION + bytes((n,)) for n in (36, 37, 54)}
_HANDLED |= {bytes.fromhex("2b06010505070101"), bytes.fromhex("6086480186f8420101")}
"""Extensions that may be critical, with authority access and Netscape's certificate type."""

_ANY = _EXTENSION + b"\x25\x00"
_PURPOSE = "2b060105050703"  # id-kp, 1.3.6.1.5.5.7.3
_EMAIL, TIME_STAMPING, OCSP_SIGNING, _DOCUMENTS = (
    bytes.fromhex(f"{_PURPOSE}{number:02x}") for number in (4, 8, 9, 36)
)
SIGNING = {
    _EMAIL,
    TIME_STAMPING,
    OCSP_SIGNING,
    _DOCUMENTS,
    bytes.fromhex("2b0601040182374c3b0109"),  # Microsoft's C2PA signing
    bytes.fromhex("2b0601040183e85e0201"),  # c2pa-kp-claimSigning
}
"""Purposes that let a certificate sign claims."""

_RSA, _RSA_PSS = bytes.fromhex("2a864886f70d010101"), bytes.fromhex("2a864886f70d01010a")
_ALGORITHMS = {
    *(bytes.fromhex(f"2a864886f70d0101{n:02x}") for n in (11, 12, 13)),  # RSA with SHA-2
    *(bytes.fromhex(f"2a8648ce3d0403{n:02x}") for n in (2, 3, 4)),  # ECDSA with SHA-2
    _RSA_PSS,
    bytes.fromhex("2b6570"),  # Ed25519
}
_MIN_KEY_BITS = 2_048
_DIGITAL_SIGNATURE, _NON_REPUDIATION, _CERTIFICATE_SIGNING = 0x80, 0x40, 0x04


def suits(certificate: Certificate, purposes: set[bytes]) -> bool:
    """Whether an end-entity certificate may sign for one of some purposes.

    Raises
    ------
    expunge.errors.MalformedImage
        An extension or the key is malformed.
    """
    held = _purposes(certificate)
    usage = _key_usage(certificate)
    special = held & {TIME_STAMPING, OCSP_SIGNING}
    return (
        certificate.version == 3
        and not certificate.has_unique_ids
        and _AUTHORITY_KEY in certificate.extensions
        and not _is_authority(certificate)
        and bool(usage & (_DIGITAL_SIGNATURE | _NON_REPUDIATION))
        and not usage & _CERTIFICATE_SIGNING
        and bool(held & purposes)
        and _ANY not in held
        and (not special or len(held) == 1)
        and certificate.critical <= _HANDLED
        and _has_strong_signature(certificate)
        and _has_strong_key(certificate)
    )


def may_sign(certificate: Certificate) -> bool:
    """Whether its purposes let a certificate sign claims."""
    return bool(_purposes(certificate) & SIGNING)


def _is_authority(certificate: Certificate) -> bool:
    constraints = _inner(certificate.extensions.get(_BASIC_CONSTRAINTS))
    return any(e.tag == 1 and bytes(e.content) != b"\0" for e in constraints)


def _key_usage(certificate: Certificate) -> int:
    """The first octet of the key usage bits; 0 without the extension."""
    usage = der.elements(certificate.extensions.get(_KEY_USAGE, memoryview(b"")))
    return usage[0].content[1] if usage and len(usage[0].content) > 1 else 0


def key_identifier(certificate: Certificate) -> bytes:
    """The subject key identifier; empty without one."""
    found = der.elements(certificate.extensions.get(_SUBJECT_KEY, memoryview(b"")))
    return bytes(found[0].content) if found else b""


def _has_strong_signature(certificate: Certificate) -> bool:
    """Whether its issuer signed it with an algorithm that C2PA allows."""
    identifier = der.elements(certificate.algorithm)
    return bool(identifier) and bytes(identifier[0].content) in _ALGORITHMS


def _purposes(certificate: Certificate) -> set[bytes]:
    return {bytes(e.content) for e in _inner(certificate.extensions.get(_EXTENDED_USAGE))}


def _has_strong_key(certificate: Certificate) -> bool:
    """Whether an RSA key has enough bits. Curves are checked where a key is used."""
    algorithm, bits = der.elements(der.elements(certificate.public_key)[0].content)[:2]
    if bytes(der.elements(algorithm.content)[0].content) not in (_RSA, _RSA_PSS):
        return True
    modulus = der.elements(der.elements(bits.content[1:])[0].content)[0]
    return int.from_bytes(modulus.content[:1_025]).bit_length() >= _MIN_KEY_BITS


def _inner(value: memoryview | None) -> list[der.Element]:
    """The elements of the sequence in an extension's value."""
    outer = der.elements(value) if value else []
    return der.elements(outer[0].content) if outer else []
