"""Read the SignedData (RFC 5652) of a time-stamp token (RFC 3161). Nothing is verified here."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from expunge.errors import MalformedImage
from expunge.imaging.provenance.c2pa import der

MAX_CERTIFICATES, MAX_SIGNERS = 20, 4
"""Looked at in one token. Real tokens carry up to four certificates and have one signer."""
MAX_MARGIN = 86_400
"""Seconds of accuracy that count. Authorities state one second or less."""

_SIGNED_DATA = bytes.fromhex("2a864886f70d010702")
_TST_INFO = bytes.fromhex("2a864886f70d0109100104")
_MESSAGE_DIGEST, _SIGNING_TIME = (
    bytes.fromhex("2a864886f70d010904"),
    bytes.fromhex("2a864886f70d010905"),
)
_GRANTED = (b"\0", b"\1")  # PKIStatus granted and grantedWithMods

DIGESTS = {
    bytes.fromhex("608648016503040201"): "sha256",
    bytes.fromhex("608648016503040202"): "sha384",
    bytes.fromhex("608648016503040203"): "sha512",
}
"""Digest names by object identifier."""


@dataclass(frozen=True, slots=True)
class TimeStamp:
    """The time and the digest in a time-stamp token."""

    time: datetime
    algorithm: bytes
    """Octets of the digest algorithm's object identifier."""
    digest: bytes
    margin: int = 0
    """The authority's stated accuracy in seconds, rounded up."""


@dataclass(frozen=True, slots=True)
class SignerInfo:
    """One signature of the token."""

    issuer: bytes
    """The issuer's name as DER; empty if a key identifier names the certificate."""
    serial: bytes
    key_identifier: bytes
    digest: str
    """Name of the digest algorithm; empty if unknown."""
    attributes: memoryview | None
    """The signed attributes' element, with its implicit tag."""
    signature: bytes

    @property
    def message(self) -> bytes | None:
        """The signed attributes in the form that is signed: as an explicit SET in DER, which is
        sorted (RFC 5652, section 5.4)."""
        if not self.attributes:
            return None
        listed = der.elements(self.attributes)[0].content
        header = bytes(self.attributes[1 : len(self.attributes) - len(listed)])
        return b"\x31" + header + b"".join(sorted(bytes(e.whole) for e in der.elements(listed)))

    @property
    def message_digest(self) -> bytes | None:
        """The digest in the signed attributes."""
        value = self._attribute(_MESSAGE_DIGEST)
        return bytes(value.content) if value and value.tag == der.OCTET_STRING else None

    @property
    def signing_time(self) -> datetime | None:
        """The time in the signed attributes; most authorities leave it out."""
        value = self._attribute(_SIGNING_TIME)
        try:
            return der.time(value) if value else None
        except (ValueError, OverflowError):
            return None

    def _attribute(self, identifier: bytes) -> der.Element | None:
        """The only value of a signed attribute."""
        listed = der.elements(self.attributes)[0].content if self.attributes else memoryview(b"")
        for attribute in der.elements(listed):
            kind, values = der.elements(attribute.content)[:2]
            if bytes(kind.content) == identifier:
                found = der.elements(values.content)
                return found[0] if len(found) == 1 else None
        return None


@dataclass(frozen=True, slots=True)
class Token:
    """A time-stamp token."""

    stamp: TimeStamp
    content: memoryview
    """The TSTInfo, which the signature covers."""
    certificates: tuple[bytes, ...]
    signers: tuple[SignerInfo, ...]


def token(data: bytes) -> Token:
    """Read a time-stamp token, bare or in a response (RFC 3161, sections 2.4.1 and 2.4.2).

    Raises
    ------
    expunge.errors.MalformedImage
        The bytes are neither, or the authority refused.
    """
    try:
        _, _, encapsulated, *rest = _signed_data(data)
        content = _content(encapsulated)
        sets = [field for field in rest if field.tag == der.EXPLICIT_0]
        held = der.elements(sets[0].content) if sets else []
        signers = der.elements(rest[-1].content)
        return Token(
            stamp=_stamp(content),
            content=content,
            certificates=tuple(bytes(c.whole) for c in held[:MAX_CERTIFICATES]),
            signers=tuple(_signer(info) for info in signers[:MAX_SIGNERS]),
        )
    except (IndexError, ValueError, OverflowError):
        raise MalformedImage("A time stamp in the C2PA data is malformed.") from None


def time_stamp(data: bytes) -> TimeStamp:
    """The time and digest of a token, also if its signature is unreadable.

    Raises
    ------
    expunge.errors.MalformedImage
        The bytes are no token.
    """
    try:
        return _stamp(_content(_signed_data(data)[2]))
    except (IndexError, ValueError, OverflowError):
        raise MalformedImage("A time stamp in the C2PA data is malformed.") from None


def _signed_data(data: bytes) -> list[der.Element]:
    """The fields of the SignedData in a token or a response."""
    content_info = der.elements(der.elements(memoryview(data))[0].content)
    if content_info[0].tag != der.OID:
        status = der.elements(content_info[0].content)[0]
        if bytes(status.content) not in _GRANTED:
            raise ValueError(status)
        content_info = der.elements(content_info[1].content)
    if bytes(content_info[0].content) != _SIGNED_DATA:
        raise ValueError(content_info[0])
    return der.elements(der.elements(content_info[1].content)[0].content)


def _content(encapsulated: der.Element) -> memoryview:
    """The TSTInfo in the encapsulated content."""
    kind, wrapped = der.elements(encapsulated.content)[:2]
    if bytes(kind.content) != _TST_INFO:
        raise ValueError(kind)
    return der.elements(wrapped.content)[0].content


def _stamp(content: memoryview) -> TimeStamp:
    """Read a TSTInfo: version, policy, message imprint, serial number, time, and optional rest."""
    info = der.elements(der.elements(content)[0].content)
    algorithm, digest = der.elements(info[2].content)
    accuracy = next((field for field in info[5:] if field.tag == der.SEQUENCE), None)
    return TimeStamp(
        time=der.time(info[4]),
        algorithm=bytes(der.elements(algorithm.content)[0].content),
        digest=bytes(digest.content),
        margin=_seconds(accuracy) if accuracy else 0,
    )


def _seconds(accuracy: der.Element) -> int:
    """Seconds, and thousandths and millionths in the implicit tags 0 and 1; rounded up."""
    scale = {der.INTEGER: 1_000_000, 0x80: 1_000, 0x81: 1}
    parts = der.elements(accuracy.content)
    micros = sum(scale.get(p.tag, 0) * int.from_bytes(p.content[:4]) for p in parts)
    return min(-(-micros // 1_000_000), MAX_MARGIN)


def _signer(info: der.Element) -> SignerInfo:
    _, identifier, digest, *rest = der.elements(info.content)
    named = der.elements(identifier.content) if identifier.tag == der.SEQUENCE else []
    attributes = rest[0].whole if rest[0].tag == der.EXPLICIT_0 else None
    signature = next(field for field in rest if field.tag == der.OCTET_STRING)
    return SignerInfo(
        issuer=bytes(named[0].whole) if named else b"",
        serial=bytes(named[1].content) if named else b"",
        key_identifier=b"" if named else bytes(identifier.content),
        digest=DIGESTS.get(bytes(der.elements(digest.content)[0].content), ""),
        attributes=attributes,
        signature=bytes(signature.content),
    )
