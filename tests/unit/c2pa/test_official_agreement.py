"""States and status codes are those of the official reader, with the same trust lists."""

from __future__ import annotations

from pathlib import Path

import pytest

pytest.importorskip("c2pa", reason="the c2pa extra is not installed")

import hashlib
import io
import json
from functools import cache

import c2pa
from cryptography import x509
from cryptography.x509.oid import ExtendedKeyUsageOID as Purpose
from tests.unit.c2pa import authority as ca
from tests.unit.c2pa import official
from tests.unit.c2pa.builder import Credential, Recipe, assertion, link
from tests.unit.c2pa.carriers import extract
from tests.unit.c2pa.png_file import signed_png

from expunge.errors import ExpungeError
from expunge.imaging.provenance.c2pa import (
    AssetHasher,
    ManifestStore,
    TrustLists,
    public_lists,
    read,
)
from expunge.imaging.provenance.c2pa.trust import LISTS, SIGNERS, TIME_STAMPS
from expunge.imaging.provenance.credentials import credentials_in
from expunge.imaging.provenance.signing.resigning import PURPOSES
from expunge.imaging.source import Source

CORPUS = Path(__file__).parents[4] / "shared/data/corpus/c2pa"
UNTRUSTED = "signingCredential.untrusted"
NOT_COMPARED = {
    "signingCredential.ocsp.skipped",  # that it asked nobody
    "assertion.bmffHash.additionalExclusionsPresent",
    "ingredient.unknownProvenance",
}
TYPES = {".jpg": "image/jpeg", ".png": "image/png", ".webp": "image/webp", ".jxl": "image/jxl"}
TYPES |= {".heic": "image/heic", ".heif": "image/heif"}


def issued(name: str = "Signer", **how):
    return ca.intermediate().issue(name, **how)


def tsa(**how):
    valid = {"valid": (-900, 900), "purposes": (Purpose.TIME_STAMPING,)} | how
    return ca.stamping_root().issue("Another TSA", **valid)


def old():
    return issued("Old", valid=(-40, -5))


def recipe(entity, **parts):
    return Recipe(signer=entity.signer(), **parts)


def chained(entity, *chain):
    return Recipe(signer=Credential("ES256", entity.key, [each.der for each in chain]))


def stranger(**how):
    return ca.root("Other").issue("Stranger", **how)


def with_parent(entity, parent, failures=(), successes=(), **parts):
    """An edited file and its ingredient's manifest, with what was recorded of it."""
    label = "urn:c2pa:22222222-2222-4222-8222-222222222222"
    first = Recipe(label=label, signer=parent.signer(), **parts)
    signed_png(first)
    built = first.build()
    url = f"self#jumbf=/c2pa/{label}/c2pa.signature"
    results = {
        "success": [{"code": code, "url": url} for code in successes],
        "informational": [],
        "failure": [{"code": code, "url": url} for code in failures],
    }
    ingredient = {
        "dc:title": "before",
        "dc:format": "image/png",
        "relationship": "parentOf",
        "activeManifest": link(built, label),
        "validationResults": {"activeManifest": results},
    }
    digest = hashlib.sha256(assertion("c2pa.ingredient.v3", ingredient)[8:]).digest()
    named = [{"url": "self#jumbf=c2pa.assertions/c2pa.ingredient.v3", "hash": digest}]
    opened = {"action": "c2pa.opened", "parameters": {"ingredients": named}}
    assertions = {"c2pa.actions.v2": {"actions": [opened]}, "c2pa.ingredient.v3": ingredient}
    return signed_png(recipe(entity, assertions=assertions), built)


MADE = {
    "trusted": lambda: signed_png(recipe(issued())),
    "stamped": lambda: signed_png(recipe(issued(), headers=ca.stamped(ca.NOW))),
    "expired": lambda: signed_png(recipe(old())),
    "expired, stamped": lambda: signed_png(recipe(old(), headers=ca.stamped(ca.days(-20)))),
    "expired, stamped late": lambda: signed_png(recipe(old(), headers=ca.stamped(ca.days(-2)))),
    "expired, stamped by a stranger": lambda: signed_png(
        recipe(
            old(),
            headers=ca.stamped(
                ca.days(-20), by=stranger(purposes=(Purpose.TIME_STAMPING,), valid=(-900, 900))
            ),
        )
    ),
    "version 1, expired": lambda: signed_png(recipe(old(), version=1)),
    "version 1, stamped": lambda: signed_png(
        recipe(old(), version=1, headers=ca.stamped_claim(ca.days(-20)))
    ),
    "another imprint": lambda: signed_png(
        recipe(issued(), headers=ca.stamped(ca.NOW, digest=bytes(32)))
    ),
    "a stamp not signed": lambda: signed_png(
        recipe(issued(), headers=ca.stamped(ca.NOW, signature=b"0" * 70))
    ),
    "a stamp without attributes": lambda: signed_png(
        recipe(issued(), headers=ca.stamped(ca.NOW, attributes=False))
    ),
    "a stamp without certificates": lambda: signed_png(
        recipe(issued(), headers=ca.stamped(ca.NOW, certificates=False))
    ),
    "a TSA that was not valid": lambda: signed_png(
        recipe(issued(), headers=ca.stamped(ca.NOW, by=tsa(valid=(-900, -300))))
    ),
    "no token": lambda: signed_png(
        recipe(issued(), headers=lambda *_: {"sigTst2": {"tstTokens": [{"val": b"x"}]}})
    ),
    "stranger": lambda: signed_png(recipe(stranger())),
    "self-signed": lambda: signed_png(recipe(ca.self_signed())),
    "another purpose": lambda: signed_png(recipe(issued(purposes=(Purpose.SERVER_AUTH,)))),
    "any purpose": lambda: signed_png(
        recipe(issued(purposes=(Purpose.ANY_EXTENDED_KEY_USAGE, Purpose.EMAIL_PROTECTION)))
    ),
    "no purpose": lambda: signed_png(recipe(issued(purposes=()))),
    "two purposes": lambda: signed_png(
        recipe(issued(purposes=(Purpose.TIME_STAMPING, Purpose.EMAIL_PROTECTION)))
    ),
    "OCSP purpose": lambda: signed_png(recipe(issued(purposes=(Purpose.OCSP_SIGNING,)))),
    "an unknown critical extension": lambda: signed_png(
        recipe(
            issued(extra=(x509.UnrecognizedExtension(x509.ObjectIdentifier("1.2.3.4"), b"\5\0"),))
        )
    ),
    "no organisation": lambda: signed_png(recipe(issued(organisation=None))),
    "issued by a signer": lambda: signed_png(recipe(issued().issue("Minted"))),
    "an authority signs": lambda: signed_png(recipe(issued(authority=True))),
    "the path is too long": lambda: signed_png(
        recipe(
            ca.signing_root()
            .issue("Short", authority=True, path_length=0)
            .issue("Below", authority=True)
            .issue("Too deep")
        )
    ),
    "an expired authority": lambda: signed_png(
        recipe(ca.signing_root().issue("Gone", authority=True, valid=(-9, -3)).issue("Under"))
    ),
    "with the root": lambda: signed_png(
        chained(e := issued(), e, ca.intermediate(), ca.signing_root())
    ),
    "in another order": lambda: signed_png(
        chained(e := issued(), e, ca.signing_root(), ca.intermediate())
    ),
    "without the intermediate": lambda: signed_png(chained(e := issued(), e)),
    "RSA": lambda: signed_png(Recipe(signer=issued(key=ca.rsa_key()).signer("PS256"))),
    "short RSA": lambda: signed_png(Recipe(signer=issued(key=ca.rsa_key(1_024)).signer("PS256"))),
    "revoked": lambda: signed_png(
        recipe(e := issued(), headers=ca.stapled(ca.revocation(e, ca.days(-0.5))))
    ),
    "not revoked": lambda: signed_png(
        recipe(e := issued(), headers=ca.stapled(ca.revocation(e, None)))
    ),
    "parent": lambda: with_parent(issued(), issued()),
    "parent of a stranger": lambda: with_parent(issued(), stranger()),
    "parent of a stranger, recorded": lambda: with_parent(issued(), stranger(), [UNTRUSTED]),
    "expired parent": lambda: with_parent(issued(), old()),
    "expired parent, valid when recorded": lambda: with_parent(
        issued(), old(), [UNTRUSTED], ["claimSignature.insideValidity"]
    ),
    "expired parent, stamped": lambda: with_parent(
        issued(), old(), headers=ca.stamped(ca.days(-20))
    ),
    "unsuitable parent": lambda: with_parent(issued(), issued(purposes=(Purpose.SERVER_AUTH,))),
}


def of_official(report) -> tuple[str, set[str], set[str]]:
    """State, codes of the active manifest, and failures of ingredients."""
    results = report["validation_results"]
    kinds = results["activeManifest"].values()
    codes = {status["code"] for statuses in kinds for status in statuses}
    failures = {
        status["code"]
        for delta in results.get("ingredientDeltas") or []
        for status in delta["validationDeltas"]["failure"]
    }
    kept = {code for code in codes - NOT_COMPARED if not code.startswith("cawg.")}
    return report["validation_state"], kept, failures - {UNTRUSTED}


def of_ours(found: ManifestStore) -> tuple[str, set[str], set[str]]:
    active = found.active.label
    failures = {r.code for r in found.reasons if r.is_failure and active not in r.url}
    return str(found.state and found.state.value), set(found.codes), failures


@pytest.mark.parametrize("name", MADE)
def test_a_made_file_is_judged_as_the_official_reader_does(name):
    data = MADE[name]()
    media_type, store, place = extract(data)
    found = read(store, asset=AssetHasher(data, media_type, place), lists=pooled())
    assert of_ours(found) == of_official(official.read(data, "image/png"))


@cache
def pooled() -> TrustLists:
    """The official library has one list for signers and time stamps."""
    return ca.lists()


@cache
def public() -> c2pa.Context:
    anchors = "".join((LISTS / name).read_text() for name in (SIGNERS, TIME_STAMPS))
    settings = {
        "version": 1,
        "trust": {"trust_anchors": anchors, "trust_config": "\n".join(PURPOSES)},
        "core": {"allowed_network_hosts": []},
        "verify": {"remote_manifest_fetch": False, "ocsp_fetch": False},
    }
    return c2pa.Context(c2pa.Settings.from_json(json.dumps(settings)))


@pytest.mark.skipif(not CORPUS.exists(), reason="the corpus is not available")
@pytest.mark.parametrize("path", sorted(CORPUS.glob("*.*")), ids=lambda path: path.name)
def test_a_real_file_is_judged_by_the_public_lists_as_the_official_reader_does(path):
    data = path.read_bytes()
    try:
        with c2pa.Reader(TYPES[path.suffix], io.BytesIO(data), context=public()) as reader:
            report = json.loads(reader.json())
        source = Source.of(data)
    except (c2pa.C2paError, ExpungeError):
        pytest.skip("one of the two does not read it")
    found = credentials_in(source.layout, data)
    assert public_lists().signers
    assert of_ours(found.store) == of_official(report)
