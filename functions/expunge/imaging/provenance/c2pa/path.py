"""Follow certificates from a signer to a trust anchor (RFC 5280, section 6, without policies).

C2PA wants the whole chain in the signature, the signer's certificate first. So there is no search:
each certificate must be signed by the next, and one of them by an anchor.
"""

from __future__ import annotations

from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING

from expunge.imaging.provenance.c2pa import keys
from expunge.imaging.provenance.c2pa.verdict import CannotCheck

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from cryptography.x509 import Certificate

    from expunge.imaging.provenance.c2pa.trust import Anchors

MAX_CERTIFICATES = 10
"""Certificates in one chain. Real chains have two to four."""
_ALGORITHMS = {
    *(f"1.2.840.113549.1.1.{n}" for n in (10, 11, 12, 13)),  # RSA-PSS; RSA with SHA-2
    *(f"1.2.840.10045.4.3.{n}" for n in (2, 3, 4)),  # ECDSA with SHA-2
    "1.3.101.112",  # Ed25519
}
"""Signatures that C2PA 2.2, 14.5.1 allows on certificates."""


def library_faults() -> tuple[type[Exception], ...]:
    """What the library raises for certificates gone wrong."""
    from cryptography import x509  # noqa: PLC0415

    own = (x509.InvalidVersion, x509.DuplicateExtension, x509.UnsupportedGeneralNameType)
    return (ValueError, TypeError, UserWarning, *own)


class Chain:
    """A signer's certificates. Signatures are verified once, and only if an anchor's name fits."""

    def __init__(self, certificates: Sequence[bytes]) -> None:
        """Certificates as DER, the signer's first. Its own profile is the caller's to check."""
        self._certificates = certificates

    def anchor(self, anchors: Anchors, when: datetime | None) -> str | None:
        """Return the name of the anchor that the chain leads to; ``None`` if it leads to none.

        Parameters
        ----------
        anchors
            The anchors, roots or intermediates. Their own dates do not count (RFC 5280, 6.1.1).
        when
            The time at which every certificate of the path must be valid; ``None`` for any.
        """
        try:
            return self._find(anchors, when)
        except (ImportError, CannotCheck):
            return None
        except library_faults():
            return None

    def _find(self, anchors: Anchors, when: datetime | None) -> str | None:
        for depth, anchor in self._candidates(anchors):
            links = self._links[: depth + 1]
            if (
                self._is_linked
                and _issued(links[-1], anchor)
                and all(_is_valid(link, when) for link in links)
                and all(_may_issue(link, n) for n, link in enumerate(links[1:]))
            ):
                return anchors.label(anchor)
        return None

    def _candidates(self, anchors: Anchors) -> Iterator[tuple[int, Certificate]]:
        """Depths in the chain with an anchor of the issuer's name."""
        for depth, link in enumerate(self._links):
            for anchor in anchors.named(link.issuer):
                yield depth, anchor

    @cached_property
    def _links(self) -> list[Certificate]:
        """The certificates; empty if there are too many."""
        from cryptography.x509 import load_der_x509_certificate  # noqa: PLC0415

        if len(self._certificates) > MAX_CERTIFICATES:
            return []
        return [load_der_x509_certificate(certificate) for certificate in self._certificates]

    @cached_property
    def _is_linked(self) -> bool:
        """Whether each certificate is signed by the next."""
        return all(_issued(link, issuer) for link, issuer in pairwise(self._links))


def _is_valid(certificate: Certificate, when: datetime | None) -> bool:
    first, last = certificate.not_valid_before_utc, certificate.not_valid_after_utc
    return when is None or first <= when <= last


def _may_issue(certificate: Certificate, below: int) -> bool:
    """Whether an intermediate certificate may issue others, with ``below`` intermediates under
    it."""
    from cryptography import x509  # noqa: PLC0415

    try:
        constraints = certificate.extensions.get_extension_for_class(x509.BasicConstraints).value
        usage = certificate.extensions.get_extension_for_class(x509.KeyUsage).value
    except (x509.ExtensionNotFound, x509.DuplicateExtension):
        return False
    limit = constraints.path_length
    return constraints.ca and usage.key_cert_sign and (limit is None or below <= limit)


def _issued(certificate: Certificate, issuer: Certificate) -> bool:
    from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm  # noqa: PLC0415

    if certificate.signature_algorithm_oid.dotted_string not in _ALGORITHMS:
        return False
    try:
        keys.check_size(issuer.public_key())
        certificate.verify_directly_issued_by(issuer)
    except (ValueError, TypeError, InvalidSignature, UnsupportedAlgorithm):
        return False
    return True
