"""Verify the time stamp on a claim signature (RFC 3161; C2PA 2.2, sections 10.3.2.5 and 15.8)."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from expunge.errors import MalformedImage
from expunge.imaging.provenance.c2pa import cms, der, keys, profile
from expunge.imaging.provenance.c2pa.path import Chain
from expunge.imaging.provenance.c2pa.verdict import CannotCheck

if TYPE_CHECKING:
    from expunge.imaging.provenance.c2pa.cms import SignerInfo, Token
    from expunge.imaging.provenance.c2pa.trust import TrustLists

CLOCK_SKEW = timedelta(minutes=10)
"""A time stamp may be this much ahead of this machine's clock."""


@dataclass(frozen=True, slots=True)
class Verified:
    """The result for one time stamp, in the status codes of C2PA 2.2, section 15.2."""

    codes: tuple[str, ...]
    time: datetime | None = None
    """The time of signing; ``None`` if the time stamp does not count."""
    authority: str = ""
    """The name in the time-stamping certificate."""
    is_listed: bool = False
    """Whether the authority leads to the C2PA list of time-stamping authorities."""
    is_unsuitable: bool = False
    """Whether the authority's certificate is not one for time stamps."""


class _Refused(Exception):
    """A time stamp that does not count. The arguments are the codes."""


def verify(
    data: bytes, message: bytes, lists: TrustLists, now: datetime, *, needs_list: bool
) -> Verified:
    """Verify a time-stamp token or response.

    Parameters
    ----------
    data
        The token.
    message
        The bytes whose digest it holds.
    now
        A time stamp later than this does not count.
    needs_list
        Whether the authority must be on the list. Claims of version 1 are older than it.
    """
    try:
        token = cms.token(data)
        certificates = [der.certificate(held) for held in token.certificates]
    except MalformedImage:
        return Verified(("timeStamp.malformed",))
    refused: tuple[str, ...] = ("timeStamp.untrusted",)
    for signer in token.signers:
        try:
            return _verify(token, certificates, signer, message, lists, now, needs_list=needs_list)
        except _Refused as error:
            refused = error.args
        except (MalformedImage, CannotCheck, IndexError, ValueError):
            refused = ("timeStamp.malformed",)
    return Verified(refused)


def _verify(
    token: Token,
    certificates: list[der.Certificate],
    signer: SignerInfo,
    message: bytes,
    lists: TrustLists,
    now: datetime,
    *,
    needs_list: bool,
) -> Verified:
    at = _position(signer, certificates)
    certificate = certificates[at]
    _check_signature(token, signer, certificate)
    when = signer.signing_time or token.stamp.time
    if not _is_inside(certificate, when, token.stamp.margin) or when > now + CLOCK_SKEW:
        raise _Refused("timeStamp.outsideValidity")
    imprint = cms.DIGESTS.get(token.stamp.algorithm)
    if imprint is None:
        raise _Refused("timeStamp.untrusted")
    if hashlib.new(imprint, message).digest() != token.stamp.digest:
        raise _Refused("timeStamp.mismatch")
    if needs_list and not profile.suits(certificate, {profile.TIME_STAMPING}):
        return Verified(("timeStamp.validated", "timeStamp.untrusted"), is_unsuitable=True)
    listed = _chain(token, at, certificates).anchor(lists.time_stamps, when) is not None
    if needs_list and not listed:
        raise _Refused("timeStamp.validated", "timeStamp.untrusted")
    codes = ("timeStamp.validated", "timeStamp.trusted")
    return Verified(codes, when, certificate.subject.common_name, listed)


def _is_inside(certificate: der.Certificate, when: datetime, margin: int) -> bool:
    first, last = certificate.not_before.timestamp(), certificate.not_after.timestamp()
    return first - margin <= when.timestamp() <= last + margin


def _position(signer: SignerInfo, certificates: list[der.Certificate]) -> int:
    """The position of the certificate that a signer names."""
    for at, held in enumerate(certificates):
        if signer.issuer:
            fits = (signer.issuer, signer.serial) == (held.issuer_name, held.serial)
        else:
            fits = signer.key_identifier == profile.key_identifier(held) != b""
        if fits:
            return at
    raise _Refused("timeStamp.untrusted")


def _check_signature(token: Token, signer: SignerInfo, certificate: der.Certificate) -> None:
    """Check the signature over the signed attributes, and their digest of the content."""
    if not signer.digest:
        raise _Refused("timeStamp.malformed")
    message = signer.message
    if message is not None:
        if signer.message_digest is None:
            raise _Refused("timeStamp.malformed")
        if hashlib.new(signer.digest, token.content).digest() != signer.message_digest:
            raise _Refused("timeStamp.mismatch")
    signed = bytes(token.content) if message is None else message
    if not keys.fits_cms(bytes(certificate.public_key), signer.digest, signer.signature, signed):
        raise _Refused("timeStamp.untrusted")


def _chain(token: Token, first: int, certificates: list[der.Certificate]) -> Chain:
    """The certificates of the token in the order of a chain, from the signer's. Others are left
    out."""
    left = dict(enumerate(certificates))
    ordered, at = [first], left.pop(first)
    while True:
        fits = (n for n, issuer in left.items() if issuer.subject_name == at.issuer_name)
        following = next(fits, None)
        if following is None:
            return Chain([token.certificates[n] for n in ordered])
        ordered.append(following)
        at = left.pop(following)
