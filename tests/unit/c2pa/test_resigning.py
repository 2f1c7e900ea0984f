"""Cleaned files get a new manifest that the official reader calls valid."""

from __future__ import annotations

import pytest

pytest.importorskip("c2pa", reason="the c2pa extra is not installed")

from tests.samples import jpeg as jpegs
from tests.samples import png as pngs
from tests.unit.c2pa import authority as ca
from tests.unit.c2pa import official

from expunge.imaging.containers.block import Kind
from expunge.imaging.provenance.choices import OnConflict
from expunge.imaging.provenance.credentials import credentials_in
from expunge.imaging.provenance.signing import identity, resigning
from expunge.imaging.provenance.signing.settling import ManifestConflict, settle
from expunge.imaging.provenance.strip import StripPolicy, strip
from expunge.imaging.source import Source

KEEPING = StripPolicy(frozenset({Kind.C2PA}))
JPEG, PNG = "image/jpeg", "image/png"
BARE = {
    JPEG: jpegs.inserted(jpegs.photo(), jpegs.METADATA["exif"], jpegs.METADATA["comment"]),
    PNG: pngs.inserted(pngs.drawing(), pngs.chunk(b"tEXt", b"Comment\0of the place")),
}


@pytest.fixture(scope="module")
def camera():
    return ca.intermediate().issue("Camera")


@pytest.fixture(scope="module")
def operator():
    made = ca.intermediate().issue("Operator", organisation="Example Newsroom")
    return identity.read(official.pem_chain(made), made.key_pem)


@pytest.fixture(scope="module")
def signed(camera):
    """Photographs with the place in EXIF, in an assertion, and a thumbnail."""
    return {
        media_type: official.sign(
            data, media_type, camera, official.EXIF, official.OPT_OUT, thumbnails=True
        )
        for media_type, data in BARE.items()
    }


def cleaned(data):
    return strip(Source.of(data), KEEPING).data


def settled(
    data, operator=None, *, private=True, labels=True, on_conflict=OnConflict.DROP, after=None
):
    return settle(
        Source.of(data),
        Source.of(cleaned(data) if after is None else after),
        private=private,
        labels=labels,
        operator=operator,
        on_conflict=on_conflict,
        version="1.0",
    )


def held(data):
    """The labels of all assertions, thumbnails included, which the official report leaves out."""
    source = Source.of(data)
    store = credentials_in(source.layout, data, verify=False).store
    return {label for manifest in store.manifests for label in manifest.assertions}


@pytest.mark.parametrize("media_type", [JPEG, PNG])
def test_the_new_manifest_is_valid_and_the_place_is_gone(media_type, signed, operator):
    data = signed[media_type]
    found = settled(data, operator)
    assert found.outcome == "signed"
    assert found.signer == "Example Newsroom"
    report = official.read(found.data, media_type)
    assert report["validation_state"] == "Trusted"
    assert held(data) - held(found.data) == {"stds.exif", "c2pa.thumbnail.claim"}
    assert "c2pa.training-mining" in official.labels(report)
    assert official.AI in str(report)  # the AI label of the original stays
    assert official.PLACE.encode() in data
    assert official.PLACE.encode() not in found.data
    assert b"of the place" not in found.data


@pytest.mark.parametrize("media_type", [JPEG, PNG])
def test_the_claim_names_what_was_done(media_type, signed, operator):
    report = official.read(settled(signed[media_type], operator).data, media_type)
    active = report["manifests"][report["active_manifest"]]
    actions = active["assertions"][0]["data"]["actions"]
    assert actions[0]["action"] == "c2pa.opened"
    redacted = [a["parameters"]["redacted"] for a in actions if a["action"] == "c2pa.redacted"]
    assert len(redacted) == 2
    assert actions[-1]["action"] == "c2pa.edited.metadata"
    assert [i["relationship"] for i in active["ingredients"]] == ["parentOf"]
    assert active["claim_generator_info"][0]["name"] == "expunge"


@pytest.mark.parametrize("media_type", [JPEG, PNG])
def test_only_the_manifest_differs_from_the_cleaned_file(media_type, signed, operator):
    data = signed[media_type]
    bare = settled(data).data  # without a key the manifest goes
    again = strip(Source.of(settled(data, operator).data), StripPolicy()).data
    assert again == strip(Source.of(bare), StripPolicy()).data


def test_a_place_in_an_ancestor_is_redacted_too(camera, operator):
    first = official.sign(BARE[JPEG], JPEG, camera, official.EXIF)
    second = official.sign(BARE[JPEG], JPEG, camera, parent=first)
    third = official.sign(BARE[JPEG], JPEG, camera, official.EXIF, parent=second)
    assert third.count(official.PLACE.encode()) == 2
    found = settled(third, operator)
    assert found.outcome == "signed"
    assert official.read(found.data, JPEG)["validation_state"] == "Trusted"
    assert official.PLACE.encode() not in found.data
    assert len(found.redacted) == 2


def test_a_result_can_be_cleaned_again(signed, operator):
    once = settled(signed[JPEG], operator).data
    assert settled(once, operator, after=once).outcome == "kept"
    with_comment = jpegs.inserted(once, jpegs.METADATA["comment"])
    assert settled(with_comment, operator, after=once).outcome == "kept"


SENSOR = {"label": "com.example.sensor", "data": {"frame": {"GPSLatitude": official.PLACE}}}
PLACED = official.CREATED | {"parameters": {"com.example.location": official.PLACE}}


def test_an_unknown_assertion_with_a_place_in_it_is_redacted(camera, operator):
    found = settled(official.sign(BARE[JPEG], JPEG, camera, SENSOR), operator)
    assert found.outcome == "signed"
    assert official.read(found.data, JPEG)["validation_state"] == "Trusted"
    assert official.PLACE.encode() not in found.data


def test_a_place_among_the_actions_costs_the_manifest(camera, operator):
    data = official.sign(BARE[JPEG], JPEG, camera, first=PLACED)
    found = settled(data, operator)
    assert found.outcome == "dropped"
    assert "must not be redacted" in found.reason
    assert official.PLACE.encode() not in found.data


@pytest.mark.parametrize("change", [b"stds.exjf", b"stds.schem"])
def test_a_store_whose_labels_may_lie_does_not_stay(change, camera, operator):
    data = official.sign(BARE[JPEG], JPEG, camera, official.EXIF)
    forged = data.replace(b"stds.exif\0", change[:9] + b"\0")
    assert forged != data
    found = settled(forged, operator)
    assert found.outcome == "dropped"
    assert official.PLACE.encode() not in found.data


def test_a_picture_of_itself_is_no_reason_to_touch_a_manifest(camera, operator):
    data = official.sign(BARE[JPEG], JPEG, camera, thumbnails=True)
    assert "c2pa.thumbnail.claim" in held(data)
    for signer in (None, operator):
        found = settled(data, signer, after=data)
        assert (found.outcome, found.data) == ("kept", data)


def test_earlier_pictures_alone_cost_no_manifest_and_go_with_a_key(camera, operator):
    first = official.sign(BARE[JPEG], JPEG, camera, thumbnails=True)
    data = official.sign(BARE[JPEG], JPEG, camera, parent=first, thumbnails=True)
    kept = settled(data, after=data, on_conflict=OnConflict.REFUSE)
    assert (kept.outcome, kept.data) == ("kept", data)
    assert "thumbnails" in kept.reason
    found = settled(data, operator, after=data)
    assert found.outcome == "signed"
    assert official.read(found.data, JPEG)["validation_state"] == "Trusted"
    assert [label for label in held(data) if "thumbnail" in label]
    assert not [label for label in held(found.data) if "thumbnail" in label]


def test_a_manifest_that_still_fits_is_left_alone(camera, operator):
    plain = official.sign(BARE[JPEG], JPEG, camera)
    assert settled(plain, operator, after=plain).data == plain
    changed = settled(plain, operator)
    assert changed.outcome == "signed"
    assert changed.redacted == ()
    assert official.read(changed.data, JPEG)["validation_state"] == "Trusted"


def test_a_manifest_that_never_fitted_stays_as_it_was(camera, operator):
    broken = bytearray(official.sign(BARE[JPEG], JPEG, camera))
    broken[-4] ^= 1
    found = settled(bytes(broken), operator)
    assert found.outcome == "kept"


def test_without_a_key_the_caller_chooses(signed):
    dropped = settled(signed[JPEG])
    assert dropped.outcome == "dropped"
    assert "no signing key" in dropped.reason
    assert b"c2pa" not in dropped.data
    with pytest.raises(ManifestConflict, match="no signing key"):
        settled(signed[JPEG], on_conflict=OnConflict.REFUSE)


def test_an_original_that_was_tampered_with_is_never_called_valid(camera, operator):
    data = official.sign(BARE[JPEG], JPEG, camera, official.EXIF)
    forged = data.replace(b"Example Camera", b"Another Camera")
    found = settled(forged, operator)
    assert official.PLACE.encode() not in found.data
    if found.outcome == "signed":
        failures = str(official.read(found.data, JPEG)["manifests"])
        assert "claimSignature.mismatch" in failures


def test_a_store_that_the_library_cannot_read_is_dropped(operator):
    junk = jpegs.inserted(jpegs.photo(), jpegs.METADATA["c2pa"])
    assert settled(junk, operator, after=junk) is None  # no store at all
    assert resigning.MEDIA_TYPES == (JPEG, PNG)


def test_an_unknown_signer_of_the_original_is_recorded_not_hidden(operator):
    stranger = ca.root("Other").issue("Stranger")
    data = official.sign(BARE[JPEG], JPEG, stranger, official.EXIF)
    report = official.read(settled(data, operator).data, JPEG)
    assert report["validation_state"] in ("Valid", "Trusted")
    assert "signingCredential.untrusted" in str(report["manifests"])


def test_an_expired_operator_does_not_sign(signed, operator):
    old = identity.Operator("Old", "es256", operator.chain, operator.key, ca.days(-1))
    found = settled(signed[JPEG], old)
    assert found.outcome == "dropped"
    assert "expired" in found.reason
