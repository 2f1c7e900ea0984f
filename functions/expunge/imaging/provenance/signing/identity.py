"""The operator's signing certificate and key, from settings."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

from expunge.errors import MalformedImage
from expunge.extras import is_installed, sentence
from expunge.imaging.provenance.c2pa import der, profile

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cryptography.x509 import Certificate

CERTIFICATE = "EXPUNGE_C2PA_CERT"
KEY = "EXPUNGE_C2PA_KEY"
AUTHORITY = "EXPUNGE_C2PA_TSA"
"""The settings ``c2pa_cert``, ``c2pa_key`` and ``c2pa_tsa``; also read here, since a library call
has no `Settings`. The first two are paths, or PEM texts themselves."""
EXTRA = "c2pa"
MAX_CHAIN = 10
_PEM = "-----BEGIN"
_WEB_URL = re.compile(r"https?://[^\s/]+\S*")
_CURVES = {"secp256r1": "es256", "secp384r1": "es384", "secp521r1": "es512"}
"""Names of C2PA's algorithms by curve."""


class SigningUnavailable(Exception):
    """The certificate and key cannot sign. The message says which setting is wrong, and why."""


@dataclass(frozen=True)
class Operator:
    """A certificate chain and key that can sign claims."""

    name: str
    """The certificate's organisation, else its common name."""
    algorithm: str
    """``es256``, ``es384``, ``es512``, ``ps256`` or ``ed25519``."""
    chain: bytes
    """PEM, the signing certificate first."""
    key: bytes = field(repr=False)
    """PEM, PKCS #8, not encrypted."""
    not_after: datetime
    authority: str = ""
    """URL of the time-stamping authority; empty for none."""

    def has_expired(self) -> bool:
        return datetime.now(UTC) > self.not_after


def configured(environ: Mapping[str, str] = os.environ) -> Operator | None:
    """Return the operator of the environment, read once; ``None`` if none is set.

    A certificate that has expired is returned: the service works without, and `doctor` tells.

    Raises
    ------
    SigningUnavailable
        One of the settings is missing or wrong, or the ``c2pa`` extra is not installed.
    """
    certificate, key = environ.get(CERTIFICATE, ""), environ.get(KEY, "")
    if not certificate and not key:
        return None
    if not certificate or not key:
        first, second = (KEY, CERTIFICATE) if key else (CERTIFICATE, KEY)
        raise SigningUnavailable(f"{first} also needs {second}")
    authority = environ.get(AUTHORITY, "")
    if authority and not _WEB_URL.fullmatch(authority):
        raise SigningUnavailable(f"{AUTHORITY}: not an http or https URL")
    return replace(_operator(certificate, key), authority=authority)


@cache
def _operator(certificate: str, key: str) -> Operator:
    operator = read(_text(certificate, CERTIFICATE), _text(key, KEY))
    if not is_installed(EXTRA):
        raise SigningUnavailable(f"{CERTIFICATE}: {sentence(EXTRA)}")
    return operator


def read(certificate: bytes, key: bytes) -> Operator:
    """Read and check a chain and its key, both PEM.

    Raises
    ------
    SigningUnavailable
        A part is malformed, the key does not fit, or C2PA does not allow the certificate.
    """
    chain = _chain(certificate)
    leaf = chain[0]
    loaded = _private_key(key)
    algorithm = _algorithm(loaded)
    if loaded.public_key() != leaf.public_key():
        raise SigningUnavailable(f"{KEY}: the key is not that of the first certificate")
    _check_profile(leaf)
    from cryptography.hazmat.primitives import serialization as pem  # noqa: PLC0415

    facts = der.certificate(leaf.public_bytes(pem.Encoding.DER))
    return Operator(
        name=facts.subject.organisation or facts.subject.common_name,
        algorithm=algorithm,
        chain=b"".join(link.public_bytes(pem.Encoding.PEM) for link in chain),
        key=loaded.private_bytes(pem.Encoding.PEM, pem.PrivateFormat.PKCS8, pem.NoEncryption()),
        not_after=facts.not_after,
    )


def _text(given: str, setting: str) -> bytes:
    """The PEM text of a setting."""
    if given.lstrip().startswith(_PEM):
        return given.replace("\\n", "\n").encode()
    try:
        return Path(given).read_bytes()
    except OSError as error:
        # base64 has no dots, so a key that lost its first line is not shown
        name = f"{given}: " if "." in given else ""
        raise SigningUnavailable(f"{setting}: {name}{error.strerror}") from None
    except ValueError:
        raise SigningUnavailable(f"{setting}: neither a path nor PEM text") from None


def _chain(data: bytes) -> list[Certificate]:
    """The certificates, each signed by the next."""
    from cryptography.x509 import load_pem_x509_certificates  # noqa: PLC0415

    try:
        chain = load_pem_x509_certificates(data)
    except ValueError:
        raise SigningUnavailable(f"{CERTIFICATE}: there is no certificate in PEM form") from None
    if len(chain) > MAX_CHAIN:
        raise SigningUnavailable(f"{CERTIFICATE}: the chain has more than {MAX_CHAIN} certificates")
    for at, (link, issuer) in enumerate(pairwise(chain), 1):
        if not _is_issued(link, issuer):
            raise SigningUnavailable(
                f"{CERTIFICATE}: certificate {at + 1} did not issue certificate {at}; the order "
                "is signing certificate, intermediates, root"
            )
    return chain


def _is_issued(link: Certificate, issuer: Certificate) -> bool:
    from cryptography.exceptions import InvalidSignature  # noqa: PLC0415

    try:
        link.verify_directly_issued_by(issuer)
    except (ValueError, TypeError, InvalidSignature):
        return False
    return True


def _private_key(data: bytes) -> Any:  # noqa: ANN401 (one of several unrelated classes)
    from cryptography.exceptions import UnsupportedAlgorithm  # noqa: PLC0415
    from cryptography.hazmat.primitives.serialization import (  # noqa: PLC0415
        load_pem_private_key,
    )

    try:
        return load_pem_private_key(data, None)
    except TypeError:
        raise SigningUnavailable(f"{KEY}: the key is encrypted; store it decrypted") from None
    except (ValueError, UnsupportedAlgorithm):
        raise SigningUnavailable(f"{KEY}: there is no private key in PEM form") from None


def _algorithm(key: object) -> str:
    from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa  # noqa: PLC0415

    if isinstance(key, ec.EllipticCurvePrivateKey) and key.curve.name in _CURVES:
        return _CURVES[key.curve.name]
    if isinstance(key, ed25519.Ed25519PrivateKey):
        return "ed25519"
    if isinstance(key, rsa.RSAPrivateKey):
        return "ps256"
    raise SigningUnavailable(f"{KEY}: C2PA takes RSA, P-256, P-384, P-521 and Ed25519 keys only")


def _check_profile(leaf: Certificate) -> None:
    """Check the certificate as a validator would (C2PA 2.2, section 14.5.1)."""
    from cryptography.hazmat.primitives.serialization import Encoding  # noqa: PLC0415

    if leaf.issuer == leaf.subject:
        raise SigningUnavailable(
            f"{CERTIFICATE}: the first certificate is self-signed, which C2PA does not allow"
        )
    try:
        suits = profile.suits(der.certificate(leaf.public_bytes(Encoding.DER)), profile.SIGNING)
    except (MalformedImage, IndexError):
        suits = False
    if not suits:
        raise SigningUnavailable(
            f"{CERTIFICATE}: C2PA does not allow this certificate to sign. It needs the key usage "
            "digitalSignature, an extended key usage such as C2PA claim signing or "
            "emailProtection, an authority key identifier, and 2,048 bits in an RSA key"
        )
