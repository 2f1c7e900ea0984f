"""Read the revocation status in OCSP responses that a file carries (RFC 6960; C2PA 2.2, 15.9).

Nothing is fetched. A response counts if a responder of the signer's own authority signed it.
"""

from __future__ import annotations

import hashlib
from enum import Enum
from typing import TYPE_CHECKING

from expunge.errors import MalformedImage
from expunge.imaging.provenance.c2pa import der, keys, profile
from expunge.imaging.provenance.c2pa.cms import DIGESTS
from expunge.imaging.provenance.c2pa.path import Chain, library_faults
from expunge.imaging.provenance.c2pa.verdict import CannotCheck

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from cryptography.x509.ocsp import OCSPResponse, OCSPSingleResponse

    from expunge.imaging.provenance.c2pa.trust import TrustLists

MAX_ANSWERS = 10
"""Answers about single certificates that are looked at in one response."""


class Revocation(Enum):
    """What the responses say of a certificate at the time of signing."""

    NOT_REVOKED = "signingCredential.ocsp.notRevoked"
    REVOKED = "signingCredential.ocsp.revoked"
    UNKNOWN = ""


def status(
    responses: Sequence[bytes],
    chain: Sequence[bytes],
    lists: TrustLists,
    signed: datetime | None,
    now: datetime,
) -> Revocation:
    """Return the first clear status of a signer's certificate.

    Parameters
    ----------
    responses
        OCSP responses, DER.
    chain
        The signer's certificate and its issuer's, DER; then the rest of the chain.
    signed
        The time of signing that a time stamp shows.
    """
    for response in responses:
        try:
            for answer in _answers(response, chain, lists, signed):
                found = _judge(answer, signed, now)
                if found is not Revocation.UNKNOWN:
                    return found
        except (ImportError, MalformedImage, CannotCheck, IndexError):
            continue
        except library_faults():
            continue
    return Revocation.UNKNOWN


def _answers(
    data: bytes, chain: Sequence[bytes], lists: TrustLists, signed: datetime | None
) -> Iterator[OCSPSingleResponse]:
    """Yield the answers about the signer's certificate in a response that counts."""
    from cryptography.x509 import ocsp  # noqa: PLC0415

    if len(chain) < 2:
        return
    response = ocsp.load_der_ocsp_response(data)
    if response.response_status is not ocsp.OCSPResponseStatus.SUCCESSFUL:
        return
    if not _is_signed(response, chain, lists, signed):
        return
    for _, answer in zip(range(MAX_ANSWERS), response.responses, strict=False):
        if _is_about(answer, chain):
            yield answer


def _is_signed(
    response: OCSPResponse, chain: Sequence[bytes], lists: TrustLists, signed: datetime | None
) -> bool:
    """Whether the response is signed by a responder whose certificate leads to a trust anchor."""
    from cryptography.hazmat.primitives.serialization import Encoding  # noqa: PLC0415

    held = [c.public_bytes(Encoding.DER) for c in response.certificates[:4]]
    if not held or response.signature_hash_algorithm is None:
        return False
    responder = der.certificate(held[0])
    fits = keys.fits_cms(
        bytes(responder.public_key),
        response.signature_hash_algorithm.name,
        response.signature,
        response.tbs_response_bytes,
    )
    path = Chain(held if len(held) > 1 else [*held, *chain[1:]])
    return (
        fits
        and profile.suits(responder, {profile.OCSP_SIGNING})
        and path.anchor(lists.signers, signed) is not None
    )


def _is_about(answer: OCSPSingleResponse, chain: Sequence[bytes]) -> bool:
    """Whether an answer names the signer's certificate: by its number, and digests of its
    issuer's name and key."""
    signer, issuer = der.certificate(chain[0]), der.certificate(chain[1])
    algorithm = answer.hash_algorithm.name
    if algorithm not in {"sha1", *DIGESTS.values()}:
        return False
    bits = der.elements(der.elements(issuer.public_key)[0].content)[1].content[1:]
    return (
        answer.serial_number == int.from_bytes(signer.serial, signed=True)
        and answer.issuer_name_hash == hashlib.new(algorithm, issuer.subject_name).digest()
        and answer.issuer_key_hash == hashlib.new(algorithm, bits).digest()
    )


def _judge(answer: OCSPSingleResponse, signed: datetime | None, now: datetime) -> Revocation:
    """A good answer counts if it was current at the time of signing or made later; a revocation,
    unless the signature is older."""
    from cryptography.x509 import ReasonFlags  # noqa: PLC0415
    from cryptography.x509.ocsp import OCSPCertStatus  # noqa: PLC0415

    if answer.certificate_status is OCSPCertStatus.REVOKED:
        revoked = answer.revocation_time_utc
        if answer.revocation_reason is ReasonFlags.remove_from_crl:
            return Revocation.UNKNOWN
        before = signed is not None and revoked is not None and signed < revoked
        return Revocation.UNKNOWN if before else Revocation.REVOKED
    if answer.certificate_status is not OCSPCertStatus.GOOD:
        return Revocation.UNKNOWN
    until = answer.next_update_utc
    current = (signed is None and now >= answer.this_update_utc) or (
        signed is not None and (until is None or signed <= until)
    )
    return Revocation.NOT_REVOKED if current else Revocation.UNKNOWN
