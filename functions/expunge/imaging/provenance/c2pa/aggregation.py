"""Check an identity that a claims aggregator certified (CAWG Identity Assertion 1.1, section 8.1).

The aggregator signs a verifiable credential in JSON with COSE. Its key is in the credential
(``did:jwk``), or in a document at a URL (``did:web``), which is never fetched.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
from datetime import datetime
from typing import TYPE_CHECKING, Any

from expunge.errors import MalformedImage
from expunge.imaging.provenance.c2pa import cbor, signature, time_stamp
from expunge.imaging.provenance.c2pa.values import (
    HashedUri,
    mapping,
    mappings,
    octets,
    sequence,
    text,
)
from expunge.imaging.provenance.c2pa.verdict import CannotCheck

if TYPE_CHECKING:
    from collections.abc import Iterator

    from expunge.imaging.provenance.c2pa.signature import ClaimSignature
    from expunge.imaging.provenance.c2pa.trust import TrustLists

KIND = "cawg.identity_claims_aggregation"
UNAVAILABLE = "did_unavailable"
"""The issuer's key is at a URL."""
MAX_CREDENTIAL = 1 << 20
_COSE_SIGN1, _CONTENT_TYPE, _ALGORITHM, _EDDSA = 18, 3, 1, -8
_DID = re.compile(r"did:([a-z0-9]+):([A-Za-z0-9/.%?_-]+)")

Fault = tuple[str, str]
"""The end of a status code ``cawg.ica.…`` (CAWG Identity Assertion 1.1, 8.1.7), and words."""


class _Refused(Exception):
    """What follows cannot be checked. The arguments are a `Fault`."""


def faults(assertion: dict[Any, Any], lists: TrustLists, now: datetime) -> Iterator[Fault]:
    """Yield what is wrong with an identity assertion of this kind."""
    try:
        signed, payload = _signed(octets(assertion.get("signature")))
        if signed.headers.get(_CONTENT_TYPE) != "application/vc":
            yield "invalid_content_type", "the identity's credential has another content type"
        credential = _credential(payload)
    except _Refused as refused:
        yield refused.args[0], refused.args[1]
        return
    try:
        _check_signature(signed, text(credential["issuer"]))
    except _Refused as refused:
        yield refused.args[0], refused.args[1]
    stamp = _stamp(signed, lists, now)
    if stamp is None and signed.stamps:
        yield "time_stamp.invalid", "the identity's time stamp does not fit"
    yield from _outside_validity(credential, [now, stamp] if stamp else [now])
    subject = mapping(mapping(credential["credentialSubject"]).get("c2paAsset"))
    if not _agree(mapping(assertion.get("signer_payload")), subject):
        yield "signer_payload.mismatch", "the identity was certified for other assertions"


def _signed(data: bytes) -> tuple[ClaimSignature, bytes]:
    """The COSE_Sign1 and its payload."""
    try:
        value = cbor.decode(data)
        if not isinstance(value, cbor.Tag) or value.number != _COSE_SIGN1:
            raise _Refused("invalid_cose_sign1", "the identity's signature is not a COSE_Sign1")
        found = signature.read(memoryview(data), memoryview(b""), cbor.Budget())
    except MalformedImage:
        raise _Refused(
            "invalid_cose_sign1", "the identity's signature is not a COSE_Sign1"
        ) from None
    if found.headers.get(_ALGORITHM) != _EDDSA:
        raise _Refused("invalid_alg", "the identity's signature has an algorithm other than EdDSA")
    payload = sequence(value.value)[2]
    if not isinstance(payload, bytes):
        raise _Refused("invalid_verifiable_credential", "there is no credential in the identity")
    return found.of(memoryview(payload)), payload


def _credential(payload: bytes) -> dict[str, Any]:
    """The credential, if it has the required members."""
    try:
        found = mapping(json.loads(payload)) if len(payload) <= MAX_CREDENTIAL else {}
        dates = [_date(found[key]) for key in ("validFrom", "validUntil") if key in found]
    except (ValueError, RecursionError):
        found, dates = {}, []
    asset = mapping(mapping(found.get("credentialSubject")).get("c2paAsset"))
    if not (text(found.get("issuer")) and text(asset.get("sig_type"))) or None in dates:
        raise _Refused("invalid_verifiable_credential", "the identity's credential is malformed")
    return found


def _date(value: object) -> datetime | None:
    found = datetime.fromisoformat(text(value))
    return found if found.tzinfo else None


def _check_signature(signed: ClaimSignature, issuer: str) -> None:
    """Check the signature with the issuer's key."""
    name = _DID.match(issuer)
    if name is None or name[1] not in ("jwk", "web"):
        raise _Refused("invalid_issuer", "the identity's issuer has a name that is not supported")
    if name[1] == "web":
        raise _Refused(UNAVAILABLE, "only its issuer can verify the identity")
    try:
        jwk = mapping(json.loads(_base64url(name[2])))
        key = _base64url(text(jwk.get("x")))
    except (ValueError, RecursionError, binascii.Error):
        jwk, key = {}, b""
    if (jwk.get("kty"), jwk.get("crv")) != ("OKP", "Ed25519") or len(key) != 32:
        raise _Refused("invalid_did_document", "the identity's issuer has another kind of key")
    if not signed.is_by_ed25519(key):
        raise _Refused("signature_mismatch", "the identity's signature does not fit its credential")


def _base64url(value: str) -> bytes:
    return base64.urlsafe_b64decode(value + "=" * (-len(value) % 4))


def _stamp(signed: ClaimSignature, lists: TrustLists, now: datetime) -> datetime | None:
    """The time of a stamp that fits, whoever made it."""
    for token, message in signed.stamps[:1]:
        try:
            return time_stamp.verify(token, message, lists, now, needs_list=False).time
        except CannotCheck:
            return None
    return None


def _outside_validity(credential: dict[str, Any], times: list[datetime]) -> Iterator[Fault]:
    if "validFrom" not in credential:
        yield "valid_from.missing", "the identity's credential has no beginning"
    elif min(times) < datetime.fromisoformat(credential["validFrom"]):
        yield "valid_from.invalid", "the identity's credential was not valid yet"
    until = credential.get("validUntil")
    if until and max(times) > datetime.fromisoformat(until):
        yield "valid_until.invalid", "the identity's credential has expired"


def _agree(payload: dict[Any, Any], asset: dict[Any, Any]) -> bool:
    """Whether a credential is for this payload. The payload may leave algorithms out."""
    ours, theirs = (
        [HashedUri.of(_with_text(uri)) for uri in mappings(each.get("referenced_assertions"))]
        for each in (payload, asset)
    )
    return (
        len(ours) == len(theirs)
        and all(
            (one.url, one.digest, one.algorithm or other.algorithm)
            == (other.url, other.digest, other.algorithm)
            for one, other in zip(ours, theirs, strict=True)
        )
        and payload.get("sig_type") == asset.get("sig_type")
        and (payload.get("role") or []) == (asset.get("role") or [])
    )


def _with_text(uri: dict[Any, Any]) -> dict[Any, Any]:
    """A reference whose digest some aggregators write as the character codes of its base64."""
    codes = uri.get("hash")
    if not isinstance(codes, list) or not all(
        type(code) is int and 0 <= code < 128 for code in codes
    ):
        return uri
    return uri | {"hash": bytes(codes).decode("ascii")}
