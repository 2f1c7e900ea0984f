"""The C2PA manifest under ``scope: private``, and what the report says of it."""

from __future__ import annotations

import pytest

from expunge.imaging.containers.block import Kind
from expunge.imaging.provenance.choices import Scope
from expunge.imaging.provenance.cleaning import policy, report
from expunge.imaging.provenance.signing.identity import CERTIFICATE, KEY
from expunge.imaging.provenance.strip import strip
from expunge.imaging.source import Source
from expunge.operations import run
from tests.samples import jpeg
from tests.unit.c2pa.builder import CREATED, Recipe, store
from tests.unit.movies.test_credentials import movie, tiff
from tests.unit.private.test_scope_private import told
from tests.unit.provenance import making
from tests.unit.provenance.test_credentials import POINTER

PLACE = {"exif:GPSLatitude": "60,23N"}
NOT_ALLOWED = {"entries": {"c2pa.ai_generative_training": {"use": "notAllowed"}}}


def credentials(**assertions):
    return store(
        Recipe(assertions={"c2pa.actions.v2": {"actions": [CREATED]}, **assertions}).build()
    )


def png(content):
    text = making.chunk(b"tEXt", b"Location\0Bergen")
    return making.png(making.chunk(b"caBX", content), text)


def jpeg_file(content):
    part = making.segment(0xEB, b"JP\0\1\0\0\0\1" + content)
    return jpeg.inserted(jpeg.photo(), part, making.app1_xmp(POINTER))


CARRIERS = [png, jpeg_file, movie, tiff]
TOLD = {tiff: "label_lost"}


def manifests(data):
    blocks = Source.of(data).layout.blocks
    return [block.data.tobytes() for block in blocks if block.kind is Kind.C2PA]


def codes(outcome):
    return [warning["code"] for warning in outcome.report["warnings"]]


@pytest.fixture(autouse=True)
def unsigned(monkeypatch):
    for name in (CERTIFICATE, KEY):
        monkeypatch.delenv(name, raising=False)


@pytest.mark.parametrize("carry", CARRIERS)
def test_a_manifest_with_a_place_in_it_goes_if_nobody_signs_and_the_report_warns(carry):
    data = carry(credentials(**{"stds.exif": PLACE}))
    outcome = run("metadata", data, scope="private")
    assert manifests(outcome.image) == []
    assert b"GPSLatitude" not in outcome.image
    assert codes(outcome) == ["manifest_dropped", TOLD.get(carry, "label_moved")]
    section = outcome.report["c2pa"]
    assert (section["kept"], section["outcome"]) == (False, "dropped")
    assert section["private_assertions"] == []


@pytest.mark.parametrize("carry", CARRIERS)
def test_a_manifest_without_a_place_stays_byte_for_byte(carry):
    data = carry(credentials())
    outcome = run("metadata", data, scope="private")
    assert manifests(outcome.image) == manifests(data) != []
    assert codes(outcome) == []
    assert outcome.report["c2pa"]["outcome"] == "kept"


def test_the_reference_to_a_manifest_stays_with_it():
    data = jpeg_file(credentials())
    result = run("metadata", data, scope="private").image
    assert b"self#jumbf" in result
    assert b"Bergen" not in result
    assert told(result) == told(data)


def test_a_file_that_does_not_change_has_a_manifest_that_still_validates():
    data = making.png(making.chunk(b"caBX", credentials()))
    outcome = run("metadata", data, scope="private")
    assert outcome.image == data
    assert codes(outcome) == []


def test_a_box_that_holds_no_manifest_goes():
    data = making.png(making.chunk(b"caBX", b"\0\0\0\x18jumb a place in Bergen"))
    assert b"Bergen" not in run("metadata", data, scope="private").image


@pytest.mark.parametrize("label", ["c2pa.training-mining", "cawg.training-mining"])
def test_a_training_opt_out_in_a_manifest_is_kept_by_credit_and_missed_without(label):
    data = png(credentials(**{label: NOT_ALLOWED}))
    without = run("metadata", data)
    assert manifests(without.image) == []
    assert codes(without) == ["training_opt_out_removed"]
    kept = run("metadata", data, keep=["credit"])
    assert manifests(kept.image) == manifests(data)
    assert kept.report["c2pa"]["opts_out_of_training"] is True


def test_a_manifest_without_opt_out_goes_although_credit_is_kept():
    outcome = run("metadata", png(credentials()), keep=["credit"])
    assert manifests(outcome.image) == []
    assert codes(outcome) == []
    assert outcome.report["c2pa"] is None


@pytest.mark.parametrize("name", ["plus__DataMining", "tdm__reservation"])
def test_a_training_opt_out_in_xmp_is_warned_of_when_it_goes(name):
    packet = making.xmp(**{name: "http://ns.useplus.org/ldf/vocab/DMI-PROHIBITED"})
    data = jpeg.inserted(jpeg.photo(), making.app1_xmp(packet))
    gone, kept = run("metadata", data), run("metadata", data, keep=["credit"])
    assert codes(gone) == ["training_opt_out_removed"]
    assert codes(kept) == []
    assert b"DMI-PROHIBITED" in kept.image


def test_credit_that_cannot_be_separated_is_warned_of():
    secret = making.sef(Copyright=b"x", Note=b'{"AIGC":{"Label":"1","ContentProducer":"p"}}')
    data = jpeg.inserted(jpeg.photo()) + secret
    assert codes(run("metadata", data, scope="private")) == ["label_lost"]


def test_a_manifest_that_was_signed_anew_after_the_strip_is_told_of_and_not_warned_of():
    source = Source.of(png(credentials(**{"stds.exif": PLACE})))
    chosen = policy([], Scope.PRIVATE)
    signed = {"kept": True, "outcome": "signed"}
    told_of = report(source, strip(source, chosen), chosen.reasons, signed)
    assert told_of["c2pa"] == signed | {
        "private_assertions": [],
        "opts_out_of_training": False,
    }
    assert told_of["warnings"] == []
