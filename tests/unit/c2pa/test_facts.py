"""The statements of a store are reported, independent of its validity."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from tests.unit.c2pa.builder import (
    CREATED,
    Recipe,
    SignedFile,
    box,
    credential,
    link,
    store,
    superbox,
)

from expunge.imaging.provenance.c2pa import AssetHasher, Validity, read
from expunge.imaging.provenance.c2pa.cbor import Tag


def facts(recipe, *others):
    return read(store(*others, recipe.build()), verify=False)


def test_a_version_2_claim_is_reported():
    active = facts(Recipe()).active
    assert active.label == Recipe.label
    assert active.claim_version == 2
    assert active.claim_generator == "Example Tool/2.1"
    assert (active.title, active.instance_id) == ("a.jpg", "xmp:iid:1")
    assert active.source_types == ("trainedAlgorithmicMedia",)
    assert active.assertions == ("c2pa.actions.v2",)


def test_a_version_1_claim_is_reported():
    info = [{"name": "Example Tool", "version": "1.0"}, {"name": "lib"}]
    active = facts(Recipe(version=1, claim={"claim_generator_info": info})).active
    assert active.claim_version == 1
    assert active.claim_generator == "Example_Tool/1.0 lib/2"
    assert [str(generator) for generator in active.generators] == ["Example Tool/1.0", "lib"]
    assert active.format == "image/jpeg"


@pytest.mark.parametrize("algorithm", ["ES256", "PS256", "EdDSA"])
def test_the_signer_is_reported(algorithm):
    signer = facts(Recipe(signer=credential(algorithm))).active.signer
    assert signer.organisation == "Example Imaging"
    assert signer.common_name == "Example Signer"
    assert signer.issued_by == "Example Issuing CA"
    assert signer.algorithm == algorithm
    assert signer.not_before < datetime.now(UTC) < signer.not_after
    assert signer.signed_at is None


def test_actions_are_reported_with_agents_and_templates():
    assertion = {
        "actions": [
            CREATED | {"softwareAgent": {"name": "Model", "version": "3"}, "when": Tag(0, "2026")},
            {"action": "c2pa.edited", "softwareAgentIndex": 0, "description": "made with a model"},
            {"action": "c2pa.watermarked.bound", "softwareAgent": "Plain text"},
        ],
        "softwareAgents": [{"name": "Indexed"}],
        "templates": [
            {"action": "c2pa.edited", "digitalSourceType": "http://a/b/compositeSynthetic"}
        ],
    }
    active = facts(Recipe(assertions={"c2pa.actions.v2": assertion})).active
    assert [action.software_agent for action in active.actions] == [
        *("Model/3", "Indexed", "Plain text", "")
    ]
    assert active.actions[0].when == "2026"
    assert active.actions[1].description == "made with a model"
    assert [action.action for action in active.watermarks] == ["c2pa.watermarked.bound"]
    assert active.source_types == ("compositeSynthetic", "trainedAlgorithmicMedia")


def test_source_types_are_found_in_json_and_in_metadata_of_any_assertion():
    iptc = {"Iptc4xmpExt:DigitalSourceType": "http://cv.iptc.org/x/algorithmicMedia"}
    assertions = {
        "stds.iptc": json.dumps(iptc).encode(),
        "c2pa.ingredient": {"metadata": [{"digitalSourceType": "http://cv/digitalCapture"}]},
    }
    found = facts(Recipe(assertions=assertions))
    assert found.source_types == ("algorithmicMedia", "digitalCapture")


def test_every_manifest_is_reported_and_the_last_is_active():
    first = Recipe(label="urn:c2pa:first")
    made = first.build()
    ingredient = {
        "dc:title": "first.png",
        "relationship": "parentOf",
        "activeManifest": link(made, first.label),
        "validationResults": {"activeManifest": {"failure": [{"code": "claimSignature.mismatch"}]}},
    }
    second = Recipe(
        assertions={
            "c2pa.actions.v2": {"actions": [{"action": "c2pa.converted"}]},
            "c2pa.ingredient.v3": ingredient,
            "c2pa.soft-binding": {"alg": "com.example.watermark"},
        },
        claim={
            "claim_generator_info": {"name": "Other"},
            "redacted_assertions": ["self#jumbf=/c2pa/urn:c2pa:first/c2pa.assertions/x"],
        },
    )
    found = facts(second, made)
    assert [manifest.label for manifest in found.manifests] == [first.label, second.label]
    assert found.active.label == second.label
    assert found.active.source_types == ()
    assert found.source_types == ("trainedAlgorithmicMedia",)
    assert found.claim_generators == ("Example Tool/2.1", "Other")
    (told,) = found.active.ingredients
    assert (told.title, told.relationship, told.manifest) == ("first.png", "parentOf", first.label)
    assert told.validation_failures == ("claimSignature.mismatch",)
    assert [binding.algorithm for binding in found.active.soft_bindings] == [
        "com.example.watermark"
    ]
    assert len(found.active.redactions) == 1


def test_the_recorded_failures_of_an_older_ingredient_are_reported():
    statuses = [
        {"code": "assertion.hashedURI.mismatch"},
        {"code": "claimSignature.validated"},
        {"code": "something.odd", "success": False},
    ]
    assertions = {"c2pa.ingredient": {"validationStatus": statuses}}
    (told,) = facts(Recipe(assertions=assertions)).active.ingredients
    assert told.validation_failures == ("assertion.hashedURI.mismatch", "something.odd")


def test_facts_without_verification_are_reported_as_unverified():
    found = facts(Recipe())
    assert found.validity is Validity.UNVERIFIED
    assert "not requested" in found.reasons[0].explanation


def test_values_of_unexpected_types_are_ignored():
    odd = {
        "c2pa.actions": {"actions": [7, {"action": ["x"], "softwareAgent": 5}, {}]},
        "c2pa.ingredient": {"activeManifest": [1], "validationStatus": {"code": 1}},
        "c2pa.soft-binding": {"alg": {}},
    }
    claim = {"claim_generator_info": [3, {"name": 4}], "dc:title": 5, "redacted_assertions": {}}
    active = facts(Recipe(assertions=odd, claim=claim)).active
    assert (active.claim_generator, active.title) == ("", "")
    assert [action.action for action in active.actions] == ["", ""]


def test_text_is_cut():
    assert len(facts(Recipe(claim={"dc:title": "x" * 50_000})).active.title) == 1_000


def test_a_truncated_store_still_reports_the_manifests_before_the_cut():
    whole = store(Recipe(label="urn:c2pa:first").build(), Recipe().build())
    found = read(whole[:-30], asset=AssetHasher(b"", "image/png"))
    assert [manifest.label for manifest in found.manifests] == ["urn:c2pa:first", Recipe.label]
    assert found.manifests[0].claim_generator == "Example Tool/2.1"
    assert found.validity is Validity.INVALID
    assert any("past the end" in reason.explanation for reason in found.reasons)


def test_an_original_and_an_update_of_it_are_read_together():
    first, second = Recipe(label="urn:c2pa:first"), Recipe(label="urn:c2pa:second", kind=b"c2um")
    found = read(store(first.build()) + store(second.build()), verify=False)
    assert [manifest.label for manifest in found.manifests] == [first.label, second.label]
    assert found.active.is_update


def test_a_superbox_without_its_header_is_read():
    whole = store(Recipe().build())
    assert read(whole[8:], verify=False) == read(whole, verify=False)


def test_a_compressed_manifest_is_named_and_left_unverified():
    found = read(store(superbox(b"c2cm", "urn:c2pa:packed", box(b"brob", b"..."))))
    assert found.active.label == "urn:c2pa:packed"
    assert found.validity is Validity.UNVERIFIED


@pytest.mark.parametrize("data", [b"", b"no boxes at all", store(), bytes(100)])
def test_data_other_than_a_store_is_invalid_with_a_reason(data):
    found = read(data, asset=AssetHasher(b"", "image/png"))
    assert found.validity is Validity.INVALID
    assert found.active is None
    assert found.reasons[0].explanation


def test_a_manifest_with_any_changed_byte_is_reported():
    built, file = SignedFile().bind(Recipe())
    asset = AssetHasher(file, "image/png")
    original = read(built, asset=asset)
    for at in range(0, len(built), 3):
        changed = bytearray(built)
        changed[at] ^= 0xFF
        found = read(bytes(changed), asset=asset)
        assert found == original or found.reasons
