"""Write a new manifest for a cleaned file, with the original as its parent.

The official library does the writing. It is asked to fetch nothing: a manifest can name remote
manifests, OCSP responders and the issuers of identities.
"""

from __future__ import annotations

import io
import json
from functools import cache
from typing import TYPE_CHECKING, Any

from expunge.extras import explained
from expunge.imaging.provenance.c2pa.trust import LISTS, SIGNERS, TIME_STAMPS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from expunge.imaging.provenance.signing.identity import Operator

MEDIA_TYPES = ("image/jpeg", "image/png")
"""Files that are signed here."""
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
    with explained():
        import c2pa  # noqa: PLC0415
    signed = io.BytesIO()
    try:
        context = _context()
        signer = c2pa.Signer.from_info(
            c2pa.C2paSignerInfo(
                operator.algorithm, operator.chain, operator.key, operator.authority or None
            )
        )
        with signer, c2pa.Builder(_manifest(media_type, version, redactions), context) as builder:
            parent = {"relationship": "parentOf", "label": _PARENT}
            builder.add_ingredient(json.dumps(parent), media_type, io.BytesIO(original))
            builder.sign(signer, media_type, io.BytesIO(cleaned), signed)
    except c2pa.C2paError as error:
        raise CannotSign(str(error)) from None
    return signed.getvalue()


def _manifest(media_type: str, version: str, redactions: Sequence[str]) -> str:
    """The claim: opened, redacted, metadata edited."""
    redacted = [
        {"action": "c2pa.redacted", "reason": _REASON, "parameters": {"redacted": uri}}
        for uri in redactions
    ]
    opened = {"action": "c2pa.opened", "parameters": {"ingredientIds": [_PARENT]}}
    claim: dict[str, Any] = {
        "claim_generator_info": [{"name": "expunge", "version": version}],
        "format": media_type,
        "assertions": [
            {
                "label": "c2pa.actions.v2",
                "data": {"actions": [opened, *redacted, {"action": "c2pa.edited.metadata"}]},
            }
        ],
    }
    if redactions:
        claim["redactions"] = list(redactions)
    return json.dumps(claim)


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
