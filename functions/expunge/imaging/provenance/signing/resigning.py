"""Write a manifest: for a cleaned file, whose parent is the original, or for a picture made here.

The official library does the writing. It is asked to fetch nothing: a manifest can name remote
manifests, OCSP responders and the issuers of identities.
"""

from __future__ import annotations

import io
import json
from contextlib import contextmanager
from functools import cache
from typing import TYPE_CHECKING, Any, BinaryIO

from expunge.extras import explained
from expunge.imaging.provenance.c2pa.trust import LISTS, SIGNERS, TIME_STAMPS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from expunge.imaging.provenance.signing.identity import Operator

MEDIA_TYPES = ("image/jpeg", "image/png")
"""Cleaned files that are signed here."""
MAX_REDACTIONS = 100
PURPOSES = (
    "1.3.6.1.5.5.7.3.4",  # emailProtection
    "1.3.6.1.5.5.7.3.8",  # timeStamping
    "1.3.6.1.5.5.7.3.9",  # OCSPSigning
    "1.3.6.1.5.5.7.3.36",  # documentSigning
    "1.3.6.1.4.1.311.76.59.1.9",  # Microsoft's C2PA signing
    "1.3.6.1.4.1.62558.2.1",  # c2pa-kp-claimSigning
)
"""Extended key usages of certificates that may sign claims, as in `profile.SIGNING`. Without them,
the library knows the first three alone, and calls the signer of a parent unsuitable."""
_PARENT = "parent"
_REASON = "c2pa.PII.present"  # C2PA 2.2, section 18.15.4.7


class CannotSign(Exception):
    """The library refused. The message is its own."""


def resign(
    original: bytes,
    cleaned: bytes,
    media_type: str,
    *,
    redactions: Sequence[str],
    operator: Operator,
    version: str,
) -> bytes:
    """Return the cleaned file with a manifest signed by the operator.

    If the operator has a time-stamping authority, it is asked to stamp the signature.

    Parameters
    ----------
    original
        The file as it was received. Its manifests become ingredients; its other bytes do not.
    cleaned
        The file without private bytes, and without a manifest.
    media_type
        One of `MEDIA_TYPES`.
    redactions
        JUMBF URIs of the assertions to take out of the original's manifests.
    version
        The version of this software, which the claim names as its generator.

    Raises
    ------
    CannotSign
        The library cannot read the original, redact an assertion, sign or get a time stamp.
    expunge.errors.ExtraMissing
        The ``c2pa`` extra is not installed.
    """
    signed = io.BytesIO()
    with _builder(_manifest(media_type, version, redactions), operator) as (signer, builder):
        parent = {"relationship": "parentOf", "label": _PARENT}
        builder.add_ingredient(json.dumps(parent), media_type, io.BytesIO(original))
        builder.sign(signer, media_type, io.BytesIO(cleaned), signed)
    return signed.getvalue()


def sign_made(
    made: BinaryIO,
    out: BinaryIO,
    media_type: str,
    *,
    source_type: str,
    operator: Operator,
    version: str,
) -> None:
    """Write a picture that this software made, with a manifest that says so.

    Parameters
    ----------
    made, out
        Both at their start; ``out`` is also readable.
    source_type
        URL of an IPTC source type.

    Raises
    ------
    CannotSign
        The library does not sign this type, refuses this file, or gets no time stamp.
    expunge.errors.ExtraMissing
        The ``c2pa`` extra is not installed.
    """
    actions = [
        {"action": "c2pa.created", "digitalSourceType": source_type},
        {"action": "c2pa.edited", "digitalSourceType": source_type},
    ]
    with _builder(_claim(media_type, version, actions), operator) as (signer, builder):
        builder.sign(signer, media_type, made, out)


@contextmanager
def _builder(claim: dict[str, Any], operator: Operator) -> Iterator[tuple[Any, Any]]:
    """The library's signer and builder; its refusals become `CannotSign`."""
    with explained():
        import c2pa  # noqa: PLC0415
    try:
        context = _context()
        signer = c2pa.Signer.from_info(
            c2pa.C2paSignerInfo(
                operator.algorithm, operator.chain, operator.key, operator.authority or None
            )
        )
        with signer, c2pa.Builder(json.dumps(claim), context) as builder:
            yield signer, builder
    except c2pa.C2paError as error:
        raise CannotSign(str(error)) from None


def _claim(media_type: str, version: str, actions: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "claim_generator_info": [{"name": "expunge", "version": version}],
        "format": media_type,
        "assertions": [{"label": "c2pa.actions.v2", "data": {"actions": actions}}],
    }


def _manifest(media_type: str, version: str, redactions: Sequence[str]) -> dict[str, Any]:
    """The claim: opened, redacted, metadata edited."""
    redacted = [
        {"action": "c2pa.redacted", "reason": _REASON, "parameters": {"redacted": uri}}
        for uri in redactions
    ]
    opened = {"action": "c2pa.opened", "parameters": {"ingredientIds": [_PARENT]}}
    claim = _claim(media_type, version, [opened, *redacted, {"action": "c2pa.edited.metadata"}])
    return claim | ({"redactions": list(redactions)} if redactions else {})


@cache
def _context() -> Any:  # noqa: ANN401 (the library has no types of use)
    """The library's settings: the public trust lists, no network, no thumbnails."""
    import c2pa  # noqa: PLC0415

    anchors = "".join((LISTS / name).read_text() for name in (SIGNERS, TIME_STAMPS))
    settings = {
        "version": 1,
        "trust": {"trust_anchors": anchors, "trust_config": "\n".join(PURPOSES)},
        "core": {
            "allowed_network_hosts": [],
            "allow_redirects": False,
            "decode_identity_assertions": False,
        },
        "verify": {"remote_manifest_fetch": False, "ocsp_fetch": False},
        "builder": {"thumbnail": {"enabled": False}},
    }
    return c2pa.Context(c2pa.Settings.from_json(json.dumps(settings)))
