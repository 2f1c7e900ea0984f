"""``scope: ai`` removes AI provenance and keeps a photographer's own data."""

from __future__ import annotations

import struct
import zlib

import pytest
from tests.unit.provenance import making

from expunge.imaging.containers.block import Kind
from expunge.imaging.provenance import exif, photoshop, xmp
from expunge.imaging.provenance.scope import ai_edits, without_ai
from expunge.imaging.source import Source

TRAINED = "trainedAlgorithmicMedia"
SOFTWARE, ARTIST, MAKE, COMMENT, GPS_LATITUDE = 0x0131, 0x013B, 0x010F, 0x9286, 2


def pairs(facts):
    return [(fact.key, fact.value) for fact in facts]


def left_of(kind: Kind, data: bytes, name: str = "APP1") -> bytes | None:
    return without_ai(making.block(kind, name, data))


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("prefix", [b"", b"Exif\0\0"])
def test_exif_loses_its_ai_fields_and_nothing_moves(order, prefix):
    data = prefix + making.tiff(
        order,
        IFD0={ARTIST: making.text("Ada"), SOFTWARE: making.text("Midjourney v7")},
        Exif={
            COMMENT: (making.UNDEFINED, b"ASCII\0\0\0Steps: 20, Sampler: Euler a"),
            0x927C: (making.UNDEFINED, b"a maker note"),
        },
        GPS={GPS_LATITUDE: (making.RATIONAL, bytes(range(1, 25)))},
        next_ifd={MAKE: making.text("thumbnail's")},
    )
    left = left_of(Kind.EXIF, data)
    assert left is not None
    assert len(left) == len(data)
    before = pairs(exif.read(memoryview(data)))
    gone = {"Software", "UserComment"}
    assert pairs(exif.read(memoryview(left))) == [pair for pair in before if pair[0] not in gone]
    assert b"Midjourney" not in left
    assert b"Sampler" not in left
    assert left.index(b"a maker note") == data.index(b"a maker note")


def test_exif_with_only_ai_fields_goes_whole():
    data = making.tiff(IFD0={SOFTWARE: making.text("Midjourney v7")})
    assert left_of(Kind.EXIF, data) is None


def test_exif_with_overlapping_values_goes_whole():
    fields = {SOFTWARE: making.text("NovelAI"), ARTIST: making.text("Ada Byron")}
    data = bytearray(making.tiff(IFD0=fields))
    software, artist = 8 + 2, 8 + 2 + 12
    assert left_of(Kind.EXIF, bytes(data)) is not None
    struct.pack_into("<I", data, artist + 4, len("Novel"))
    data[artist + 8 : artist + 12] = data[software + 8 : software + 12]
    assert left_of(Kind.EXIF, bytes(data)) is None


def test_broken_exif_with_ai_in_it_goes_whole():
    data = making.tiff(IFD0={ARTIST: making.text("Ada"), SOFTWARE: making.text("Midjourney")})
    assert left_of(Kind.EXIF, data[:-9]) is None


def test_xmp_loses_attributes_and_elements():
    packet = making.xmp(
        "<dc:creator><rdf:Seq><rdf:li>Ada</rdf:li></rdf:Seq></dc:creator>"
        "<Iptc4xmpExt:AISystemUsed>a system</Iptc4xmpExt:AISystemUsed>"
        "<photoshop:Credit>Made with Google AI</photoshop:Credit>",
        Iptc4xmpExt__DigitalSourceType=TRAINED,
        photoshop__City="Bergen > Voss",
    )
    left = left_of(Kind.XMP, packet)
    assert left is not None
    assert pairs(xmp.read(memoryview(left))) == [
        ("photoshop:City", "Bergen > Voss"),
        ("dc:creator", "Ada"),
    ]
    assert TRAINED.encode() not in left
    assert b"a system" not in left


@pytest.mark.parametrize(
    "packet",
    [
        making.xmp(Iptc4xmpExt__DigitalSourceType=TRAINED),
        making.xmp(Iptc4xmpExt__DigitalSourceType=TRAINED, dc__format="x")
        .decode()
        .encode("utf-16"),
        b"<broken Iptc4xmpExt:DigitalSourceType='trainedAlgorithmicMedia' dc:format='x'",
    ],
    ids=["nothing left", "utf-16", "broken"],
)
def test_xmp_that_cannot_be_pruned_provably_goes_whole(packet):
    assert left_of(Kind.XMP, packet) is None


def test_iptc_loses_datasets_and_its_neighbours_stay():
    kept = making.resource(0x040A, b"\1")
    datasets = making.dataset(2, 80, b"Ada") + making.dataset(2, 110, b"Made with Google AI")
    left = left_of(Kind.IPTC, kept + making.resource(0x0404, datasets), "APP13")
    assert left == kept + making.resource(0x0404, making.dataset(2, 80, b"Ada"))


def test_only_ai_provenance_is_removed_from_a_file():
    data = making.jpeg(
        making.app1_exif(making.tiff(IFD0={ARTIST: making.text("Ada")})),
        making.app1_xmp(
            making.xmp(Iptc4xmpExt__DigitalSourceType=TRAINED, photoshop__City="Bergen")
        ),
        making.segment(0xFE, b"a comment"),
        making.segment(0xFE, b'{"aigc_info":{}}'),
    )
    source = Source.of(data)
    edits = ai_edits(source.layout, data)
    named = {source.layout.blocks[index].path: content for index, content in edits.items()}
    assert set(named) == {"APP1[1]", "COM[1]"}
    assert named["COM[1]"] is None
    rewritten = source.container.rewrite(data, source.layout, edits)
    again = Source.of(rewritten)
    assert ai_edits(again.layout, rewritten) == {}
    assert b"Bergen" in rewritten
    assert b"Ada" in rewritten
    assert b"a comment" in rewritten


def test_a_compressed_packet_in_png_is_pruned_and_compressed_again():
    packet = making.xmp(Iptc4xmpExt__DigitalSourceType=TRAINED, photoshop__City="Bergen")
    content = b"XML:com.adobe.xmp\0\1\0\0\0" + zlib.compress(packet)
    data = making.png(making.chunk(b"iTXt", content))
    source = Source.of(data)
    edits = ai_edits(source.layout, data)
    (left,) = edits.values()
    assert left is not None
    assert b"Bergen" in zlib.decompress(left)
    rewritten = source.container.rewrite(data, source.layout, edits)
    assert ai_edits(Source.of(rewritten).layout, rewritten) == {}


def test_a_novelai_prompt_goes_with_its_software():
    texts = {"Software": "NovelAI", "Description": "1girl", "Copyright": "Ada"}
    chunks = (making.chunk(b"iTXt", making.itxt(*pair)) for pair in texts.items())
    data = making.png(*chunks)
    layout = Source.of(data).layout
    gone = {layout.blocks[index].path for index in ai_edits(layout, data)}
    assert gone == {"iTXt[0]", "iTXt[1]"}


def test_a_file_without_ai_provenance_is_left_alone():
    data = making.jpeg(making.app1_exif(making.tiff(IFD0={SOFTWARE: making.text("GIMP")})))
    assert ai_edits(Source.of(data).layout, data) == {}


def test_photoshop_resources_that_cannot_be_read_go_whole():
    data = making.resource(0x0404, making.dataset(2, 110, b"Made with Google AI"))
    assert left_of(Kind.IPTC, data + b"8BIM\x04\x04\0\0\0\0\xff\xff", "APP13") is None
    assert list(photoshop.read(memoryview(data)))
