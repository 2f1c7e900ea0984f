"""Defects of a store are found, and impossible checks are reported as unverified."""

from __future__ import annotations

import hashlib
import sys

import pytest
from cryptography.x509.oid import ExtendedKeyUsageOID
from tests.unit.c2pa.builder import (
    CREATED,
    Recipe,
    SignedFile,
    assertion,
    box,
    credential,
    link,
    store,
    superbox,
)

from expunge.imaging.provenance.c2pa import AssetHasher, Validity, read


def check(recipe, *others, tamper=None, change=lambda file: file):
    """Build, bind, sign, tamper, read."""
    signed = SignedFile()
    built, file = signed.bind(recipe, *others, tamper=tamper)
    return read(built, asset=AssetHasher(change(file), "image/png", signed.place(built)))


def codes(found):
    return [reason.code for reason in found.reasons]


@pytest.mark.parametrize("algorithm", ["ES256", "ES384", "ES512", "PS256", "EdDSA"])
@pytest.mark.parametrize("version", [1, 2])
def test_unchanged_data_is_valid(algorithm, version):
    found = check(Recipe(version=version, signer=credential(algorithm)))
    assert found.validity is Validity.VALID
    assert found.reasons == ()


def test_a_changed_claim_is_found():
    found = check(Recipe(), tamper=lambda boxes, claim: (boxes, claim.replace(b"a.jpg", b"b.jpg")))
    assert found.validity is Validity.INVALID
    assert codes(found) == ["claimSignature.mismatch"]


def test_a_changed_assertion_is_found():
    def tamper(boxes, claim):
        other = {"actions": [CREATED | {"digitalSourceType": "http://cv/digitalCapture"}]}
        return boxes | {"c2pa.actions.v2": assertion("c2pa.actions.v2", other)}, claim

    found = check(Recipe(), tamper=tamper)
    assert codes(found) == ["assertion.hashedURI.mismatch"]
    assert found.reasons[0].url.endswith("/c2pa.assertions/c2pa.actions.v2")


def test_a_missing_and_an_added_assertion_are_found():
    def tamper(boxes, claim):
        del boxes["c2pa.actions.v2"]
        return boxes | {"org.added": assertion("org.added", {})}, claim

    found = check(Recipe(), tamper=tamper)
    assert {"assertion.missing", "assertion.undeclared"} <= set(codes(found))


def test_an_assertion_under_the_label_of_another_is_found():
    def tamper(boxes, claim):
        twin = assertion("c2pa.actions.v2", {"actions": []})
        return {"twin": twin, **boxes}, claim

    assert check(Recipe(), tamper=tamper).validity is Validity.INVALID


def test_changed_pixels_are_found():
    found = check(Recipe(), change=lambda file: file.replace(b"second half", b"second hulf"))
    assert codes(found) == ["assertion.dataHash.mismatch"]


def test_a_binding_that_excludes_more_than_the_store_is_found():
    signed = SignedFile()
    built, file = signed.bind(Recipe())
    start, length = signed.place(built)
    found = read(built, asset=AssetHasher(file, "image/png", (start, length - 1)))
    assert codes(found) == ["assertion.dataHash.mismatch"]


def test_the_pad_byte_of_a_riff_chunk_is_not_part_of_the_store():
    recipe, built = Recipe(), b""
    for _ in range(3):
        recipe.assertions["c2pa.hash.data"] = {
            "exclusions": [{"start": 0, "length": 8 + len(built)}],
            "hash": hashlib.sha256(b"\0after").digest(),
        }
        built = store(recipe.build())
    body = b"C2PA" + len(built).to_bytes(4, "little") + built + b"\0after"
    place = (0, len(built) + 9)
    assert read(built, asset=AssetHasher(body, "image/webp", place)).validity is Validity.VALID
    assert read(built, asset=AssetHasher(body, "image/png", place)).validity is Validity.INVALID


def test_without_the_file_the_binding_is_unverified():
    built, _ = SignedFile().bind(Recipe())
    found = read(built)
    assert found.validity is Validity.UNVERIFIED
    assert "not available" in found.reasons[0].explanation


def test_without_a_cryptography_library_the_signature_is_unverified(monkeypatch):
    for name in [name for name in sys.modules if name.partition(".")[0] == "cryptography"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "cryptography", None)
    found = check_with_prebuilt(PREBUILT)
    assert found.validity is Validity.UNVERIFIED
    assert [reason.explanation for reason in found.reasons] == [
        "no cryptography library is installed"
    ]
    assert found.active.signer.organisation == "Example Imaging"


PREBUILT = SignedFile().bind(Recipe())


def check_with_prebuilt(prebuilt):
    built, file = prebuilt
    return read(built, asset=AssetHasher(file, "image/png", SignedFile().place(built)))


def test_an_unknown_hard_binding_is_unverified():
    recipe = Recipe()
    recipe.assertions["c2pa.hash.collection.data"] = {"uris": []}
    found = read(store_of(recipe), asset=AssetHasher(b"", "image/png"))
    assert found.validity is Validity.UNVERIFIED


def store_of(recipe, *others):
    return store(*others, recipe.build())


def test_no_hard_binding_or_two_are_found():
    asset = AssetHasher(b"", "image/png")
    assert codes(read(store_of(Recipe()), asset=asset)) == ["claim.hardBindings.missing"]
    recipe = Recipe()
    recipe.assertions |= {"c2pa.hash.data": {}, "c2pa.hash.data__1": {}}
    assert codes(read(store_of(recipe), asset=asset)) == ["assertion.multipleHardBindings"]


def test_an_expired_certificate_is_found():
    found = check(Recipe(signer=credential(days=(-30, -1))))
    assert codes(found) == ["signingCredential.expired"]


def test_a_certificate_for_another_purpose_is_found():
    found = check(Recipe(signer=credential(purpose=ExtendedKeyUsageOID.SERVER_AUTH)))
    assert codes(found) == ["signingCredential.invalid"]


def test_an_algorithm_that_does_not_match_the_key_is_found():
    signer = credential("ES256")
    wrong = type(signer)("EdDSA", signer.key, signer.certificate)
    wrong.sign = lambda message: bytes(64)
    assert codes(check(Recipe(signer=wrong))) == ["signingCredential.invalid"]


def ingredient_of(manifest, label, **more):
    return {"relationship": "parentOf", "activeManifest": link(manifest, label), **more}


def opening(ingredient):
    opened = {
        "action": "c2pa.opened",
        "parameters": {"ingredients": [{"url": "self#jumbf=c2pa.assertions/c2pa.ingredient.v3"}]},
    }
    return {"c2pa.actions.v2": {"actions": [opened]}, "c2pa.ingredient.v3": ingredient}


def test_an_edited_file_is_valid_with_its_ingredients():
    parent = Recipe(label="urn:c2pa:parent").build()
    recipe = Recipe(assertions=opening(ingredient_of(parent, "urn:c2pa:parent")))
    assert check(recipe, parent).validity is Validity.VALID


def test_an_ingredient_manifest_that_was_changed_later_is_found():
    parent = Recipe(label="urn:c2pa:parent").build()
    recipe = Recipe(assertions=opening(ingredient_of(parent, "urn:c2pa:parent")))
    found = check(recipe, parent.replace(b"Example Tool", b"Another Tool"))
    assert set(codes(found)) == {"ingredient.manifest.mismatch", "claimSignature.mismatch"}


def test_a_failure_that_the_signer_recorded_does_not_count_again():
    parent = Recipe(label="urn:c2pa:parent").build(
        lambda boxes, claim: (boxes, claim.replace(b"a.jpg", b"b.jpg"))
    )
    known = {"activeManifest": {"failure": [{"code": "claimSignature.mismatch"}]}}
    silent = opening(ingredient_of(parent, "urn:c2pa:parent"))
    honest = opening(ingredient_of(parent, "urn:c2pa:parent", validationResults=known))
    assert codes(check(Recipe(assertions=silent), parent)) == ["claimSignature.mismatch"]
    assert check(Recipe(assertions=honest), parent).validity is Validity.VALID


def test_a_missing_ingredient_manifest_is_found():
    parent = Recipe(label="urn:c2pa:parent").build()
    recipe = Recipe(assertions=opening(ingredient_of(parent, "urn:c2pa:gone")))
    assert codes(check(recipe, parent)) == ["ingredient.manifest.missing"]


def update_of(parent, label):
    return Recipe(
        label="urn:c2pa:update", kind=b"c2um", assertions=opening(ingredient_of(parent, label))
    )


def test_an_update_manifest_is_checked_by_the_binding_of_its_parent():
    signed, base = SignedFile(), Recipe()
    signed.bind(base)
    parent = base.build()
    built = store_of(update_of(parent, base.label), parent)
    asset = AssetHasher(signed.before + built + signed.after, "image/png", signed.place(built))
    assert read(built, asset=asset).validity is Validity.VALID
    changed = AssetHasher(signed.before + built + b"other pixels", "image/png", asset.store)
    assert codes(read(built, asset=changed)) == ["assertion.dataHash.mismatch"]


def test_a_manifest_disguised_as_an_update_is_found():
    parent = Recipe(label="urn:c2pa:parent")
    signed = SignedFile()
    signed.bind(parent)
    made = parent.build()
    edited = Recipe(assertions=opening(ingredient_of(made, parent.label)))
    built, _ = SignedFile(after=b"edited pixels").bind(edited, made)
    disguised = b"c2um".join(built.rsplit(b"c2ma", 1))
    file = signed.before + disguised + signed.after
    found = read(disguised, asset=AssetHasher(file, "image/png", signed.place(disguised)))
    assert "manifest.update.invalid" in codes(found)


def redacting(uri, label="urn:c2pa:redacting", **more):
    return Recipe(label=label, claim={"redacted_assertions": [uri]}, **more)


def test_an_assertion_that_was_redacted_later_is_not_reported_as_missing():
    uri = "self#jumbf=/c2pa/urn:c2pa:parent/c2pa.assertions/org.private"
    parent = Recipe(label="urn:c2pa:parent")
    parent.assertions["org.private"] = {"name": "somebody"}
    whole = parent.build()
    signature = superbox(b"c2cs", "c2pa.signature", box(b"cbor", parent.signatures[-1]))
    link_to_signature = {"url": "x", "hash": hashlib.sha256(signature[8:]).digest()}
    ingredient = ingredient_of(whole, "urn:c2pa:parent", claimSignature=link_to_signature)

    def without(boxes, claim):
        return {k: v for k, v in boxes.items() if k != "org.private"}, claim

    def blanked(boxes, claim):
        blank = superbox(b"cbor", "org.private", box(b"cbor", bytes(9)))
        return boxes | {"org.private": blank}, claim

    def replaced(boxes, claim):
        return boxes | {"org.private": assertion("org.private", {"name": "another"})}, claim

    for tamper, expected in (
        (without, []),
        (blanked, []),
        (replaced, ["assertion.hashedURI.mismatch"]),
    ):
        shown = parent.build(tamper, signature=parent.signatures[0])
        recipe = redacting(uri, assertions=opening(ingredient))
        assert codes(check(recipe, shown)) == expected


def test_an_unrelated_manifest_cannot_redact_the_active_one():
    uri = f"self#jumbf=/c2pa/{Recipe.label}/c2pa.assertions/c2pa.actions.v2"

    def tamper(boxes, claim):
        other = {"actions": [CREATED | {"digitalSourceType": "http://cv/digitalCapture"}]}
        return boxes | {"c2pa.actions.v2": assertion("c2pa.actions.v2", other)}, claim

    for stranger in (redacting(uri), redacting(uri, label="urn:c2pa:other")):
        found = check(Recipe(), stranger.build(), tamper=tamper)
        assert codes(found) == ["assertion.hashedURI.mismatch"]


def test_circular_update_manifests_end():
    loop = update_of(b"x" * 20, "urn:c2pa:update")
    assert "claim.hardBindings.missing" in codes(read(store_of(loop)))


def test_actions_that_break_the_rules_are_found():
    edited = Recipe(assertions={"c2pa.actions.v2": {"actions": [{"action": "c2pa.edited"}]}})
    assert codes(check(edited)) == ["assertion.action.malformed"]
    placed = {"actions": [CREATED, {"action": "c2pa.placed"}]}
    found = check(Recipe(assertions={"c2pa.actions.v2": placed}))
    assert codes(found) == ["assertion.action.ingredientMismatch"]


def test_a_label_that_breaks_the_rules_is_found():
    assert codes(check(Recipe(label="just a name"))) == ["claim.malformed"]


def test_repeated_faults_are_limited_in_the_report():
    recipe = Recipe()
    uris = [{"url": f"self#jumbf=c2pa.assertions/{n}", "hash": b""} for n in range(5_000)]
    recipe.claim["gathered_assertions"] = uris
    found = check(recipe)
    assert found.validity is Validity.INVALID
    assert len(found.reasons) < 50
