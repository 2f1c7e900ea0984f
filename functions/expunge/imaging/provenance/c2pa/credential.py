"""Judge a manifest's signer: certificate, time stamp, revocation, trust (C2PA 2.2, 14 and 15)."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING

from expunge.errors import MalformedImage
from expunge.imaging.provenance.c2pa import ocsp, profile, time_stamp
from expunge.imaging.provenance.c2pa.manifest import EXPIRED_CODE, UNTRUSTED_CODE, Trust
from expunge.imaging.provenance.c2pa.path import Chain
from expunge.imaging.provenance.c2pa.time_stamp import Verified
from expunge.imaging.provenance.c2pa.values import mapping, octets, sequence

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from expunge.imaging.provenance.c2pa.der import Certificate
    from expunge.imaging.provenance.c2pa.opened import OpenedManifest
    from expunge.imaging.provenance.c2pa.signature import ClaimSignature
    from expunge.imaging.provenance.c2pa.trust import TrustLists

_WHERE = "c2pa.signature"
TRUSTED_CODE, _INVALID_CODE = "signingCredential.trusted", "signingCredential.invalid"
_MAX_ATTACHED, _MAX_ALL_ATTACHED = 2, 40
"""Tokens in time-stamp assertions that are looked at for one manifest, and for all."""
_MAX_ANSWERS = 4


@dataclass(frozen=True, slots=True)
class Credential:
    """What is known of a manifest's signer."""

    trust: Trust
    anchor: str = ""
    """Name of the trust anchor; empty without one."""
    stamp: Verified = field(default_factory=lambda: Verified(()))
    codes: tuple[str, ...] = ()
    """Status codes of success and information, and ``signingCredential.untrusted``."""

    @property
    def is_listed(self) -> bool:
        """Whether the certificate leads to the C2PA trust list."""
        return TRUSTED_CODE in self.codes


def check(store: Sequence[OpenedManifest], lists: TrustLists, now: datetime) -> None:
    """Judge the signers of some manifests that refer to each other; record problems on each."""
    attached = _attached_stamps(store)
    for opened in store:
        if opened.signature is None:
            continue
        try:
            certificate = opened.signature.certificate
            stamp = _stamp(opened, attached.get(opened.label, []), lists, now)
            opened.credential = _judge(opened, certificate, stamp, lists, now)
        except (MalformedImage, IndexError):
            continue  # the signature check reports this


def _judge(
    opened: OpenedManifest,
    certificate: Certificate,
    stamp: Verified,
    lists: TrustLists,
    now: datetime,
) -> Credential:
    assert opened.signature is not None
    certificates = opened.signature.chain
    chain = Chain(certificates)
    when = stamp.time or now
    revocation = ocsp.status(_revocation_answers(opened), certificates, lists, stamp.time, now)
    anchor = chain.anchor(lists.signers, when) if profile.may_sign(certificate) else None
    _record(opened, certificate, stamp, revocation, now)
    codes = (*stamp.codes, revocation.value, TRUSTED_CODE if anchor else UNTRUSTED_CODE)
    stale = Trust.EXPIRED_BUT_TIMESTAMPED if now > certificate.not_after else Trust.TRUSTED
    trust = stale if anchor else Trust.UNTRUSTED
    trust = _distrust(opened, chain, lists, when) or trust
    return Credential(trust, anchor or "", stamp, tuple(filter(None, codes)))


def _record(
    opened: OpenedManifest,
    certificate: Certificate,
    stamp: Verified,
    revocation: ocsp.Revocation,
    now: datetime,
) -> None:
    """Record what is wrong with a certificate. An expired one is not examined further."""
    if revocation is ocsp.Revocation.REVOKED:
        opened.fail(revocation.value, "its authority revoked the certificate", _WHERE)
    if not certificate.not_before <= (stamp.time or now) <= certificate.not_after:
        opened.fail(EXPIRED_CODE, _validity_period(certificate, stamp, now), _WHERE)
    elif not profile.suits(certificate, profile.SIGNING):
        opened.fail(_INVALID_CODE, "the certificate may not sign claims", _WHERE)
    if stamp.is_unsuitable:
        opened.fail(_INVALID_CODE, "the time stamp's certificate is not one for that", _WHERE)


def _distrust(
    opened: OpenedManifest, chain: Chain, lists: TrustLists, when: datetime
) -> Trust | None:
    """Why a signer is not plainly trusted or unknown."""
    assert opened.signature is not None
    codes = {problem.code for problem in opened.problems}
    if ocsp.Revocation.REVOKED.value in codes:
        return Trust.REVOKED
    has_expired = EXPIRED_CODE in codes
    if has_expired and chain.anchor(lists.signers, None):
        return Trust.EXPIRED
    if _INVALID_CODE in codes:
        return Trust.UNSUITABLE
    if chain.anchor(lists.signers, when):
        return None
    signer = opened.signature.chain[0]
    is_interim = lists.is_interim(signer, chain, None if has_expired else when)
    return Trust.INTERIM if is_interim else None


def _validity_period(certificate: Certificate, stamp: Verified, now: datetime) -> str:
    """Why a certificate is not valid, in words."""
    if (stamp.time or now) < certificate.not_before:
        return f"the certificate is valid from {certificate.not_before:%Y-%m-%d} only"
    since = f"the certificate expired on {certificate.not_after:%Y-%m-%d}"
    if stamp.time:
        return f"{since}, before the signature"
    return f"{since}, and no trusted time stamp shows that it was valid at the time of signing"


def _stamp(
    opened: OpenedManifest, attached: Sequence[bytes], lists: TrustLists, now: datetime
) -> Verified:
    """The time stamp of a claim signature: from a later assertion, else from its own header.

    A version 1 claim is older than the list of time-stamping authorities, and needs none of it.
    """
    assert opened.signature is not None
    found: ClaimSignature = opened.signature
    needs_list = opened.claim_version != 1
    for token in attached:
        stamp = time_stamp.verify(token, found.signature, lists, now, needs_list=needs_list)
        if stamp.time:
            return Verified((), stamp.time, stamp.authority, stamp.is_listed)
    if len(found.stamps) > 1:
        return Verified(("timeStamp.malformed",))
    for token, message in found.stamps:
        return time_stamp.verify(token, message, lists, now, needs_list=needs_list)
    return Verified(())


def _attached_stamps(store: Sequence[OpenedManifest]) -> dict[str, list[bytes]]:
    """Tokens in time-stamp assertions (C2PA 2.2, 18.17.3), by the label of the stamped manifest."""
    found: dict[str, list[bytes]] = {}
    held = (
        (label, octets(token))
        for opened in store
        for _, data in opened.labelled("c2pa.time-stamp")
        for label, token in data.items()
        if isinstance(label, str)
    )
    for label, token in islice(held, _MAX_ALL_ATTACHED):
        tokens = found.setdefault(label, [])
        if len(tokens) < _MAX_ATTACHED:
            tokens.append(token)
    return found


def _revocation_answers(opened: OpenedManifest) -> list[bytes]:
    """OCSP responses in the signature, else in a certificate status assertion (18.18)."""
    assert opened.signature is not None
    if stapled := opened.signature.revocation_answers:
        return stapled
    values = [
        octets(value)
        for _, data in opened.labelled("c2pa.certificate-status")
        for value in sequence(mapping(data).get("ocspVals"))
    ]
    return values[:_MAX_ANSWERS]
