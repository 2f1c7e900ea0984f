"""What a strip takes of a HEIF or AVIF file, and what it leaves."""

import struct
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import expunge.imaging.containers.isobmff as heif
from expunge.errors import ExpungeError, ImageTooLarge, MalformedImage
from expunge.imaging.containers.block import Kind
from expunge.operations import run
from tests import samples
from tests.samples import isobmff, jpeg
from tests.samples.isobmff import Item, box, full


def stripped(file, **options):
    outcome = run("metadata", file, **options)
    assert outcome.report["survivors"] == []
    again = run("metadata", outcome.image, **options)
    assert again.image == outcome.image
    return outcome.image


def item(name, number, **how):
    kind, content_type, data = isobmff.METADATA[name]
    return Item(number, kind, data, content_type=content_type, **how)


def with_item(name, number=9, **how):
    return isobmff.still().plus(item(name, number, **how), references=[(b"cdsc", number, (1,))])


def same_picture(file, clean):
    return samples.pixels(file) == samples.pixels(clean)


@pytest.mark.parametrize("name", isobmff.METADATA)
def test_a_metadata_item_goes_with_its_bytes(name):
    clean = isobmff.still().written()
    out = stripped(with_item(name).written())
    assert b"SECRET" not in out
    assert same_picture(out, clean)
    left = [b for b in heif.parse(out).blocks if b.path.startswith("meta/iinf")]
    assert [b.path for b in left if b.kind not in (Kind.EXIF, Kind.XMP)] == ["meta/iinf/av01[1]"]
    assert all(samples.says_orientation_only(bytes(b.data)) for b in left[1:])


@pytest.mark.parametrize("name", isobmff.BOXES)
@pytest.mark.parametrize("where", ["before", "after", "in_meta"])
def test_a_foreign_box_goes_wherever_it_stands(name, where):
    clean = isobmff.still()
    out = stripped(replace(clean, **{where: (isobmff.BOXES[name],)}).written())
    assert b"SECRET" not in out
    assert same_picture(out, clean.written())


@pytest.mark.parametrize("name", isobmff.BOXES)
@pytest.mark.parametrize("inside", [(b"moov",), (b"moov", b"trak"), (b"moov", b"trak", b"mdia")])
def test_a_foreign_box_in_a_sequence_goes(name, inside):
    clean = isobmff.animation()
    dirty = isobmff.inserted_in_movie(clean, isobmff.BOXES[name], *inside)
    assert same_picture(dirty, clean)
    out = stripped(dirty)
    assert b"SECRET" not in out
    assert same_picture(out, clean)
    assert heif.parse(out).frames == 3


def test_an_encoders_clock_goes_from_a_sequence():
    out = stripped(isobmff.animation())
    assert not [b for b in heif.parse(out).blocks if b.name == "times"]


def test_a_clean_file_comes_back_as_it_was():
    clean = isobmff.still().written()
    outcome = run("metadata", clean)
    assert (outcome.image, outcome.report["changed"]) == (clean, False)


def test_bytes_that_nothing_points_to_go():
    heif_file = replace(with_item("XMP", pieces=2), hidden=b"SECRET")
    out = stripped(heif_file.written())
    assert b"SECRET" not in out
    assert same_picture(out, isobmff.still().written())


@pytest.mark.parametrize("behind", [b"SECRET", bytes(8), b"\0\0\0\x07mdatSECRET"])
def test_bytes_behind_the_last_box_go(behind):
    clean = isobmff.still().written()
    assert stripped(clean + behind) == clean


def test_bytes_shared_with_a_picture_stay_for_the_picture():
    clean = isobmff.still()
    file = clean.plus(Item(9, b"Exif", clean.items[0].data)).written()
    first, second = (at for at in _offsets(file))
    shared = bytearray(file)
    _set_offset(shared, 1, first)
    out = stripped(bytes(shared))
    assert second != first
    assert same_picture(out, clean.written())


def _offsets(file):
    start, _ = isobmff.find(file, b"meta", b"iloc")
    count = struct.unpack_from(">H", file, start + 6)[0]
    return [struct.unpack_from(">I", file, start + 8 + 16 * n + 8)[0] for n in range(count)]


def _set_offset(out, number, value):
    start, _ = isobmff.find(bytes(out), b"meta", b"iloc")
    struct.pack_into(">I", out, start + 8 + 16 * number + 8, value)


def test_a_thumbnail_goes_and_its_picture_stays():
    out = stripped(isobmff.with_thumbnail().written())
    assert len(out) < len(isobmff.with_thumbnail().written())
    assert b"thmb" not in out
    assert same_picture(out, isobmff.still().written())


def test_the_tiles_and_the_alpha_of_a_thumbnail_go_with_it():
    base = isobmff.with_thumbnail()
    tile, number = base.items[1], base.items[1].properties
    heif_file = replace(base, items=base.items[:1], references=()).plus(
        Item(2, b"grid", bytes(8), number[:1], method=1),
        replace(tile, id=3),
        replace(tile, id=4),
        references=[(b"thmb", 2, (1,)), (b"dimg", 2, (3,)), (b"auxl", 4, (2,))],
    )
    left = [b.path for b in heif.parse(stripped(heif_file.written())).blocks if b.name == "av01"]
    assert left == ["meta/iinf/av01[1]"]


def test_a_thumbnail_that_another_picture_is_made_of_stays():
    base = isobmff.with_thumbnail()
    heif_file = base.plus(
        Item(3, b"iden", b"", base.items[1].properties[:1]), references=[(b"dimg", 3, (2,))]
    )
    assert run("metadata", heif_file.written()).report["changed"] is False


def test_alpha_stays():
    clean = samples.encoded(samples.picture("RGBA"), "AVIF")
    dirty = samples.encoded(samples.picture("RGBA"), "AVIF", exif=samples.exif(), xmp=b"<SECRET/>")
    assert samples.pixels(stripped(dirty)) == samples.pixels(clean)


def test_colour_and_transformations_stay():
    plain = isobmff.still()
    extra = (
        box(b"colr", b"prof", samples.ICC),
        box(b"clli", bytes(4)),
        box(b"irot", b"\1"),
        box(b"imir", b"\1"),
    )
    first = len(plain.properties) + 1
    numbers = tuple(range(first, first + len(extra)))
    picture = replace(plain.items[0], properties=plain.items[0].properties + numbers)
    clean = replace(plain, properties=plain.properties + extra, items=(picture,))
    dirty = clean.plus(item("Exif", 2), references=[(b"cdsc", 2, (1,))])
    assert run("metadata", clean.written()).report["changed"] is False
    out = stripped(dirty.written())
    assert all(part in out for part in extra)
    assert b"SECRET" not in out


@pytest.mark.parametrize(
    ("transforms", "orientation"),
    [
        ((), 1),
        ((b"irot\1",), 8),
        ((b"irot\2",), 3),
        ((b"irot\3",), 6),
        ((b"imir\0",), 4),
        ((b"imir\1",), 2),
        ((b"irot\1", b"imir\0"), 5),
        ((b"irot\1", b"imir\1"), 7),
    ],
)
def test_the_displayed_orientation_is_told_from_the_transformations(transforms, orientation):
    plain = isobmff.still()
    boxes = tuple(box(each[:4], each[4:]) for each in transforms)
    count = len(plain.properties)
    numbers = tuple(0x80 | number for number in range(count + 1, count + 1 + len(boxes)))
    picture = replace(plain.items[0], properties=plain.items[0].properties + numbers)
    file = replace(plain, properties=plain.properties + boxes, items=(picture,)).written()
    assert heif.parse(file).orientation == orientation
    assert samples.shown_orientation(file) == orientation


@pytest.mark.parametrize("wide", [False, True])
def test_a_description_goes_and_other_properties_keep_their_places(wide):
    plain = isobmff.still()
    words = full(b"udes", 0, 0, b"en\0", b"SECRET\0", b"SECRET\0", b"\0")
    moved = tuple(number + 1 for number in plain.items[0].properties)
    picture = replace(plain.items[0], properties=(1, *moved))
    dirty = replace(plain, properties=(words, *plain.properties), items=(picture,), wide_ipma=wide)
    out = stripped(dirty.written())
    assert b"SECRET" not in out
    assert same_picture(out, plain.written())


def test_groups_lose_what_goes():
    group = full(b"altr", 0, 0, struct.pack(">III", 77, 2, 1), struct.pack(">I", 9))
    out = stripped(replace(with_item("uri"), groups=(group,)).written())
    assert full(b"altr", 0, 0, struct.pack(">III", 77, 1, 1)) in out


def test_what_is_asked_for_stays_in_a_rebuilt_item():
    out = stripped(with_item("Exif").written(), keep=["copyright"])
    assert b"An Artist" in out
    assert b"Secret" not in out
    assert same_picture(out, isobmff.still().written())


def test_a_protected_picture_is_refused():
    file = bytearray(with_item("XMP").written())
    at = file.index(b"infe") + 4 + 4 + 2
    file[at : at + 2] = b"\0\1"
    with pytest.raises(MalformedImage, match="protected"):
        run("metadata", bytes(file))


def test_a_picture_that_needs_what_would_go_is_refused():
    heif_file = with_item("uri").plus(references=[(b"dimg", 1, (9,))])
    unknown = replace(heif_file, references=((b"base", 1, (9,)),))
    with pytest.raises(MalformedImage, match="needs item 9"):
        run("metadata", unknown.written())


def test_a_part_of_a_kept_item_is_refused():
    heif_file = isobmff.still().plus(
        Item(9, b"Exif", b"abcdefgh", method=2), references=[(b"iloc", 9, (1,))]
    )
    with pytest.raises(MalformedImage, match="part of item 1"):
        run("metadata", heif_file.written())


def test_an_empty_picture_is_refused():
    file = bytearray(isobmff.still().written())
    at = file.index(b"ispe") + 8
    file[at : at + 8] = struct.pack(">II", 0, 5)
    with pytest.raises(MalformedImage):
        heif.parse(bytes(file))


def test_extents_beyond_count_are_refused():
    """Extents whose fields have no width cost nothing to announce."""
    entries = b"".join(struct.pack(">HHHH", number, 0, 0, 0xFFFF) for number in range(1, 20))
    table = full(b"iloc", 1, 0, bytes(2), struct.pack(">H", 19), entries)
    file = isobmff.still().written()
    start, end = isobmff.find(file, b"meta", b"iloc")
    file = bytearray(file[: start - 8] + table + file[end:])
    at = file.index(b"meta") - 4
    size = struct.unpack_from(">I", file, at)[0] + len(table) - (end - start + 8)
    struct.pack_into(">I", file, at, size)
    with pytest.raises(ImageTooLarge):
        heif.parse(bytes(file))


def test_a_jpeg_in_a_heif_is_stripped_itself():
    photo = jpeg.photo()
    dirty = jpeg.inserted(photo, jpeg.METADATA["exif"], jpeg.METADATA["comment"])
    size = isobmff.still().properties[:1]
    pictures = [
        isobmff.Heif((Item(1, b"jpeg", data, (1,)),), size).written() for data in (photo, dirty)
    ]
    out = stripped(pictures[1])
    assert b"Secret" not in out
    (picture,) = (b for b in heif.parse(out).blocks if b.kind is Kind.PICTURE)
    assert bytes(picture.data) == photo
    assert run("metadata", pictures[0]).report["changed"] is False


@pytest.mark.parametrize("entry", [b"encv", b"avc1"])
def test_a_description_of_samples_is_never_taken_apart(entry):
    file = isobmff.animation().replace(b"av01\0\0\0\0\0\0\0\1", entry + b"\0\0\0\0\0\0\0\1")
    out = stripped(file)
    assert out.count(entry) == 1
    assert len(out) == len(stripped(isobmff.animation()))


def test_deep_nesting_is_not_followed():
    nested = b""
    for _ in range(2000):
        nested = box(b"moov", nested)
    clean = isobmff.still()
    out = stripped(replace(clean, after=(box(b"meco", nested),)).written())
    assert same_picture(out, clean.written())


metadata_items = st.builds(
    item,
    st.sampled_from(sorted(isobmff.METADATA)),
    st.just(0),
    method=st.sampled_from([0, 1]),
    pieces=st.integers(1, 3),
)


@st.composite
def dirty_files(draw):
    """A picture among metadata items and boxes, in any layout that the tables allow."""
    plain = isobmff.still()
    extra = draw(st.lists(metadata_items, min_size=1, max_size=4))
    version = draw(st.sampled_from([0, 1, 2]))
    if version == 0:
        extra = [replace(one, method=0) for one in extra]
    extra = [replace(one, id=number) for number, one in enumerate(extra, 2)]
    place = draw(st.integers(0, len(extra)))
    picture = replace(plain.items[0], pieces=draw(st.integers(1, 3)))
    foreign = st.lists(st.sampled_from(sorted(isobmff.BOXES.values())), max_size=2).map(tuple)
    return replace(
        plain,
        items=(*extra[:place], picture, *extra[place:]),
        references=tuple((b"cdsc", one.id, (1,)) for one in extra),
        iloc_version=version,
        widths=draw(st.sampled_from([(4, 4, 0), (8, 8, 0), (4, 4, 4), (4, 8, 8), (8, 4, 4)])),
        infe_version=draw(st.sampled_from([2, 3])),
        wide_ipma=draw(st.booleans()),
        in_meta=draw(foreign),
        before=draw(foreign),
        after=draw(foreign),
        hidden=draw(st.sampled_from([b"", b"SECRET", bytes(3)])),
        large_mdat=draw(st.booleans()),
    ).written()


@settings(max_examples=80, deadline=None)
@given(dirty_files())
def test_no_layout_saves_metadata_or_harms_the_picture(file):
    out = stripped(file)
    assert b"SECRET" not in out
    if is_shown(file):
        assert same_picture(out, isobmff.still().written())


def is_shown(file):
    """Whether the decoder takes the file at all: not with an Exif item in front, for one."""
    try:
        return bool(samples.pixels(file))
    except OSError:
        return False


SEEDS = (
    lambda: with_item("Exif", method=1).written(),
    lambda: isobmff.with_thumbnail().plus(item("XMP", 9, pieces=2)).written(),
    isobmff.animation,
)


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_a_damaged_file_is_read_or_refused(data):
    file = bytearray(data.draw(st.sampled_from(SEEDS))())
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, min(len(file), 1200) - 1))
        value = data.draw(st.sampled_from([b"\0", b"\1", b"\x7f", b"\xff", b"\xff\xff\xff\xff"]))
        file[at : at + len(value)] = value
    del file[data.draw(st.integers(len(file) // 2, len(file) + 1)) :]
    try:
        layout = heif.parse(bytes(file))
        out = run("metadata", bytes(file)).image
    except ExpungeError:
        return
    assert out is not None
    assert layout.blocks


def test_blocks_say_where_and_what():
    file = with_item("Exif").written()
    (exif,) = (b for b in heif.parse(file).blocks if b.kind is Kind.EXIF)
    assert exif.path == "meta/iinf/Exif[9]"
    assert bytes(exif.data) == samples.exif(6) + b"SECRET"
    assert file[exif.offset : exif.offset + exif.length].endswith(b"SECRET")


def test_an_item_without_bytes_of_its_own_loses_its_name():
    heif = isobmff.still()
    same = isobmff.Item(2, b"iden", b"", heif.items[0].properties, pieces=0, name=b"SECRET")
    file = heif.plus(same, references=[(b"dimg", 2, (1,))]).written()
    out = stripped(file)
    assert b"SECRET" not in out
    assert out.count(b"iden") == 1
