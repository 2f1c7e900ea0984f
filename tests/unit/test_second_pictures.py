"""What stays of second pictures keeps its numbers; what cannot be kept whole goes whole."""

import io
import struct
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

import expunge.imaging.containers.isobmff as heif
from expunge.errors import ExpungeError, RewriteUnproven
from expunge.imaging import tiff
from expunge.imaging.auxiliary import maker_note, packet
from expunge.imaging.containers.block import Kind, Role
from expunge.operations import run
from tests import samples
from tests.samples import isobmff, jpeg, seconds
from tests.samples.isobmff import full, uuid
from tests.samples.seconds import Second, grey
from tests.unit.test_heif import same_picture, stripped

GAIN_MAP = "urn:com:apple:photo:2020:aux:hdrgainmap"
DEPTH = "urn:mpeg:hevc:2015:auxid:2"
MATTE = "urn:com:apple:photo:2018:aux:portraiteffectsmatte"


def told(xmp: bytes) -> dict[str, list[str]]:
    """The properties of a packet, and that there is nothing private among them."""
    assert b"SECRET" not in xmp
    found: dict[str, list[str]] = {}
    for fact in packet.facts_in(memoryview(xmp)):
        found.setdefault(fact.key, []).append(fact.value)
    return found


def rows(facts: dict) -> dict[str, list[str]]:
    return {key: [value] if isinstance(value, str) else value for key, value in facts.items()}


def packets(file: bytes) -> list[bytes]:
    """Every XMP packet of a file, those of second pictures too."""
    pieces = file.split(b"<x:xmpmeta")[1:]
    return [b"<x:xmpmeta" + p.split(b"</x:xmpmeta>")[0] + b"</x:xmpmeta>" for p in pieces]


def pictures(file: bytes) -> list[bytes]:
    """The JPEGs of a file, one behind the other."""
    starts = [at for at in range(len(file)) if file.startswith(b"\xff\xd8\xff", at)]
    return [file[a:b] for a, b in pairwise([*starts, len(file)])]


def reported(file: bytes) -> list[tuple[str, bool]]:
    return [(p["role"], p["kept"]) for p in run("metadata", file).report["pictures"]]


def listed(file: bytes) -> list[tuple[str, int]]:
    found = packet.listed_in(memoryview(packets(file)[0]))
    return [(entry.semantic, entry.length) for entry in found]


# HEIF and AVIF


@pytest.mark.parametrize(
    ("name", "facts", "role"),
    [
        (GAIN_MAP, seconds.APPLE_GAIN_MAP, Role.GAIN_MAP),
        ("urn:com:samsung:photo:2024:aux:hdrgainmap", seconds.HDRGM, Role.GAIN_MAP),
        (DEPTH, seconds.APPLE_DEPTH, Role.DEPTH),
        ("urn:mpeg:mpegB:cicp:systems:auxiliary:depth", seconds.APPLE_DEPTH, Role.DEPTH),
        (MATTE, seconds.APPLE_MATTE, Role.MATTE),
    ],
)
def test_an_auxiliary_picture_keeps_its_numbers_and_nothing_else(name, facts, role):
    file = seconds.auxiliary(name, facts, first=seconds.PRIVATE).written()
    out = stripped(file)
    assert [told(xmp) for xmp in packets(out)] == [rows(facts)]
    assert reported(file) == [(role.value, True)]
    assert same_picture(out, file)


def test_samsungs_first_picture_goes_on_announcing_its_gain_map():
    announced = {"hdrgm:Version": "1.0"}
    entry = seconds.directory([Second("GainMap", b"")], "attributes", [0])
    base = seconds.auxiliary("urn:com:samsung:photo:2024:aux:hdrgainmap", seconds.HDRGM)
    xmp = seconds.packet(announced | seconds.PRIVATE, entry)
    item = isobmff.Item(4, b"mime", xmp, content_type=b"application/rdf+xml")
    out = stripped(base.plus(item, references=[(b"cdsc", 4, (1,))]).written())
    first = next(told(xmp) for xmp in packets(out) if b"Directory" in xmp)
    assert (first["hdrgm:Version"], first["Item:Semantic"]) == (["1.0"], ["Primary", "GainMap"])


def test_xmp_of_gain_maps_goes_where_no_gain_map_is():
    heif_file = isobmff.still()
    xmp = seconds.packet(seconds.APPLE_GAIN_MAP | seconds.HDRGM)
    item = isobmff.Item(9, b"mime", xmp, content_type=b"application/rdf+xml")
    out = stripped(heif_file.plus(item, references=[(b"cdsc", 9, (1,))]).written())
    assert not packets(out)


def test_a_value_that_is_no_number_of_a_gain_maps_goes():
    facts = seconds.APPLE_GAIN_MAP | {"HDRGainMap:HDRGainMapHeadroom": "SECRET", "apdi:x": "1"}
    out = stripped(seconds.auxiliary(GAIN_MAP, facts).written())
    assert "HDRGainMap:HDRGainMapHeadroom" not in told(packets(out)[0])
    assert b"HDRGainMapVersion" in out


@pytest.mark.parametrize("facts", [None, seconds.APPLE_GAIN_MAP])
def test_apples_headroom_stays_in_a_maker_note_of_nothing_else(facts):
    exif = seconds.exif_with(seconds.apple_note())
    out = stripped(seconds.auxiliary(GAIN_MAP, facts, exif=exif).written())
    assert b"SECRET" not in out
    block = next(b for b in heif.parse(out).blocks if b.kind is Kind.EXIF)
    assert maker_note.hdr_note(block.data) is not None
    with Image.open(io.BytesIO(out)) as image:
        assert image.getexif().get_ifd(0x8769).keys() == {0x927C}
        note = image.getexif().get_ifd(0x8769)[0x927C]
    assert struct.pack(">iiii", 3, 2, 1, 100) in note


def test_a_maker_note_goes_with_no_gain_map_to_need_it():
    exif = seconds.exif_with(seconds.apple_note())
    out = stripped(seconds.auxiliary(DEPTH, seconds.APPLE_DEPTH, exif=exif).written())
    assert b"Apple iOS" not in out


@given(st.binary(max_size=120), st.integers(0, 60))
def test_a_broken_maker_note_is_no_reason_to_fail(noise, cut):
    note = seconds.apple_note()
    exif = seconds.exif_with(note[:cut] + noise)
    found = maker_note.hdr_note(memoryview(exif))
    assert found is None or b"SECRET" not in found


def test_an_auxiliary_picture_of_an_unknown_purpose_goes_with_what_describes_it():
    file = seconds.auxiliary("urn:vendor:aux:secretmap", seconds.HDRGM).written()
    out = stripped(file)
    assert reported(file) == [("other", False)]
    assert [b.path for b in heif.parse(out).blocks if b.name == "av01"] == ["meta/iinf/av01[1]"]


def test_an_auxiliary_picture_that_nothing_describes_stays():
    file = seconds.auxiliary("urn:vendor:aux:secretmap", None).written()
    assert run("metadata", file).report["changed"] is False
    assert reported(file) == [("other", True)]


def test_a_linear_thumbnail_shows_the_picture_before_its_style_and_goes():
    file = seconds.auxiliary("tag:apple.com,2023:photo:aux:linearthumbnail", None).written()
    assert reported(file) == [("original", False)]
    stripped(file)


# Spatial photos


def test_a_spatial_photo_keeps_its_cameras():
    file = seconds.spatial().written()
    out = run("metadata", file)
    assert out.image == file
    assert reported(file) == [("stereo", True)]


@pytest.mark.parametrize("fact", seconds.SPATIAL)
def test_bytes_behind_a_cameras_fields_go(fact):
    longer = uuid(fact[8:24], fact[24:] + b"SECRET")
    out = stripped(seconds.spatial((longer,)).written())
    assert out == seconds.spatial((fact,)).written()


@pytest.mark.parametrize("fact", seconds.SPATIAL)
def test_a_cameras_box_that_is_cut_short_goes(fact):
    out = stripped(seconds.spatial((uuid(fact[8:24], fact[24:-1]),)).written())
    assert fact[8:24] not in out


def test_a_cameras_box_of_no_pair_goes():
    out = stripped(seconds.spatial(paired=False).written())
    assert not any(fact[8:24] in out for fact in seconds.SPATIAL)


@given(flags=st.integers(0, 63), data=st.binary(max_size=6))
def test_camera_positions_of_every_form_keep_their_fields(flags, data):
    bits = [flags >> n & 1 for n in range(6)]
    size = 4 * sum(bits[:3]) + (3 * (4 if bits[4] else 2) if bits[3] else 0) + 4 * bits[5]
    fields = struct.pack(">I", flags) + bytes(range(1, size + 1))
    out = stripped(seconds.spatial((uuid(seconds.EXTRINSICS, fields + data),)).written())
    assert out == seconds.spatial((uuid(seconds.EXTRINSICS, fields),)).written()


@pytest.mark.parametrize("name", [b"cmin", b"cmex"])
def test_the_standards_own_camera_boxes_hold_nothing_behind_their_fields(name):
    body = struct.pack(">IIII", 0x1E00 if name == b"cmin" else 7, 1, 2, 3)
    whole = full(name, 0, 0, body[4:])
    whole = whole[:8] + body
    longer = struct.pack(">I", len(whole) + 6) + whole[4:] + b"SECRET"
    assert stripped(seconds.spatial((longer,)).written()) == seconds.spatial((whole,)).written()


# JPEG


@pytest.mark.parametrize("elements", [False, True])
@pytest.mark.parametrize("renamed", [False, True])
@pytest.mark.parametrize(
    "facts", [seconds.HDRGM, seconds.APPLE_GAIN_MAP, seconds.APPLE_DEPTH, seconds.APPLE_MATTE]
)
def test_a_second_jpeg_keeps_its_numbers_however_they_are_written(facts, elements, renamed):
    second = grey(facts, elements=elements, renamed=renamed)
    out = stripped(jpeg.with_second_picture(second))
    assert told(packets(pictures(out)[1])[0]) == rows(facts)
    assert b"SECRET" not in out


@pytest.mark.parametrize("mpf", [False, True])
@pytest.mark.parametrize("form", ["attributes", "elements"])
@pytest.mark.parametrize("padding", [0, 5])
@pytest.mark.parametrize("stale", [False, True])
def test_ultra_hdr_keeps_its_gain_map_however_it_is_listed(mpf, form, padding, stale):
    second = Second("GainMap", grey(seconds.HDRGM))
    parts = [replace(second, padding=padding)]
    out = stripped(seconds.photo_with(*parts, form=form, mpf=mpf, stale=stale))
    first, gain_map = pictures(out)
    assert told(packets(gain_map)[0]) == rows(seconds.HDRGM)
    assert listed(out) == [("Primary", 0), ("GainMap", len(gain_map))]
    assert samples.pixels(first) == samples.pixels(jpeg.photo())
    assert b"SECRET" not in out


PORTRAIT = {
    "GainMap": grey(seconds.HDRGM, 2),
    "Original": grey(None, 3),
    "Depth": grey(None, 4),
    "Confidence": grey(None, 5),
    "Whatever": grey(None, 6),
}


@settings(max_examples=60, deadline=None)
@given(
    names=st.permutations(list(PORTRAIT)).flatmap(
        lambda names: st.integers(1, len(names)).map(lambda n: names[:n])
    ),
    form=st.sampled_from(["attributes", "elements"]),
    mpf=st.booleans(),
    padding=st.sampled_from([0, 3]),
)
def test_a_portrait_keeps_its_gain_map_under_its_own_name_and_no_other_picture(
    names, form, mpf, padding
):
    parts = [Second(name, PORTRAIT[name], padding) for name in names]
    file = seconds.photo_with(*parts, form=form, mpf=mpf)
    out = stripped(file)
    kept = pictures(out)[1:]
    assert len(kept) == names.count("GainMap")
    assert all(told(packets(p)[0]) == rows(seconds.HDRGM) for p in kept)
    if kept:
        assert listed(out) == [("Primary", 0), ("GainMap", len(kept[0]))]
    else:
        assert not packets(out)
    roles = {"Whatever": "other", "GainMap": "gain_map"}
    assert reported(file) == [(roles.get(n, n.lower()), n == "GainMap") for n in names]
    assert b"SECRET" not in out


def test_xmp_that_is_kept_lists_what_is_left():
    parts = [Second(name, PORTRAIT[name]) for name in ("Original", "GainMap", "Depth")]
    out = run("metadata", seconds.photo_with(*parts), keep=["xmp"]).image
    (gain_map,) = pictures(out)[1:]
    assert listed(out) == [
        ("Primary", 0), ("Original", 0), ("GainMap", len(gain_map)), ("Depth", 0),
    ]  # fmt: skip
    assert run("metadata", out, keep=["xmp"]).image == out


def test_scope_ai_leaves_a_portrait_alone():
    parts = [Second(name, data) for name, data in PORTRAIT.items()]
    file = seconds.photo_with(*parts, mpf=True)
    assert run("metadata", file, scope="ai").image == file


def _with_exif(file: bytes, exif: bytes) -> bytes:
    """A file whose first EXIF is another one."""
    at = file.index(jpeg.EXIF) - 4
    end = at + 2 + int.from_bytes(file[at + 2 : at + 4], "big")
    return file[:at] + jpeg.segment(0xE1, jpeg.EXIF + exif) + file[end:]


def test_apples_gain_map_in_a_jpeg_keeps_the_headroom_that_exif_states():
    second = grey({"HDRGainMap:HDRGainMapVersion": "65536"})
    exif = seconds.exif_with(seconds.apple_note(), orientation=6)
    file = _with_exif(jpeg.with_second_picture(second), exif)
    out = stripped(file)
    assert samples.shown_orientation(out) == 6
    assert struct.pack(">iiii", 3, 2, 1, 100) in out
    assert b"SECRET" not in out


@pytest.mark.parametrize("mpf", [False, True])
@pytest.mark.parametrize("form", ["attributes", "elements"])
def test_ultra_hdr_is_decoded_to_the_same_light(mpf, form):
    imagecodecs = pytest.importorskip("imagecodecs")
    facts = {
        "hdrgm:Version": "1.0", "hdrgm:GainMapMin": "0", "hdrgm:GainMapMax": "3.1",
        "hdrgm:Gamma": "1", "hdrgm:OffsetSDR": "0.015625", "hdrgm:OffsetHDR": "0.015625",
        "hdrgm:HDRCapacityMin": "0", "hdrgm:HDRCapacityMax": "3.1",
        "hdrgm:BaseRenditionIsHDR": "False",
    }  # fmt: skip
    portrait = [Second(name, PORTRAIT[name]) for name in ("Original", "Depth")]
    file = seconds.photo_with(Second("GainMap", grey(facts)), *portrait, mpf=mpf, form=form)
    before = imagecodecs.ultrahdr_decode(file)
    assert before.max() > 1
    assert (imagecodecs.ultrahdr_decode(run("metadata", file).image) == before).all()


VIEWS = {
    "one": {0xB101: (4, (2,)), 0xB204: (4, (1,)), 0xB205: (10, (-3, 10)), 0xB206: (5, (77, 1000))},
    "all": {
        **{tag: (4, (tag,)) for tag in (0xB101, 0xB201, 0xB204)},
        **{tag: (10, (-tag, 7)) for tag in (0xB202, 0xB203, *range(0xB205, 0xB20E))},
    },
}
"""Fields of MP attribute IFDs by tag: type and numbers (DC-007, 5.2.4)."""


def attribute_ifd(order: str, numbers: dict, at: int) -> bytes:
    """With a text of nobody's business beside the numbers."""
    forms = {4: "I", 5: "2I", 10: "2i"}
    fields = [tiff.Field(0xB20F, 2, 8, memoryview(b"SECRET!!"))]
    for tag, (kind, values) in numbers.items():
        value = struct.pack(order + forms[kind], *values)
        fields.append(tiff.Field(tag, kind, 1, memoryview(value)))
    return tiff.ifd(order, fields, at)


def attributes(content: bytes) -> dict[int, tuple[int, tuple[int, ...]]]:
    """The attribute IFD of an MP header, as a reader of DC-007 finds it."""
    reader = tiff.Reader.of(memoryview(content))
    at = reader.first_ifd
    if 0xB001 in {field.tag for field in reader.fields(at)}:
        at = reader.following(at)
    forms = {4: "I", 5: "2I", 10: "2i"}
    return {
        field.tag: (field.type, struct.unpack(reader.order + forms[field.type], field.value))
        for field in (reader.fields(at) if at else ())
        if field.tag != 0xB000
    }


@pytest.mark.parametrize("fields", VIEWS)
@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("kind", [0x020002, 0x020001, 0x020003])
def test_views_keep_the_numbers_that_place_them(kind, order, fields):
    header = {"<": b"II*\0\x08\0\0\0", ">": b"MM\0*\0\0\0\x08"}[order]
    numbers = VIEWS[fields]
    own = jpeg.segment(0xE2, b"MPF\0" + header + attribute_ifd(order, numbers, 8))
    second = jpeg.inserted(jpeg.photo("L"), own, jpeg.METADATA["exif"])
    empty = bytearray(jpeg.mp_index([(0, 0, 0), (0, 0, 0)])[8:])
    empty[46:50] = struct.pack("<I", len(empty))
    empty += attribute_ifd("<", numbers, len(empty))
    first = jpeg.inserted(jpeg.photo(), jpeg.segment(0xE2, b"MPF\0" + empty))
    offset = len(first) - first.index(b"MPF\0") - 4
    entries = jpeg.mp_index([(kind, len(first), 0), (kind, len(second), offset)])[58:]
    file = first.replace(bytes(empty), bytes(empty[:50] + entries + empty[82:])) + second

    out = stripped(file)

    heads = [one.partition(b"MPF\0")[2] for one in pictures(out)]
    assert [attributes(head) for head in heads] == [numbers, numbers]
    assert b"SECRET" not in out
    assert [role for role, kept in reported(file) if kept] == [
        "stereo" if kind == 0x020002 else "view"
    ]
    with Image.open(io.BytesIO(out)) as image:
        assert image.n_frames == 2


def test_a_gain_map_has_no_place_among_views():
    own = jpeg.segment(0xE2, b"MPF\0MM\0*\0\0\0\x08" + attribute_ifd(">", VIEWS["one"], 8))
    out = stripped(jpeg.with_second_picture(jpeg.inserted(jpeg.gain_map(), own)))

    assert out.count(b"MPF\0") == 1


def test_a_depth_map_within_xmp_goes_with_it_and_is_reported():
    inner = (
        '<GDepth:Data xmlns:GDepth="http://ns.google.com/photos/1.0/depthmap/">AAAA</GDepth:Data>'
    )
    xmp = jpeg.segment(0xE1, jpeg.XMP + seconds.packet({"dc:creator": "SECRET"}, inner))
    file = jpeg.inserted(jpeg.photo(), xmp)
    assert reported(file) == [("depth", False)]
    assert stripped(file) == jpeg.photo()
    report = run("metadata", file, keep=["xmp"]).report
    assert [p["kept"] for p in report["pictures"]] == [True]


@pytest.mark.parametrize("split", [60_000, "GDepth:Da", "GDepth:Data", "GImage:", "GImage:Data="])
def test_pictures_in_extended_xmp_are_reported_wherever_it_is_split(split):
    data = "A" * 50_000
    inner = f'<x GDepth:Data="{data}" GImage:Data="{data}"/>'.encode()
    size = split if isinstance(split, int) else inner.index(split.encode()) + len(split)
    head = jpeg.XMP.replace(b"ns.adobe.com/xap/1.0/", b"ns.adobe.com/xmp/extension/")
    parts = [
        jpeg.segment(0xE1, head + b"A" * 32 + struct.pack(">II", len(inner), at) + inner[at:end])
        for at, end in pairwise([0, size, *range(size + 60_000, len(inner), 60_000), len(inner)])
    ]
    file = jpeg.inserted(jpeg.photo(), *parts)

    assert sorted(reported(file)) == [("depth", False), ("view", False)]


def test_a_gain_map_that_the_directory_forgets_is_listed_with_the_rest():
    parts = [Second("GainMap", PORTRAIT["GainMap"]), Second("Depth", grey(seconds.APPLE_DEPTH))]
    file = seconds.photo_with(*parts)
    out = stripped(file.replace(b'Item:Semantic="GainMap"', b'Item:Semantic="Unknown"'))
    sizes = [len(picture) for picture in pictures(out)[1:]]
    assert listed(out) == [("Primary", 0), ("GainMap", sizes[0]), ("Depth", sizes[1])]


def test_what_runs_on_behind_a_second_picture_does_not_say_what_it_is_for():
    original = PORTRAIT["Original"][:-2]
    file = jpeg.with_second_picture(original + b"\0\0" + PORTRAIT["GainMap"])
    broken = file.replace(b"<Container:Directory>", b"<Container:Directory")
    out = stripped(_with_exif(broken, seconds.exif_with(seconds.apple_note())))
    assert b"Apple iOS" not in out


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_damage_leaves_nothing_behind_that_a_second_strip_would_take(data):
    portrait = [Second(name, PORTRAIT[name]) for name in ("Original", "GainMap", "Depth")]
    file = bytearray(
        data.draw(
            st.sampled_from(
                [
                    seconds.photo_with(*portrait, exif=seconds.exif_with(seconds.apple_note())),
                    seconds.photo_with(*portrait, form="elements", mpf=True),
                    seconds.auxiliary(GAIN_MAP, seconds.APPLE_GAIN_MAP).written(),
                    seconds.spatial().written(),
                ]
            )
        )
    )
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(file) - 1))
        length = data.draw(st.integers(0, 30))
        file[at : at + length] = data.draw(st.binary(max_size=8))
    try:
        stripped(bytes(file))
    except ExpungeError as error:
        assert not isinstance(error, RewriteUnproven)  # noqa: PT017 (which one it is)
