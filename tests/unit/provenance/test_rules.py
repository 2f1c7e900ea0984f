"""Each rule of the table matches a payload of its kind, read by the matching reader."""

from __future__ import annotations

import struct

import pytest
from tests.unit.provenance import making
from tests.unit.provenance.rule_samples import LABEL, SAMPLES
from tests.unit.provenance.test_stealth import hidden_png

from expunge.imaging.containers.block import Kind
from expunge.imaging.provenance import exif_tags, iptc
from expunge.imaging.provenance.c2pa import Action, Manifest, ManifestStore, Signer, Validity
from expunge.imaging.provenance.credentials import facts_of_store
from expunge.imaging.provenance.fact import UNREADABLE, Category, Fact
from expunge.imaging.provenance.rules import READERS, RULES, is_ai, rule_for
from expunge.imaging.provenance.survey import facts_of, survey
from expunge.imaging.source import Source

EXIF_TAGS = {name: tag for tag, name in exif_tags.TAGS.items()}
GPS_TAGS = {name: tag for tag, name in exif_tags.GPS_TAGS.items()}
DATASETS = {name: number for number, name in iptc.NAMES.items()}


def exif_facts(key, value):
    if key == UNREADABLE:
        return facts_of(making.block(Kind.EXIF, "APP1", value.encode()))
    if key in GPS_TAGS:
        data = making.tiff(GPS={GPS_TAGS[key]: making.text(value)})
    elif key == "UserComment":
        coded = b"UNICODE\0" + value.encode("utf-16-be")
        data = making.tiff(Exif={EXIF_TAGS[key]: (making.UNDEFINED, coded)})
    elif key == "MakerNote":
        data = making.tiff(Exif={EXIF_TAGS[key]: (making.UNDEFINED, value.encode())})
    else:
        directory = "Exif" if EXIF_TAGS[key] >= 0x829A and key != "Copyright" else "IFD0"
        data = making.tiff(**{directory: {EXIF_TAGS[key]: making.text(value)}})
    return facts_of(making.block(Kind.EXIF, "APP1", data))


def xmp_facts(key, value):
    return facts_of(making.block(Kind.XMP, "APP1", making.xmp(**{key.replace(":", "__"): value})))


def iptc_facts(key, value):
    data = making.dataset(*DATASETS[key], value.encode())
    return facts_of(making.block(Kind.IPTC, "APP13", making.resource(0x0404, data)))


def photoshop_facts(key, value):
    data = making.resource(int(key.rpartition("-")[2], 16), b"\1\2\3")
    return facts_of(making.block(Kind.IPTC, "APP13", data))


def text_facts(key, value):
    return facts_of(making.block(Kind.TEXT, "iTXt", making.itxt(key, value)))


def novelai_facts(key, value):
    chunks = (making.itxt("Software", "NovelAI"), making.itxt(key, value))
    data = making.png(*(making.chunk(b"iTXt", content) for content in chunks))
    return (found.fact for found in survey(Source.of(data).layout, data))


def trailer_facts(key, value):
    if key == "genAIType":
        data = making.sef(PhotoEditor_Re_Edit_Data=b'{"genAIType":%s}' % value.encode())
    elif key == "Picture":
        data = b"\xff\xd8\xff\xe0 a picture"
    elif key == "bytes":
        data = value.encode()
    else:
        data = making.sef(**{key: value.encode()})
    return facts_of(making.block(Kind.TRAILER, "trailer", data))


def c2pa_facts(key, value):
    given = {
        "claim_generator": {"claim_generator": value},
        "digitalSourceType": {"source_types": (value,)},
        "softwareAgent": {"actions": (Action("c2pa.created", value, "", "", ""),)},
        "action": {"actions": (Action(value, "", "", "", ""),)},
        "signer": {"signer": Signer(value, "", "", None, None, "ES256", None)},
    }[key]
    manifest = Manifest("urn:c2pa:1", 2, is_update=False, **given)
    return facts_of_store(ManifestStore((manifest,), Validity.UNVERIFIED))


def tc260_facts(key, value):
    label, producer = (value, "a") if key == "Label" else ("1", value)
    return facts_of(making.block(Kind.TEXT, "iTXt", making.itxt("AIGC", LABEL % (label, producer))))


def stealth_facts(key, value):
    data = hidden_png(key.encode(), bytes(40))
    return (found.fact for found in survey(Source.of(data).layout, data))


def movie_facts(key, value):
    if key.startswith("track:"):
        code = key.removeprefix("track:")
        return facts_of(making.block(Kind.VENDOR, "trak", f"meta/{code}\n{value}".encode()))
    block = making.block(Kind.TEXT, "udta", making.international(value))
    return facts_of(block._replace(path=f"moov/udta/{key}"))


CARRIERS = {
    "movie": movie_facts,
    "exif": exif_facts,
    "xmp": xmp_facts,
    "iptc": iptc_facts,
    "photoshop": photoshop_facts,
    "text": text_facts,
    "text+novelai": novelai_facts,
    "comment": lambda _, value: facts_of(making.block(Kind.COMMENT, "COM", value.encode())),
    "trailer": trailer_facts,
    "vendor": lambda key, value: facts_of(making.block(Kind.VENDOR, key, value.encode())),
    "thumbnail": lambda *_: facts_of(making.block(Kind.THUMBNAIL, "APP0", bytes(9))),
    "c2pa": c2pa_facts,
    "tc260": tc260_facts,
    "stealth": stealth_facts,
}


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_each_rule_matches_its_sample_as_its_reader_reads_it(rule):
    place, value = SAMPLES[rule.id]
    reader, _, key = place.partition(":")
    found = {fact.key: fact for fact in CARRIERS[reader](key, value)}
    assert rule_for(found[key]).id == rule.id


def test_there_is_no_sample_without_a_rule():
    assert set(SAMPLES) == {rule.id for rule in RULES}


def test_rules_have_unique_names_sources_and_confidences():
    assert len({rule.id for rule in RULES}) == len(RULES)
    assert all(rule.source and 0 < rule.confidence <= 1 for rule in RULES)


def test_patterns_are_written_for_lower_case_values():
    assert [rule.id for rule in RULES if rule.value != rule.value.lower()] == []


def test_each_reader_ends_with_a_rule_for_everything():
    for reader in READERS:
        assert rule_for(Fact(reader, "Nothing Known", "", "nothing", 0, 0)) is not None


@pytest.mark.parametrize(
    "place",
    [
        ("c2pa:digitalSourceType", "algorithmicMedia"),
        ("c2pa:digitalSourceType", "digitalCapture"),
        ("c2pa:signer", "Google LLC"),
        ("c2pa:claim_generator", "Leica Camera"),
        ("exif:Software", "Adobe Photoshop 26.0 (Windows)"),
        ("exif:Software", "GIMP 3.0.6"),
        ("exif:Artist", "Sora Tanaka"),
        ("exif:Artist", "Leonardo Gemini"),
        ("exif:Model", "Firefly 8SE"),
        ("xmp:dc:title", "Fireflies over the runway"),
        ("exif:ImageDescription", "Steps to the harbour"),
        ("trailer:genAIType", "0"),
        ("text:Description", "a photograph of Gemini, the stars"),
    ],
    ids=lambda place: place[1],
)
def test_data_that_only_resembles_ai_provenance_is_not_reported_as_ai(place):
    reader, _, key = place[0].partition(":")
    assert not is_ai(Fact(reader, key, key, place[1], 0, 0))


def test_a_thumbnail_of_ifd1_is_private():
    fields = {
        exif_tags.THUMBNAIL_OFFSET: (making.LONG, struct.pack("<I", 8)),
        exif_tags.THUMBNAIL_LENGTH: (making.LONG, struct.pack("<I", 4)),
    }
    facts = facts_of(making.block(Kind.EXIF, "APP1", making.tiff(next_ifd=fields)))
    thumbnail = next(fact for fact in facts if fact.key == "Thumbnail")
    assert rule_for(thumbnail).category is Category.PRIVATE
