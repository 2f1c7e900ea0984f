"""``scope: private`` and ``keep: provenance`` keep the label in a manifest, and not its place."""

from __future__ import annotations

import pytest

pytest.importorskip("c2pa", reason="the c2pa extra is not installed")

from expunge import operations
from expunge.imaging.provenance.signing.settling import ManifestConflict
from tests.samples import jpeg as jpegs
from tests.samples import png as pngs
from tests.unit.c2pa import authority as ca
from tests.unit.c2pa import official

FILES = {
    "image/jpeg": jpegs.inserted(jpegs.photo(), jpegs.METADATA["exif"], jpegs.METADATA["comment"]),
    "image/png": pngs.inserted(pngs.drawing(), pngs.chunk(b"tEXt", b"Comment\0of the place")),
}
CHOICES = [{"scope": "private"}, {"keep": ["provenance"]}]


@pytest.fixture(scope="module", params=sorted(FILES))
def signed(request):
    camera = ca.intermediate().issue("Camera")
    parts = (official.EXIF, official.OPT_OUT)
    return request.param, official.sign(FILES[request.param], request.param, camera, *parts)


def clean(signed, **options):
    return operations.run("metadata", signed[1], **options)


@pytest.mark.parametrize("choice", CHOICES)
def test_with_a_key_the_label_stays_valid_and_the_place_goes(signed, operator, choice):
    done = clean(signed, **choice, on_conflict="refuse")
    assert done.report["c2pa"]["outcome"] == "signed"
    codes = {warning["code"] for warning in done.report["warnings"]}
    assert not {code for code in codes if code.startswith("manifest_")}
    report = official.read(done.image, signed[0])
    assert report["validation_state"] == "Trusted"
    assert official.AI in str(report)
    assert "c2pa.training-mining" in official.labels(report)
    assert official.PLACE.encode() not in done.image
    assert b"of the place" not in done.image


@pytest.mark.parametrize("choice", CHOICES)
def test_without_a_key_a_broken_manifest_never_stays(signed, unsigned, choice):
    done = clean(signed, **choice)
    assert done.report["c2pa"]["outcome"] == "dropped"
    codes = {warning["code"] for warning in done.report["warnings"]}
    assert {"manifest_dropped", "training_opt_out_removed"} <= codes
    assert b"c2pa" not in done.image
    with pytest.raises(ManifestConflict):
        clean(signed, **choice, on_conflict="refuse")


def test_a_file_with_nothing_private_keeps_its_manifest_byte_for_byte(unsigned):
    for media_type, bare in (("image/jpeg", jpegs.photo()), ("image/png", pngs.drawing())):
        camera = ca.intermediate().issue("Camera")
        data = official.sign(bare, media_type, camera, official.OPT_OUT)
        done = clean((media_type, data), scope="private")
        assert done.image == data
        assert done.report["c2pa"]["outcome"] == "kept"
        assert done.report["warnings"] == []
