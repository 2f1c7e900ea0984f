"""A bounded DER reader (ITU-T X.690) for certificates and time-stamp tokens.

Names and dates need no cryptography. So the facts of a signature are reported even if no
cryptography library can check it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from expunge.errors import MalformedImage

MAX_ELEMENTS = 1_000
"""Elements in one sequence or set."""

OID, UTC_TIME, GENERALIZED_TIME, EXPLICIT_0, EXPLICIT_3 = 0x06, 0x17, 0x18, 0xA0, 0xA3

_ORGANISATION, _COMMON_NAME = b"\x55\x04\x0a", b"\x55\x04\x03"  # 2.5.4.10 and 2.5.4.3
_TEXT_ENCODINGS = {0x0C: "utf-8", 0x13: "ascii", 0x14: "latin-1", 0x16: "ascii", 0x1E: "utf-16-be"}


@dataclass(frozen=True, slots=True)
class Element:
    """One element: tag octet, content, and all its bytes with the header."""

    tag: int
    content: memoryview
    whole: memoryview


@dataclass(frozen=True, slots=True)
class Name:
    """The two attributes of an X.501 name that a report shows; empty if absent."""

    organisation: str
    common_name: str


@dataclass(frozen=True, slots=True)
class Certificate:
    """The fields of an X.509 certificate (RFC 5280) for reports and signature checks."""

    issuer: Name
    subject: Name
    not_before: datetime
    not_after: datetime
    public_key: memoryview
    """SubjectPublicKeyInfo, DER."""
    extensions: dict[bytes, memoryview]
    """Extension values by identifier octets; empty below version 3."""


@dataclass(frozen=True, slots=True)
class TimeStamp:
    """The time and the digest in a time-stamp token (RFC 3161)."""

    time: datetime
    algorithm: bytes
    """Octets of the digest algorithm's object identifier."""
    digest: bytes


def elements(data: memoryview) -> list[Element]:
    """Split ``data`` into elements.

    Raises
    ------
    expunge.errors.MalformedImage
        A length is invalid, a tag has more than one octet, or there are too many elements.
    """
    found: list[Element] = []
    at = 0
    while at < len(data):
        start, length, at = at, *_length(data, at + 1)
        if data[start] & 31 == 31 or length > len(data) - at or len(found) == MAX_ELEMENTS:
            raise MalformedImage("A signature in the C2PA data holds malformed DER.")
        found.append(Element(data[start], data[at : at + length], data[start : at + length]))
        at += length
    return found


def _length(data: memoryview, at: int) -> tuple[int, int]:
    """Read a length. Return it and the offset of the content."""
    first = data[at] if at < len(data) else 0x80
    octets = first & 0x7F if first & 0x80 else 0
    if first == 0x80 or octets > 4 or at + 1 + octets > len(data):
        raise MalformedImage("A signature in the C2PA data holds malformed DER.")
    return (int.from_bytes(data[at + 1 : at + 1 + octets]) if octets else first), at + 1 + octets


def certificate(der: bytes) -> Certificate:
    """Read a certificate.

    Raises
    ------
    expunge.errors.MalformedImage
        The bytes are not a certificate.
    """
    try:
        to_be_signed, *_ = elements(elements(memoryview(der))[0].content)
        fields = elements(to_be_signed.content)
        rest = fields[1:] if fields[0].tag == EXPLICIT_0 else fields
        _serial, _algorithm, issuer, validity, subject, key = rest[:6]
        begin, end = elements(validity.content)
        return Certificate(
            issuer=_name(issuer.content),
            subject=_name(subject.content),
            not_before=_time(begin),
            not_after=_time(end),
            public_key=key.whole,
            extensions=_extensions(rest[6:]),
        )
    except (IndexError, ValueError, OverflowError):
        raise MalformedImage("A certificate in the C2PA data is malformed.") from None


def time_stamp(token: bytes) -> TimeStamp:
    """Read a time-stamp token, bare or in a response (RFC 3161, sections 2.4.1 and 2.4.2).

    Raises
    ------
    expunge.errors.MalformedImage
        The bytes are neither.
    """
    try:
        content_info = elements(elements(memoryview(token))[0].content)
        if content_info[0].tag != OID:
            content_info = elements(content_info[1].content)
        signed_data = elements(elements(content_info[1].content)[0].content)
        encapsulated = elements(signed_data[2].content)
        info = elements(elements(elements(encapsulated[1].content)[0].content)[0].content)
        algorithm, digest = elements(info[2].content)
        return TimeStamp(
            time=_time(info[4]),
            algorithm=bytes(elements(algorithm.content)[0].content),
            digest=bytes(digest.content),
        )
    except (IndexError, ValueError, OverflowError):
        raise MalformedImage("A time stamp in the C2PA data is malformed.") from None


def _name(data: memoryview) -> Name:
    found = {_ORGANISATION: "", _COMMON_NAME: ""}
    for relative in elements(data):
        for attribute in elements(relative.content):
            kind, value = elements(attribute.content)[:2]
            if (oid := bytes(kind.content)) in found:
                encoding = _TEXT_ENCODINGS.get(value.tag, "latin-1")
                found[oid] = found[oid] or str(value.content, encoding, "replace")
    return Name(found[_ORGANISATION], found[_COMMON_NAME])


def _time(element: Element) -> datetime:
    """Read UTCTime or GeneralizedTime, with two-digit years as in RFC 5280, 4.1.2.5.1."""
    text = str(element.content, "ascii").removesuffix("Z").partition(".")[0]
    if element.tag == UTC_TIME:
        text = ("19" if text[:2] >= "50" else "20") + text
    elif element.tag != GENERALIZED_TIME:
        raise ValueError(element.tag)
    return datetime.strptime(text, "%Y%m%d%H%M%S").replace(tzinfo=UTC)


def _extensions(optional: list[Element]) -> dict[bytes, memoryview]:
    """Read the extensions: identifier, optional criticality, value in an octet string."""
    found: dict[bytes, memoryview] = {}
    for field in optional:
        if field.tag == EXPLICIT_3:
            for extension in elements(elements(field.content)[0].content):
                identifier, *_, value = elements(extension.content)
                found[bytes(identifier.content)] = value.content
    return found
