"""Identities that a claims aggregator certified: states are those of the official reader."""

from __future__ import annotations

import pytest

pytest.importorskip("c2pa", reason="the c2pa extra is not installed")

import base64
import hashlib
import json
from datetime import timedelta
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.x509.oid import ExtendedKeyUsageOID as Purpose
from tests.unit.c2pa import authority as ca
from tests.unit.c2pa import official
from tests.unit.c2pa.builder import CREATED, NOW, Recipe, assertion, cbor
from tests.unit.c2pa.carriers import extract
from tests.unit.c2pa.png_file import signed_png
from tests.unit.c2pa.test_official_agreement import with_parent

from expunge.imaging.provenance.c2pa import AssetHasher, Validity, read
from expunge.imaging.provenance.c2pa.cbor import Tag

KEY = Ed25519PrivateKey.generate()
KIND = "cawg.identity_claims_aggregation"
ACTIONS = {"actions": [CREATED]}
REFERENCE = {
    "url": "self#jumbf=c2pa.assertions/c2pa.actions.v2",
    "hash": hashlib.sha256(assertion("c2pa.actions.v2", ACTIONS)[8:]).digest(),
}
PAYLOAD = {"referenced_assertions": [REFERENCE], "sig_type": KIND}


def base64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def did(**jwk: str) -> str:
    public = base64url(KEY.public_key().public_bytes_raw())
    written = json.dumps({"kty": "OKP", "crv": "Ed25519", "x": public} | jwk)
    return "did:jwk:" + base64url(written.ljust(-(-len(written) // 3) * 3).encode())


def credential(**changes: object) -> dict[str, object]:
    """A credential; a member that is changed to ``None`` is left out."""
    asset = {
        "referenced_assertions": [
            REFERENCE | {"hash": base64.b64encode(REFERENCE["hash"]).decode()}
        ],
        "sig_type": KIND,
    }
    identity = {
        "type": "cawg.social_media",
        "name": "Zoë",
        "username": "zoe",
        "uri": "https://example.com/zoe",
        "verifiedAt": "2025-01-01T00:00:00Z",
        "provider": {"id": "https://example.com", "name": "Example"},
    }
    found = {
        "@context": [
            "https://www.w3.org/ns/credentials/v2",
            "https://cawg.io/identity/1.1/ica/context/",
        ],
        "type": ["VerifiableCredential", "IdentityClaimsAggregationCredential"],
        "issuer": did(),
        "validFrom": "2025-01-01T00:00:00Z",
        "credentialSubject": {"verifiedIdentities": [identity], "c2paAsset": asset},
    } | changes
    return {key: value for key, value in found.items() if value is not None}


def signed(
    content: bytes | None = None,
    headers: dict[object, object] | None = None,
    stamp: Any = None,
    **changes: object,
) -> dict[str, object]:
    """An identity assertion. The key signs what it holds, whatever that is."""
    content = json.dumps(credential(**changes)).encode() if content is None else content
    protected = cbor({1: -8, 3: "application/vc"} if headers is None else headers)
    signature = KEY.sign(cbor(["Signature1", protected, b"", content]))
    unprotected = stamp(protected, content, signature) if stamp else {}
    sign1 = cbor(Tag(18, [protected, unprotected, content, signature]))
    return {"signer_payload": PAYLOAD, "signature": sign1, "pad1": b""}


def refers(*references: dict[str, object]) -> dict[str, object]:
    """An identity for other assertions, certified as such."""
    written = [r | {"hash": base64.b64encode(r["hash"]).decode()} for r in references]
    subject = credential()["credentialSubject"]
    subject["c2paAsset"]["referenced_assertions"] = written
    payload = PAYLOAD | {"referenced_assertions": list(references)}
    return signed(credentialSubject=subject) | {"signer_payload": payload}


def spoiled() -> dict[str, object]:
    found = signed()
    return found | {"signature": found["signature"][:-1] + b"\0"}


def soon(days: float) -> str:
    return (NOW + timedelta(days)).isoformat()


MADE = {
    "as it should be": signed,
    "a key at a URL": lambda: signed(issuer="did:web:issuer.example"),
    "another kind of name": lambda: signed(issuer="did:key:z6Mk"),
    "no name": lambda: signed(issuer="https://issuer.example"),
    "another kind of key": lambda: signed(issuer=did(crv="X25519")),
    "another signature": spoiled,
    "not valid yet": lambda: signed(validFrom=soon(2)),
    "without a beginning": lambda: signed(validFrom=None),
    "valid still": lambda: signed(validUntil=soon(2)),
    "no longer valid": lambda: signed(validUntil=soon(-2)),
    "another content type": lambda: signed(headers={1: -8, 3: "text/plain"}),
    "no content type": lambda: signed(headers={1: -8}),
    "another algorithm": lambda: signed(headers={1: -7, 3: "application/vc"}),
    "no algorithm": lambda: signed(headers={3: "application/vc"}),
    "not JSON": lambda: signed(b"{"),
    "no subject": lambda: signed(credentialSubject=None),
    "no issuer": lambda: signed(issuer=None),
    "not COSE": lambda: signed() | {"signature": b"\x01\x02"},
    "other assertions": lambda: signed() | {"signer_payload": PAYLOAD | {"role": ["cawg.editor"]}},
    "stamped": lambda: signed(stamp=ca.stamped(ca.days(-2))),
    "stamped before it was valid": lambda: signed(
        stamp=ca.stamped(ca.days(-2)), validFrom=soon(-1)
    ),
    "stamped with another imprint": lambda: signed(stamp=ca.stamped(ca.NOW, digest=bytes(32))),
    "stamped by a stranger": lambda: signed(
        stamp=ca.stamped(
            ca.days(-2),
            by=ca.root("Other").issue("TSA", purposes=(Purpose.TIME_STAMPING,), valid=(-900, 900)),
        )
    ),
    "padded with other than zeros": lambda: signed() | {"pad1": b"\1"},
    "by certificate": lambda: (
        signed() | {"signer_payload": PAYLOAD | {"sig_type": "cawg.x509.cose"}}
    ),
    "another digest": lambda: refers(REFERENCE | {"hash": bytes(32)}),
    "another assertion": lambda: refers(REFERENCE | {"url": "self#jumbf=c2pa.assertions/none"}),
    "the same twice": lambda: refers(REFERENCE, REFERENCE),
    "no payload": lambda: {"signature": b"", "pad1": b""},
    "another type": lambda: signed() | {"signer_payload": PAYLOAD | {"sig_type": "example"}},
}


def with_identity(identity: dict[str, object]) -> bytes:
    parts = {"c2pa.actions.v2": ACTIONS, "cawg.identity": identity}
    return signed_png(Recipe(signer=ca.intermediate().issue("Signer").signer(), assertions=parts))


def below(identity: dict[str, object], *recorded: str) -> bytes:
    """A file without identities, whose parent has one."""
    parts = {"c2pa.actions.v2": ACTIONS, "cawg.identity": identity}
    return with_parent(
        ca.intermediate().issue("Editor"),
        ca.intermediate().issue("Camera"),
        recorded,
        assertions=parts,
    )


PARENTS = {
    "a key at a URL": lambda: below(MADE["a key at a URL"]()),
    "another signature": lambda: below(spoiled()),
    "by certificate": lambda: below(MADE["by certificate"]()),
    "padded": lambda: below(MADE["padded with other than zeros"]()),
}


@pytest.mark.parametrize("name", PARENTS)
def test_the_identity_of_a_parent_counts_as_for_the_official_reader(name):
    data = PARENTS[name]()
    assert judged(data).state == official.read(data, "image/png")["validation_state"]


def judged(data: bytes):
    media_type, store, place = extract(data)
    return read(store, asset=AssetHasher(data, media_type, place), lists=ca.lists())


@pytest.mark.parametrize("name", MADE)
def test_a_state_is_that_of_the_official_reader(name):
    data = with_identity(MADE[name]())
    expected = official.read(data, "image/png")
    found = judged(data)
    codes = {s["code"] for s in expected["validation_results"]["activeManifest"]["failure"]}
    ours = {r.code for r in found.reasons}
    assert found.state == expected["validation_state"]
    assert {c for c in ours if c.startswith("cawg.ica.")} == {
        c for c in codes if c.startswith("cawg.ica.")
    }


def test_a_key_that_is_not_fetched_leaves_the_validity_open():
    found = judged(with_identity(MADE["a key at a URL"]()))
    assert found.validity is Validity.UNVERIFIED


@pytest.mark.parametrize("codes", [[1.0], ["a"], [300], [True]])
def test_a_digest_of_another_type_is_a_mismatch(codes):
    subject = credential()["credentialSubject"]
    subject["c2paAsset"]["referenced_assertions"][0]["hash"] = codes
    found = judged(with_identity(signed(credentialSubject=subject)))
    assert "cawg.ica.signer_payload.mismatch" in {r.code for r in found.reasons}
