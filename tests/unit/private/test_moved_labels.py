"""A label that stands in a dropped manifest alone moves to XMP, in memory and on disk."""

from __future__ import annotations

import io
import tempfile

import pytest

from expunge.imaging.containers.block import Kind
from expunge.imaging.data import FileData
from expunge.imaging.provenance.detect import detect
from expunge.imaging.provenance.signing import labelling
from expunge.imaging.provenance.signing.identity import CERTIFICATE, KEY
from expunge.imaging.provenance.strip import StripPolicy, strip
from expunge.imaging.provenance.survey import survey
from expunge.imaging.source import Source
from expunge.operations import run
from tests import samples
from tests.samples import gif, isobmff, jpeg, jxl, webp
from tests.unit.c2pa.builder import CREATED, Recipe, link, store
from tests.unit.movies.test_credentials import movie
from tests.unit.private.test_manifests import PLACE, credentials, jpeg_file, manifests, png
from tests.unit.provenance import making
from tests.unit.tiffs import Tiff

TRAINED = labelling.IPTC + "trainedAlgorithmicMedia"
CAPTURED = "http://cv.iptc.org/newscodes/digitalsourcetype/digitalCapture"


def webp_file(content):
    return webp.extended(metadata=(webp.chunk(b"C2PA", content),))


def jxl_file(content):
    return jxl.boxed(content)


def gif_file(content):
    file = samples.encoded(samples.picture("P"), "GIF")
    at = gif.places(file)[0]
    blocks = (content[n : n + 255] for n in range(0, len(content), 255))
    return file[:at] + gif.extension(0xFF, b"C2PA_GIF\1\0\0", *blocks) + file[at:]


def heic_file(content):
    purpose = bytes(4) + b"manifest\0" + bytes(8)
    uuid = bytes.fromhex("d8fec3d61b0e483c92975828877ec481")
    return isobmff.still().written() + isobmff.box(b"uuid", uuid, purpose, content)


CARRIERS = [png, jpeg_file, webp_file, jxl_file, gif_file, heic_file, movie]


@pytest.fixture(autouse=True)
def unsigned(monkeypatch):
    for name in (CERTIFICATE, KEY):
        monkeypatch.delenv(name, raising=False)


def types(data):
    """The source types in a file's XMP."""
    facts = (located.fact for located in survey(Source.of(data).layout, data))
    return [fact.value for fact in facts if fact.key == "Iptc4xmpExt:DigitalSourceType"]


def image(data):
    return strip(Source.of(data), StripPolicy()).data


@pytest.mark.parametrize("carry", CARRIERS)
def test_a_label_of_a_dropped_manifest_stands_in_xmp(carry):
    data = carry(credentials(**{"stds.exif": PLACE}))
    assert manifests(data)
    outcome = run("metadata", data, scope="private")
    assert manifests(outcome.image) == []
    assert types(outcome.image) == [TRAINED]
    assert outcome.report["c2pa"]["label"] == TRAINED
    assert image(outcome.image) == image(data)
    assert run("metadata", outcome.image, scope="private").report["changed"] is False


def test_a_packet_that_is_there_gets_the_label():
    part = making.segment(0xEB, b"JP\0\1\0\0\0\1" + credentials(**{"stds.exif": PLACE}))
    credit = making.app1_xmp(making.xmp(photoshop__Credit="Zoë"))
    outcome = run("metadata", jpeg.inserted(jpeg.photo(), credit, part), scope="private")
    assert types(outcome.image) == [TRAINED]
    assert "Zoë".encode() in outcome.image
    assert len(Source.of(outcome.image).layout.of(Kind.XMP)) == 1


def test_a_label_that_xmp_has_already_is_not_repeated():
    part = making.segment(0xEB, b"JP\0\1\0\0\0\1" + credentials(**{"stds.exif": PLACE}))
    label = making.app1_xmp(making.xmp(Iptc4xmpExt__DigitalSourceType=TRAINED))
    outcome = run("metadata", jpeg.inserted(jpeg.photo(), label, part), scope="private")
    assert types(outcome.image) == [TRAINED]
    assert outcome.report["c2pa"]["label"] is None


def test_no_label_is_made_of_a_manifest_without_one():
    captured = {"actions": [CREATED | {"digitalSourceType": CAPTURED}]}
    data = png(store(Recipe(assertions={"c2pa.actions.v2": captured, "stds.exif": PLACE}).build()))
    assert types(run("metadata", data, scope="private").image) == []


def test_a_label_goes_where_labels_are_not_kept():
    opted = {"c2pa.training-mining": {"entries": {}}, "stds.exif": PLACE}
    outcome = run("metadata", png(credentials(**opted)), keep=["credit"])
    assert types(outcome.image) == []


def test_a_source_type_is_written_as_the_vocabulary_spells_it():
    odd = {"actions": [CREATED | {"digitalSourceType": "<x>:TRAINEDalgorithmicmedia"}]}
    data = png(store(Recipe(assertions={"c2pa.actions.v2": odd, "stds.exif": PLACE}).build()))
    assert types(run("metadata", data, scope="private").image) == [TRAINED]


def test_a_tiff_image_without_xmp_loses_the_label_and_says_so():
    manifest = (0xCD41, 7, credentials(**{"stds.exif": PLACE}))
    data = Tiff(metadata=False, gaps=False, extra=[manifest]).file()
    outcome = run("metadata", data, scope="private")
    assert [w["code"] for w in outcome.report["warnings"]] == ["manifest_dropped", "label_lost"]


def on_disk(data, **options):
    """Run on a movie on disk, and return the result's bytes and the report."""
    with tempfile.TemporaryFile() as file:
        file.write(data)
        outcome = run("metadata", FileData(file), **options)
        with outcome.file:
            outcome.file.seek(0)
            return outcome.file.read(), outcome.report


@pytest.mark.parametrize("assertions", [{}, {"stds.exif": PLACE}])
@pytest.mark.parametrize("options", [{"scope": "private"}, {"keep": ["provenance"]}, {}])
def test_a_movie_on_disk_is_settled_like_one_in_memory(assertions, options):
    data = movie(credentials(**assertions))
    in_memory = run("metadata", data, **options)
    found, report = on_disk(data, **options)
    assert found == in_memory.image
    assert (report["c2pa"], report["warnings"]) == (
        in_memory.report["c2pa"],
        in_memory.report["warnings"],
    )


def test_a_movie_on_disk_can_be_refused():
    from expunge.imaging.provenance.signing.settling import ManifestConflict

    with pytest.raises(ManifestConflict):
        on_disk(movie(credentials(**{"stds.exif": PLACE})), scope="private", on_conflict="refuse")


def test_a_file_that_is_none_of_the_system_is_read_without_its_hashes():
    data = FileData(io.BytesIO(movie(credentials())))
    found = detect(Source.over(data)).report["metadata"]["c2pa"]
    assert found["present"]


def with_source(relationship):
    """A photograph whose one source was made by AI."""
    label = "urn:c2pa:22222222-2222-4222-8222-222222222222"
    made = Recipe(label=label, assertions={"c2pa.actions.v2": {"actions": [CREATED]}}).build()
    source = {
        "dc:title": "a source",
        "relationship": relationship,
        "activeManifest": link(made, label),
    }
    actions = {"actions": [{"action": "c2pa.opened"}]}
    parts = {"c2pa.actions.v2": actions, "c2pa.ingredient.v3": source, "stds.exif": PLACE}
    return png(store(made, Recipe(assertions=parts).build()))


@pytest.mark.parametrize(
    ("relationship", "term"),
    [
        ("parentOf", "trainedAlgorithmicMedia"),
        ("componentOf", "compositeWithTrainedAlgorithmicMedia"),
        ("inputTo", "compositeWithTrainedAlgorithmicMedia"),
    ],
)
def test_a_source_made_by_ai_makes_a_composite_unless_it_is_the_parent(relationship, term):
    outcome = run("metadata", with_source(relationship), scope="private")
    assert types(outcome.image) == [labelling.IPTC + term]
