"""Unusual, split and damaged blocks: private fields go, credit stays where readers see it."""

from __future__ import annotations

import struct
import zlib

import pytest

from expunge.imaging.provenance.fact import Category, Kept
from expunge.imaging.provenance.keeping import photoshop
from expunge.imaging.provenance.keeping.wanted import Wanted
from expunge.imaging.provenance.rules import kept_as, rule_for
from expunge.imaging.provenance.survey import survey
from expunge.imaging.source import Source
from expunge.operations import run
from tests import samples
from tests.samples import gif, isobmff, jpeg, jxl, seconds
from tests.unit.movies import mp4
from tests.unit.private import fields, files
from tests.unit.private.test_scope_private import plain, private, stripped, told
from tests.unit.provenance import making

PACKET = fields.xmp(
    ["photoshop:Credit", "photoshop:City", "xmp:CreatorTool"], [], as_elements=False
)
TEXT = PACKET.decode()
CREDIT = "OWED-toshopCredit & Zoë «12»"
MENDED = {
    "a stray ampersand": TEXT.replace("PRIV-hotoshopCity", "PRIV & x"),
    "cut off": TEXT[: TEXT.index("</rdf:RDF>")],
    "an open element": TEXT.replace("</rdf:Description></rdf:RDF>", "</rdf:RDF>"),
    "words behind": TEXT + "PRIV <",
    "words before": "PRIV " + TEXT,
    "a document type": '<!DOCTYPE x [<!ENTITY a "PRIV">]>' + TEXT[TEXT.index("<x:xmpmeta") :],
    "an unknown entity": TEXT.replace("PRIV-hotoshopCity", "PRIV &nbsp; x"),
    "no declaration": TEXT.replace('xmlns:photoshop="http://ns.adobe.com/photoshop/1.0/"', ""),
    "a control character": TEXT.replace("PRIV-hotoshopCity", "PRIV \x01"),
    "another prefix of RDF": TEXT.replace("rdf:", "r:").replace("xmlns:rdf", "xmlns:r"),
    "words in the padding": TEXT.replace("<?xpacket end", "PRIV<?xpacket end"),
}


def photo(*parts, trailer=b""):
    return jpeg.inserted(jpeg.photo(), *parts) + trailer


def owed(data):
    """The values of the credit fields of a file."""
    found = [located.fact for located in survey(Source.of(data).layout, data)]
    return {f.value for f in found if kept_as(f) & Kept.CREDIT}


def clean(data):
    """A file after ``scope: private``, without private bytes. A second run changes nothing."""
    result = stripped(data)
    assert [piece for piece in plain(result.data) if b"PRIV" in piece] == []
    assert private(result.data) == []
    assert result.survivors == ()
    assert stripped(result.data).changed is False
    return result.data


@pytest.mark.parametrize("packet", MENDED.values(), ids=MENDED.keys())
def test_credit_is_read_from_a_packet_that_is_not_well_formed(packet):
    assert owed(clean(photo(making.app1_xmp(packet.encode())))) == {CREDIT}


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-be", "utf-16-le", "utf-32"])
def test_credit_is_read_in_each_encoding_of_unicode(encoding):
    assert owed(clean(photo(making.app1_xmp(TEXT.encode(encoding))))) == {CREDIT}


def test_a_packet_without_xml_goes():
    assert b"photoshop" not in clean(photo(making.app1_xmp(b"photoshop:Credit PRIV")))


def test_fields_are_told_by_their_namespace_not_by_their_prefix():
    inner = (
        '<dc:creator xmlns:dc="urn:other">PRIV</dc:creator>'
        '<z:creator xmlns:z="http://purl.org/dc/elements/1.1/"><rdf:Seq><rdf:li>OWED-z</rdf:li>'
        "</rdf:Seq></z:creator>"
    )
    assert owed(clean(photo(making.app1_xmp(making.xmp(inner))))) == {"OWED-z"}


def test_a_qualifier_of_credit_goes():
    inner = (
        '<dc:creator><rdf:Seq><rdf:li rdf:parseType="Resource"><rdf:value>OWED-q</rdf:value>'
        "<xmp:CreatorTool>PRIV</xmp:CreatorTool></rdf:li></rdf:Seq></dc:creator>"
    )
    assert owed(clean(photo(making.app1_xmp(making.xmp(inner))))) == {"OWED-q"}


@pytest.mark.parametrize("order", "<>")
def test_exif_in_two_segments_keeps_the_credit_of_both(order):
    whole = making.tiff(
        order,
        IFD0={0x013B: making.text("OWED-artist")},
        Exif={0x927C: (7, b"PRIV" * 17_000), 0xA437: making.text("OWED-photographer")},
    )
    parts = [making.app1_exif(whole[at : at + 65_000]) for at in range(0, len(whole), 65_000)]
    assert owed(clean(photo(*parts))) == {"OWED-artist", "OWED-photographer"}


def test_resources_may_continue_in_the_next_segment():
    whole = fields.iim(fields.IIM)
    parts = [making.segment(0xED, b"Photoshop 3.0\0" + p) for p in (whole[:150], whole[150:])]
    data = photo(*parts)
    assert told(clean(data)) == told(photo(making.app13(whole)))


def test_each_of_several_blocks_keeps_its_credit():
    parts = [
        making.app1_exif(making.tiff(order, IFD0={0x013B: making.text(f"OWED{order}")}))
        for order in "<>"
    ]
    assert owed(clean(photo(*parts))) == {"OWED<", "OWED>"}


def test_the_credit_of_a_thumbnail_stays_and_its_settings_go():
    later = {0x013B: making.text("OWED-1"), 0x0110: making.text("PRIV"), 0x0103: (3, b"\6\0")}
    data = photo(
        making.app1_exif(making.tiff(IFD0={0x8298: making.text("OWED-0")}, next_ifd=later))
    )
    result = clean(data)
    assert owed(result) == {"OWED-0", "OWED-1"}
    assert values(result, "exif") == {"Artist", "Copyright"}


def values(data, reader):
    found = (located.fact for located in survey(Source.of(data).layout, data))
    return {fact.key for fact in found if fact.reader == reader}


@pytest.mark.parametrize(
    "broken", [struct.pack("<HHII", 0x0131, 2, 99, 1 << 30), b"\x31\1\x4d\0" * 3]
)
def test_a_damaged_entry_does_not_cost_the_others(broken):
    content = making.tiff(
        IFD0={0x0131: making.text("PRIV-software"), 0x8298: making.text("OWED-c")}
    )
    entry = content.index(struct.pack("<HH", 0x0131, 2))
    data = content[:entry] + broken + content[entry + 12 :]
    assert owed(clean(photo(making.app1_exif(data)))) == {"OWED-c"}


@pytest.mark.parametrize("kind", [1, 2, 7, 129])
def test_credit_of_any_field_type_keeps_its_bytes(kind):
    content = making.tiff(IFD0={0x013B: (2, b"OWED-Zo\xeb\0")}).replace(
        b"\x3b\1\2\0", bytes((0x3B, 1, kind, 0))
    )
    assert b"OWED-Zo\xeb\0" in clean(photo(making.app1_exif(content)))


def test_a_samsung_trailer_keeps_its_label_alone():
    trailer = making.sef(
        PhotoEditor_Re_Edit_Data=b'{"originalPath":"PRIV","genAIType":1}',
        MotionPhoto_Data=b"PRIV video",
    )
    result = clean(photo(trailer=trailer))
    found = [located.fact for located in survey(Source.of(result).layout, result)]
    assert [f.value for f in found if rule_for(f).category is Category.AI] == ["1"]


@pytest.mark.parametrize("chunk", [b"tEXt", b"zTXt", b"iTXt"])
@pytest.mark.parametrize("name", ["exif", "APP1", "xmp", "iptc", "8bim"])
def test_profiles_in_texts_keep_credit_alone(chunk, name):
    exif = making.tiff(IFD0={0x013B: making.text("OWED-a"), 0x0110: making.text("PRIV")})
    content = {"exif": b"Exif\0\0" + exif, "APP1": b"http://ns.adobe.com/xap/1.0/\0" + PACKET}
    profile = content.get(name) or (PACKET if name == "xmp" else fields.iim(fields.IIM))
    text = f"\n{name}\n{len(profile):8d}\n{profile.hex()}\n".encode()
    head = f"Raw profile type {name}".encode() + b"\0"
    form = {b"tEXt": b"", b"zTXt": b"\0", b"iTXt": b"\1\0\0\0"}[chunk]
    written = making.chunk(chunk, head + form + (zlib.compress(text) if form else text))
    data = making.png(written)
    result = clean(data)
    assert owed(result) == owed(data) != set()


def test_novelai_prompts_stay_as_labels():
    texts = {"Software": "NovelAI", "Description": "a cat", "Comment": '{"steps": 5, "uc": "x"}'}
    chunks = [making.chunk(b"tEXt", k.encode() + b"\0" + v.encode()) for k, v in texts.items()]
    data = making.png(*chunks, making.chunk(b"tEXt", b"Author\0OWED-a"))
    assert told(clean(data)) == told(data)
    assert values(clean(data), "text") == {*texts, "Author"}


GAIN_MAP = seconds.grey({"hdrgm:Version": "1.0", "hdrgm:GainMapMax": "3.2"})
APPLE = "urn:com:apple:photo:2020:aux:hdrgainmap", {"HDRGainMap:HDRGainMapVersion": "65536"}
AUXILIARY = {
    "directory": seconds.photo_with(seconds.Second("GainMap", GAIN_MAP), mpf=True),
    "index": jpeg.with_second_picture(jpeg.gain_map()),
    "items": seconds.auxiliary(*APPLE).written(),
}


@pytest.mark.parametrize("data", AUXILIARY.values(), ids=AUXILIARY.keys())
def test_auxiliary_images_stay_as_scope_all_leaves_them(data):
    by_all, by_private = (run("metadata", data, scope=scope) for scope in ("all", "private"))
    assert by_private.report["pictures"] == by_all.report["pictures"] != []
    assert by_private.report["survivors"] == []


def test_the_numbers_of_a_gain_map_in_a_maker_note_are_not_private():
    exif = seconds.exif_with(seconds.apple_note())
    data = seconds.photo_with(seconds.Second("GainMap", GAIN_MAP), mpf=True, exif=exif)
    assert any("MakerNote" in each for each in private(data))
    result = stripped(data).data
    assert b"Apple iOS" in result
    assert private(result) == []


def test_an_auxiliary_image_keeps_credit_and_loses_its_own_private_fields():
    second = photo(making.app1_exif(fields.exif(fields.EXIF, ">")), making.app1_xmp(PACKET))
    data = jpeg.with_second_picture(second, attributes=0x20002)
    result = stripped(data)
    assert b"PRIV" not in result.data.replace(b"\0", b"")
    assert told(result.data) == told(data)


def test_compressed_boxes_and_the_jpeg_inside_jpeg_xl_keep_credit():
    brotli = pytest.importorskip("brotli")
    boxes = [
        isobmff.box(b"brob", name, brotli.compress(content))
        for name, content in (
            (b"Exif", bytes(4) + fields.exif(fields.EXIF, "<")),
            (b"xml ", PACKET),
        )
    ]
    inside = photo(making.app1_xmp(PACKET), making.app13(fields.iim(fields.IIM)))
    for data in (jxl.boxed(*boxes), jxl.transcoded(inside)):
        assert told(clean(data)) == told(data) != []


def test_gif_sub_blocks_keep_credit():
    file = samples.encoded(samples.picture("P"), "GIF")
    parts = [(b"XMP DataXMP", PACKET), (b"MGK8BIM0000", fields.iim(fields.IIM))]
    more = b"".join(
        gif.application(name, *(c[at : at + 200] for at in range(0, len(c), 200)))
        for name, c in parts
    )
    at = gif.places(file)[0]
    data = file[:at] + more + file[at:]
    assert told(clean(data)) == told(data) != []


def test_named_keys_of_quicktime_keep_credit():
    names = [b"location.ISO6709", b"copyright", b"author", b"creationdate"]
    listed = [mp4.box(b"mdta", b"com.apple.quicktime." + name) for name in names]
    texts = [b"PRIV+1", b"OWED-c", b"OWED-a", b"PRIV-d"]
    items = [
        mp4.box(struct.pack(">I", at), mp4.box(b"data", struct.pack(">II", 1, 0), text))
        for at, text in enumerate(texts, 1)
    ]
    handler = mp4.full(b"hdlr", bytes(4), b"mdta", bytes(12), b"\0")
    keys = mp4.full(b"keys", struct.pack(">I", 4), *listed)
    track = mp4.Track(1, b"vide", b"avc1", [b"coded"])
    meta = mp4.box(b"meta", handler, keys, mp4.box(b"ilst", *items))
    data = files.Told([track], junk=False, items=meta, quicktime=True).file()
    assert owed(clean(data)) == {"OWED-c", "OWED-a"}


def test_fields_past_the_limit_go():
    data = memoryview(making.dataset(2, 80, b"x") * 50)
    assert len(photoshop.excerpt(data, Wanted(Kept.CREDIT, left=10)) or b"") == len(data) // 5


def test_a_packet_that_would_not_fit_in_its_segment_goes_without_harm():
    latin = making.xmp(dc__rights="é" * 60_000, tiff__Orientation="6").decode().encode("latin-1")
    result = run("metadata", photo(making.app1_xmp(latin)), scope="private")
    assert result.report["orientation"] == 6
    assert b"rights" not in result.image
