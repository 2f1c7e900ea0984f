"""Check the signer's certificate: its validity period and purpose (C2PA 2.2, 14.5.1)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from expunge.errors import MalformedImage
from expunge.imaging.provenance.c2pa import der

if TYPE_CHECKING:
    from datetime import datetime

    from expunge.imaging.provenance.c2pa.opened import OpenedManifest

_KEY_USAGE, _EXTENDED_KEY_USAGE, _BASIC_CONSTRAINTS = (
    b"\x55\x1d\x0f",
    b"\x55\x1d\x25",
    b"\x55\x1d\x13",
)
_AUTHORITY_KEY = b"\x55\x1d\x23"
_ANY_PURPOSE = b"\x55\x1d\x25\x00"
_PURPOSES = {
    bytes.fromhex("2b06010505070304"),  # emailProtection
    bytes.fromhex("2b06010505070308"),  # timeStamping
    bytes.fromhex("2b06010505070309"),  # OCSPSigning
    bytes.fromhex("2b06010505070324"),  # documentSigning
    bytes.fromhex("2b0601040182374c3b0109"),  # Microsoft's C2PA signing
    bytes.fromhex("2b0601040183e85e0201"),  # c2pa-kp-claimSigning
}
_DIGITAL_SIGNATURE, _NON_REPUDIATION, _CERTIFICATE_SIGNING = 0x80, 0x40, 0x04


def check(opened: OpenedManifest, now: datetime) -> None:
    """Record problems of the signer's certificate on the manifest.

    The time stamp of a version 1 claim gives the signing time. That of a version 2 claim counts
    only with a trust list of time-stamping authorities (C2PA 2.2, 15.8), and there is none here.
    """
    if opened.signature is None:
        return
    try:
        certificate = opened.signature.certificate
        suits = _suits(certificate)
    except MalformedImage:
        return  # the signature check reports this
    stamped = opened.signature.signed_at if opened.claim_version == 1 else None
    if not certificate.not_before <= (stamped or now) <= certificate.not_after:
        opened.fail(
            "signingCredential.expired",
            "the certificate is expired or not yet valid",
            "c2pa.signature",
        )
    if not suits:
        opened.fail(
            "signingCredential.invalid", "the certificate may not sign claims", "c2pa.signature"
        )


def _suits(certificate: der.Certificate) -> bool:
    """Whether it is a version 3 end-entity certificate for signing, with a purpose of C2PA."""
    extensions = certificate.extensions
    purposes = {bytes(e.content) for e in _inner(extensions.get(_EXTENDED_KEY_USAGE))}
    constraints = _inner(extensions.get(_BASIC_CONSTRAINTS))
    usage = der.elements(extensions.get(_KEY_USAGE, memoryview(b"")))
    bits = usage[0].content[1] if usage and len(usage[0].content) > 1 else 0
    return (
        _AUTHORITY_KEY in extensions
        and not any(e.tag == 1 and bytes(e.content) != b"\0" for e in constraints)
        and bool(bits & (_DIGITAL_SIGNATURE | _NON_REPUDIATION))
        and not bits & _CERTIFICATE_SIGNING
        and bool(purposes & _PURPOSES)
        and _ANY_PURPOSE not in purposes
    )


def _inner(value: memoryview | None) -> list[der.Element]:
    """The elements of the sequence in an extension's value."""
    outer = der.elements(value) if value else []
    return der.elements(outer[0].content) if outer else []
