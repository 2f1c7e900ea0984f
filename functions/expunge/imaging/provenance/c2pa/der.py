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

INTEGER, OCTET_STRING, OID, SEQUENCE, SET = 0x02, 0x04, 0x06, 0x30, 0x31
UTC_TIME, GENERALIZED_TIME, EXPLICIT_0, EXPLICIT_3 = 0x17, 0x18, 0xA0, 0xA3

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
    critical: frozenset[bytes]
    """Identifiers of the critical extensions."""
    version: int
    """1 to 3."""
    serial: bytes
    issuer_name: bytes
    subject_name: bytes
    """The whole names as DER, to compare them."""
    algorithm: memoryview
    """AlgorithmIdentifier of the issuer's signature: elements identifier and parameters."""
    has_unique_ids: bool
    """Whether issuer or subject have a unique identifier, which C2PA forbids."""


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
        to_be_signed, algorithm, *_ = elements(elements(memoryview(der))[0].content)
        fields = elements(to_be_signed.content)
        versioned = fields[0].tag == EXPLICIT_0
        version = int.from_bytes(elements(fields[0].content)[0].content) if versioned else 0
        serial, _, issuer, validity, subject, key, *optional = fields[versioned:]
        begin, end = elements(validity.content)
        extensions, critical = _extensions(optional)
        return Certificate(
            issuer=_name(issuer.content),
            subject=_name(subject.content),
            not_before=time(begin),
            not_after=time(end),
            public_key=key.whole,
            extensions=extensions,
            critical=critical,
            version=version + 1,
            serial=bytes(serial.content),
            issuer_name=bytes(issuer.whole),
            subject_name=bytes(subject.whole),
            algorithm=algorithm.content,
            has_unique_ids=any(field.tag & 0x1F in (1, 2) for field in optional),
        )
    except (IndexError, ValueError, OverflowError):
        raise MalformedImage("A certificate in the C2PA data is malformed.") from None


def _name(data: memoryview) -> Name:
    found = {_ORGANISATION: "", _COMMON_NAME: ""}
    for relative in elements(data):
        for attribute in elements(relative.content):
            kind, value = elements(attribute.content)[:2]
            if (oid := bytes(kind.content)) in found:
                encoding = _TEXT_ENCODINGS.get(value.tag, "latin-1")
                found[oid] = found[oid] or str(value.content, encoding, "replace")
    return Name(found[_ORGANISATION], found[_COMMON_NAME])


def time(element: Element) -> datetime:
    """Read UTCTime or GeneralizedTime, with two-digit years as in RFC 5280, 4.1.2.5.1."""
    text = str(element.content, "ascii").removesuffix("Z").partition(".")[0]
    if element.tag == UTC_TIME:
        text = ("19" if text[:2] >= "50" else "20") + text
    elif element.tag != GENERALIZED_TIME:
        raise ValueError(element.tag)
    if len(text) != 14 or not text.isdecimal():
        raise ValueError(text)
    month, day, hour, minute, second = (int(text[at : at + 2]) for at in range(4, 14, 2))
    return datetime(int(text[:4]), month, day, hour, minute, second, tzinfo=UTC)


def _extensions(optional: list[Element]) -> tuple[dict[bytes, memoryview], frozenset[bytes]]:
    """Read the extensions: identifier, optional criticality, value in an octet string."""
    found: dict[bytes, memoryview] = {}
    critical = set()
    for field in optional:
        if field.tag == EXPLICIT_3:
            for extension in elements(elements(field.content)[0].content):
                identifier, *flag, value = elements(extension.content)
                found[bytes(identifier.content)] = value.content
                if flag and any(flag[0].content):
                    critical.add(bytes(identifier.content))
    return found, frozenset(critical)
