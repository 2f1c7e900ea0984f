"""The public trust lists: which certificate authorities C2PA accepts for claims and time stamps.

The lists lie in ``lists/`` beside their sources, dates and licences (``sources.json``).
``expunge trust update`` fetches newer ones. Nothing is fetched here.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from cryptography.x509 import Certificate, Name

    from expunge.imaging.provenance.c2pa.path import Chain

LISTS = Path(__file__).with_name("lists")
SIGNERS, TIME_STAMPS, INTERIM = "signers.pem", "time-stamps.pem", "interim.pem"
INTERIM_SIGNERS, SOURCES = "interim-signers.txt", "sources.json"


class Anchors:
    """Trust anchors by the DER of their names."""

    def __init__(self, certificates: Sequence[Certificate] = ()) -> None:
        self._by_name: dict[bytes, list[Certificate]] = {}
        for certificate in certificates:
            self._by_name.setdefault(certificate.subject.public_bytes(), []).append(certificate)

    def __len__(self) -> int:
        return sum(map(len, self._by_name.values()))

    @classmethod
    def from_pem(cls, data: bytes) -> Anchors:
        """Read certificates in PEM; other text between them is ignored.

        Raises
        ------
        ValueError
            The data holds no certificate, or a malformed one.
        """
        from cryptography.x509 import load_pem_x509_certificates  # noqa: PLC0415

        return cls(load_pem_x509_certificates(data))

    def named(self, name: Name) -> Sequence[Certificate]:
        return self._by_name.get(name.public_bytes(), ())

    @staticmethod
    def label(anchor: Certificate) -> str:
        """The common name of an anchor, else its whole name."""
        names = [str(part.value) for part in anchor.subject if part.oid.dotted_string == "2.5.4.3"]
        return names[0] if names else anchor.subject.rfc4514_string()


@dataclass(frozen=True)
class TrustLists:
    """The lists that a validation uses. Empty lists trust nobody."""

    signers: Anchors = field(default_factory=Anchors)
    time_stamps: Anchors = field(default_factory=Anchors)
    interim: Anchors = field(default_factory=Anchors)
    interim_signers: frozenset[str] = frozenset()
    """SHA-256 of signers' own certificates, in hexadecimal."""

    def is_interim(self, certificate: bytes, chain: Chain, when: datetime | None) -> bool:
        """Whether a signer's certificate is on the interim list, or its chain leads there."""
        listed = hashlib.sha256(certificate).hexdigest() in self.interim_signers
        return listed or chain.anchor(self.interim, when) is not None


@cache
def public_lists() -> TrustLists:
    """The lists of this package; empty if no cryptography library is installed."""
    if find_spec("cryptography") is None:  # as in a browser, which has no lists either
        return TrustLists()
    return read_lists(LISTS)


def read_lists(folder: Path) -> TrustLists:
    """Read the lists in a folder.

    Raises
    ------
    OSError, ValueError
        A list is missing or malformed.
    """
    return TrustLists(
        signers=Anchors.from_pem((folder / SIGNERS).read_bytes()),
        time_stamps=Anchors.from_pem((folder / TIME_STAMPS).read_bytes()),
        interim=Anchors.from_pem((folder / INTERIM).read_bytes()),
        interim_signers=frozenset((folder / INTERIM_SIGNERS).read_text().split()),
    )
