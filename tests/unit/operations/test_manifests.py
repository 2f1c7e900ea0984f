"""``metadata`` settles the manifest of a file that it changes, and says what became of it."""

from __future__ import annotations

import pytest

pytest.importorskip("c2pa", reason="the c2pa extra is not installed")

from expunge import operations
from expunge.imaging.provenance.signing.identity import CERTIFICATE, KEY
from expunge.imaging.provenance.signing.settling import ManifestConflict
from tests.samples import png as pngs
from tests.unit.c2pa import authority as ca
from tests.unit.c2pa import official

PNG = "image/png"
PROMPT = pngs.chunk(b"tEXt", b"parameters\0a fox, Steps: 20, Sampler: Euler, Seed: 5")
CAMERA = {
    "action": "c2pa.created",
    "digitalSourceType": "http://cv.iptc.org/newscodes/digitalsourcetype/digitalCapture",
}


@pytest.fixture(scope="module")
def photograph():
    """A PNG with parameters of an AI tool under the manifest of a camera that states no AI."""
    drawing = pngs.inserted(pngs.drawing(), PROMPT)
    camera = ca.intermediate().issue("Camera")
    return official.sign(drawing, PNG, camera, official.EXIF, first=CAMERA)


def clean(data, **options):
    return operations.run("metadata", data, scope="ai", **options)


def test_without_a_key_a_manifest_that_no_longer_holds_is_dropped(photograph, unsigned):
    done = clean(photograph)
    told = done.report["c2pa"]
    assert told["outcome"] == "dropped"
    assert "no signing key" in told["reason"]
    assert b"caBX" not in done.image
    assert "c2pa" in {block["kind"] for block in done.report["removed"]}
    assert done.report["removed_bytes"] == len(photograph) - len(done.image)


def test_the_caller_can_refuse_that(photograph, unsigned):
    with pytest.raises(ManifestConflict, match="on_conflict «drop»"):
        clean(photograph, on_conflict="refuse")


def test_with_a_key_a_new_manifest_is_signed(photograph, operator):
    done = clean(photograph, on_conflict="refuse")
    told = done.report["c2pa"]
    assert (told["outcome"], told["signer"]) == ("signed", "Example Newsroom")
    report = official.read(done.image, PNG)
    assert report["validation_state"] == "Trusted"
    assert "stds.exif" in official.labels(report)  # `scope: ai` takes AI traces alone
    assert b"Sampler" not in done.image


def test_a_file_that_stays_as_it_is_keeps_its_manifest(unsigned):
    camera = ca.intermediate().issue("Camera")
    plain = official.sign(pngs.drawing(), PNG, camera, first=CAMERA)
    done = clean(plain)
    assert done.image == plain
    assert done.report["c2pa"]["outcome"] == "kept"
    assert not done.report["changed"]


def test_wrong_settings_are_told_and_no_reason_to_fail(photograph, monkeypatch):
    monkeypatch.setenv(CERTIFICATE, "/nowhere/cert.pem")
    monkeypatch.setenv(KEY, "/nowhere/key.pem")
    told = clean(photograph).report["c2pa"]
    assert told["outcome"] == "dropped"
    assert "/nowhere/cert.pem: No such file" in told["reason"]


def test_all_metadata_means_no_manifest_and_no_word_of_it(photograph, operator):
    done = operations.run("metadata", photograph)
    assert b"caBX" not in done.image
    assert done.report.get("c2pa") is None
