"""Verify raw signatures with a public key, within limits of the key's size.

The ``cryptography`` package is imported only when something is verified.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from expunge.errors import MalformedImage
from expunge.imaging.provenance.c2pa.verdict import CannotCheck, Mismatch

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey
    from cryptography.hazmat.primitives.asymmetric.types import PublicKeyTypes

CURVES = ("secp256r1", "secp384r1", "secp521r1")
"""Curves that C2PA 2.2, 13.2.1 allows, with any digest."""
MAX_KEY_BITS = 8_192
"""Longer RSA keys take long to verify and are in no trust list."""
MAX_EXPONENT_BITS = 33


def load(key_info: bytes) -> PublicKeyTypes:
    """Load a SubjectPublicKeyInfo in DER.

    Raises
    ------
    CannotCheck
        The library is not installed, does not support the key, or the key is too long.
    expunge.errors.MalformedImage
        The key is malformed, or on a curve that C2PA does not allow.
    """
    try:
        from cryptography.exceptions import UnsupportedAlgorithm  # noqa: PLC0415
        from cryptography.hazmat.primitives.asymmetric import ec  # noqa: PLC0415
        from cryptography.hazmat.primitives.serialization import (  # noqa: PLC0415
            load_der_public_key,
        )
    except ImportError:
        raise CannotCheck("no cryptography library is installed") from None
    try:
        key = load_der_public_key(key_info)
    except UnsupportedAlgorithm:
        raise CannotCheck("the cryptography library does not support the key") from None
    except ValueError:
        raise MalformedImage("The certificate in the C2PA data holds a malformed key.") from None
    check_size(key)
    if isinstance(key, ec.EllipticCurvePublicKey) and key.curve.name not in CURVES:
        raise MalformedImage("C2PA does not allow the curve of a key in the C2PA data.")
    return key


def check_size(key: object) -> None:
    """Reject an RSA key that would take long.

    Raises
    ------
    CannotCheck
        The key is longer than the limit.
    """
    from cryptography.hazmat.primitives.asymmetric import rsa  # noqa: PLC0415

    if isinstance(key, rsa.RSAPublicKey):
        exponent = key.public_numbers().e
        if key.key_size > MAX_KEY_BITS or exponent.bit_length() > MAX_EXPONENT_BITS:
            raise CannotCheck("the key is longer than the limit")


def verify_cose(key_info: bytes, scheme: tuple[str, str], signature: bytes, message: bytes) -> None:
    """Verify a COSE signature.

    Parameters
    ----------
    key_info
        SubjectPublicKeyInfo, DER.
    scheme
        Names of algorithm and digest, as in `signature.ALGORITHMS`.
    signature, message
        ECDSA as r and s, one after the other (RFC 9053, section 2.1).

    Raises
    ------
    Mismatch
        The signature is wrong.
    CannotCheck
        See `load`.
    expunge.errors.MalformedImage
        See `load`; or the algorithm does not fit the key.
    """
    key = load(key_info)
    from cryptography.exceptions import InvalidSignature  # noqa: PLC0415

    try:
        _verify_cose(key, scheme, signature, message)
    except InvalidSignature:
        raise Mismatch("the claim signature is not valid") from None


def fits_ed25519(key: bytes, signature: bytes, message: bytes) -> bool:
    """Whether an Ed25519 signature is right. The key has 32 bytes.

    Raises
    ------
    CannotCheck
        The library is not installed.
    """
    try:
        from cryptography.exceptions import InvalidSignature  # noqa: PLC0415
        from cryptography.hazmat.primitives.asymmetric.ed25519 import (  # noqa: PLC0415
            Ed25519PublicKey,
        )
    except ImportError:
        raise CannotCheck("no cryptography library is installed") from None
    try:
        Ed25519PublicKey.from_public_bytes(key).verify(signature, message)
    except InvalidSignature:
        return False
    return True


def _verify_cose(
    key: PublicKeyTypes, scheme: tuple[str, str], signature: bytes, message: bytes
) -> None:
    from cryptography.exceptions import InvalidSignature  # noqa: PLC0415
    from cryptography.hazmat.primitives import hashes  # noqa: PLC0415
    from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa  # noqa: PLC0415

    name, digest_name = scheme
    digest = getattr(hashes, digest_name or "SHA512")()
    if name.startswith("ES") and isinstance(key, ec.EllipticCurvePublicKey):
        if len(signature) != 2 * _width(key):
            raise InvalidSignature
        key.verify(_as_der(key, signature), message, ec.ECDSA(digest))
    elif name.startswith("PS") and isinstance(key, rsa.RSAPublicKey):
        pss = padding.PSS(padding.MGF1(digest), digest.digest_size)
        key.verify(signature, message, pss, digest)
    elif name == "EdDSA" and isinstance(key, ed25519.Ed25519PublicKey):
        key.verify(signature, message)
    else:
        raise MalformedImage("The claim signature's algorithm does not fit its key.")


def _width(key: EllipticCurvePublicKey) -> int:
    """Octets of a number on the key's curve."""
    return (key.curve.key_size + 7) // 8


def _as_der(key: EllipticCurvePublicKey, signature: bytes) -> bytes:
    """An ECDSA signature in DER, also if it is the two bare numbers."""
    from cryptography.hazmat.primitives.asymmetric.utils import (  # noqa: PLC0415
        encode_dss_signature,
    )

    width = _width(key)
    if len(signature) != 2 * width:
        return signature
    return encode_dss_signature(
        int.from_bytes(signature[:width]), int.from_bytes(signature[width:])
    )


def fits_cms(key_info: bytes, digest_name: str, signature: bytes, message: bytes) -> bool:
    """Whether a signature in a CMS structure (RFC 5652) is right.

    The key decides the scheme: RSA with PKCS #1 v1.5, ECDSA in DER or as bare numbers, which some
    time-stamping authorities send, or Ed25519.

    Raises
    ------
    CannotCheck, expunge.errors.MalformedImage
        See `load`.
    """
    key = load(key_info)
    from cryptography.exceptions import InvalidSignature  # noqa: PLC0415
    from cryptography.hazmat.primitives import hashes  # noqa: PLC0415
    from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa  # noqa: PLC0415

    digest = getattr(hashes, digest_name.upper())()
    try:
        if isinstance(key, rsa.RSAPublicKey):
            key.verify(signature, message, padding.PKCS1v15(), digest)
        elif isinstance(key, ec.EllipticCurvePublicKey):
            key.verify(_as_der(key, signature), message, ec.ECDSA(digest))
        elif isinstance(key, ed25519.Ed25519PublicKey):
            key.verify(signature, message)
        else:
            return False
    except InvalidSignature:
        return False
    return True
