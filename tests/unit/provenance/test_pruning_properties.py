"""Pruned EXIF trees, XMP packets and IPTC sequences hold exactly the fields that should stay."""

from __future__ import annotations

import contextlib
import struct

from hypothesis import given
from hypothesis import strategies as st
from tests.unit.provenance import making

from expunge.imaging import exif as fields_of
from expunge.imaging import tiff
from expunge.imaging.provenance import exif, iptc, photoshop, xmp
from expunge.imaging.provenance.fact import Fact
from expunge.imaging.provenance.pruning import without

TAGS = st.integers(0x0100, 0xFFFF).filter(
    lambda tag: tag not in (0x8769, 0x8825, 0xA005, 0x014A, 0x0201, 0x0202, 0x02BC, 0x83BB)
)
"""Tags that neither point to a directory nor embed data."""
MADE = (making.ASCII, making.SHORT, making.LONG, making.RATIONAL, making.UNDEFINED)


@st.composite
def values(draw: st.DrawFn) -> tuple[int, bytes]:
    kind = draw(st.sampled_from(MADE))
    size = making._SIZES[kind]
    count = draw(st.integers(1, 6))
    data = draw(st.binary(min_size=size * count, max_size=size * count))
    return kind, data


FIELDS = st.dictionaries(TAGS, values(), min_size=1, max_size=6)


@st.composite
def trees(draw: st.DrawFn) -> tuple[str, dict[str, dict], dict | None, bytes]:
    """A structure with any directories, in either byte order, with or without a prefix."""
    order = draw(st.sampled_from("<>"))
    directories = {"IFD0": draw(FIELDS)}
    for name in draw(st.sets(st.sampled_from(["Exif", "GPS"]))):
        directories[name] = draw(FIELDS)
    following = draw(st.none() | FIELDS)
    prefix = draw(st.sampled_from([b"", b"Exif\0\0"]))
    return (
        order,
        directories,
        following,
        prefix + making.tiff(order, next_ifd=following, **directories),
    )


def facts(read, data: bytes) -> list[tuple[str, str]]:
    return [(fact.path, fact.value) for fact in read(memoryview(data))]


@given(trees())
def test_every_field_of_every_directory_is_a_fact_with_its_offset(case):
    order, directories, following, data = case
    found = list(exif.read(memoryview(data)))
    assert not any(fact.key == "(unreadable)" for fact in found)
    expected = {(name, tag) for name, held in directories.items() for tag in held}
    expected |= {("IFD1", tag) for tag in following or ()}
    assert len(found) == len(expected)
    start = exif.header_length(memoryview(data))
    reader = tiff.Reader.of(memoryview(data)[start:])
    assert reader.order == order
    entries = [e for e in exif.entries(reader) if not e.is_pointer]
    assert {(e.directory, e.raw.tag) for e in entries} == expected
    for entry in entries:
        held = (directories | {"IFD1": following})[entry.directory][entry.raw.tag][1]
        assert data[start + entry.raw.start :][: entry.raw.length] == held


@given(trees(), st.data())
def test_exif_keeps_the_other_fields_at_their_offsets(case, data):
    *_, content = case
    before = facts(exif.read, content)
    gone = data.draw(st.sets(st.sampled_from([path for path, _ in before])))
    left = without(memoryview(content), exif.read, lambda fact: fact.path in gone)
    staying = [(path, value) for path, value in before if path not in gone]
    if not staying:
        assert left is None
        return
    assert left is not None
    assert len(left) == len(content)
    assert facts(exif.read, left) == staying
    places = {f.path: (f.offset, f.length) for f in exif.read(memoryview(content))}
    after = {f.path: (f.offset, f.length) for f in exif.read(memoryview(left))}
    for path, (offset, length) in after.items():
        assert length == places[path][1]
        if length > 4:  # a shorter value is in its entry, which moves up
            assert offset == places[path][0]
    for path in gone:
        offset, length = places[path]
        assert length <= 4 or not any(left[offset : offset + length])


@given(trees(), st.data())
def test_arbitrary_pointers_end_and_cost_little(case, data):
    """Pointers form loops, or lead to overlapping directories or outside the data."""
    *_, content = case
    start = exif.header_length(memoryview(content))
    out = bytearray(content)
    reader = tiff.Reader.of(memoryview(content)[start:])
    pointers = [entry for entry in exif.entries(reader) if entry.is_pointer]
    places = [start + entry.raw.start for entry in pointers] + [start + 4]
    for place in data.draw(st.lists(st.sampled_from(places), min_size=1, max_size=3)):
        target = data.draw(st.integers(0, len(content) + 9) | st.just(8) | st.just(2**32 - 1))
        struct.pack_into(reader.order + "I", out, place, target)
    found = list(exif.read(memoryview(bytes(out))))
    assert len(found) <= 2_000
    left = without(memoryview(bytes(out)), exif.read, lambda fact: fact.key == "Artist")
    if left is not None:
        kept = [(f.key, f.value) for f in found if f.key != "Artist"]
        assert [(f.key, f.value) for f in exif.read(memoryview(left))] == kept
    for fields in (fields_of.Fields.COPYRIGHT, fields_of.Fields.GPS):
        excerpt = fields_of.excerpt(memoryview(bytes(out)), fields)
        assert excerpt is None or len(excerpt) < len(out) + 4_096


@given(trees(), st.integers(2, 8))
def test_an_orientation_is_added_to_any_tree_without_loss(case, orientation):
    content = case[-1]
    bare = content[exif.header_length(memoryview(content)) :]
    made = fields_of.with_orientation(memoryview(bare), orientation)
    assert made is not None
    assert fields_of.orientation(memoryview(made)) == orientation
    assert made[8 : len(bare)] == bare[8:]
    before = {(f.tag, f.type, bytes(f.value)) for f in _first(bare) if f.tag != 0x0112}
    after = {(f.tag, f.type, bytes(f.value)) for f in _first(made) if f.tag != 0x0112}
    assert after == before


def _first(data: bytes) -> list[tiff.Field]:
    reader = tiff.Reader.of(memoryview(data))
    return list(reader.fields(reader.first_ifd))


RESOLUTION = {0x011A, 0x011B, 0x0128}


@given(st.sampled_from("<>"), FIELDS, FIELDS)
def test_an_excerpt_holds_the_requested_fields_in_either_byte_order(order, ifd0, gps):
    named = {0x013B: making.text("Ada Byron"), 0x8298: making.text("(c)")}
    gps = {tag % 0x1F + 1: value for tag, value in gps.items()}
    content = making.tiff(order, IFD0=ifd0 | named, GPS=gps)
    both = fields_of.Fields.COPYRIGHT | fields_of.Fields.GPS
    found = fields_of.excerpt(memoryview(content), both, oriented=False)
    assert found is not None
    kept = {f.tag: bytes(f.value) for f in _first(found)}
    assert set(kept) - RESOLUTION == {0x013B, 0x8298, 0x8825}
    assert (kept[0x013B], kept[0x8298]) == (b"Ada Byron\0", b"(c)\0")
    (reader, pointer) = (
        tiff.Reader.of(memoryview(found)),
        int.from_bytes(kept[0x8825], "little" if order == "<" else "big"),
    )
    assert {f.tag: (f.type, bytes(f.value)) for f in reader.fields(pointer)} == gps


WORDS = st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]), min_size=1, max_size=9)
NAMES = st.sampled_from(["dc:title", "dc:creator", "photoshop:City", "xmp:CreatorTool",
                         "photoshop:Credit", "xmpRights:Marked"])  # fmt: skip


def escaped(words: str) -> str:
    return words.replace("&", "&amp;").replace("<", "&lt;").replace('"', "&quot;")


@st.composite
def elements(draw: st.DrawFn) -> str:
    name, words = draw(NAMES), draw(st.lists(WORDS, min_size=1, max_size=3))
    form = draw(st.sampled_from(["plain", "list", "struct", "resource"]))
    if form == "plain":
        return f"<{name}>{escaped(words[0])}</{name}>"
    if form == "resource":
        return f'<{name} rdf:resource="{escaped(words[0])}"/>'
    if form == "list":
        items = "".join(f"<rdf:li>{escaped(word)}</rdf:li>" for word in words)
        return f"<{name}><rdf:Seq>{items}</rdf:Seq></{name}>"
    inner = draw(NAMES)
    return f"<{name} rdf:parseType='Resource'>\n <{inner}>{escaped(words[0])}</{inner}></{name}>"


@st.composite
def packets(draw: st.DrawFn) -> bytes:
    attributes = draw(st.dictionaries(NAMES.map(lambda n: n.replace(":", "__")), WORDS, max_size=3))
    inner = "\n".join(draw(st.lists(elements(), max_size=5)))
    return making.xmp(inner, **attributes) + draw(st.sampled_from([b"", b"\n" * 20, b"\0" * 3]))


@given(packets(), st.data())
def test_xmp_keeps_the_other_fields_and_all_other_bytes(packet, data):
    before = list(xmp.read(memoryview(packet)))
    assert not any(fact.key == "(unreadable)" for fact in before)
    keys = sorted({fact.key for fact in before})
    gone = data.draw(st.sets(st.sampled_from(keys))) if keys else set()
    left = without(memoryview(packet), xmp.read, lambda fact: fact.key in gone)
    staying = [(f.key, f.value) for f in before if f.key not in gone]
    if not staying:
        assert left is None
        return
    assert left is not None
    assert [(f.key, f.value) for f in xmp.read(memoryview(left))] == staying
    assert len(left) <= len(packet)
    if not gone:
        assert left == packet


@given(packets(), st.data())
def test_a_damaged_packet_is_pruned_provably_or_goes_whole(packet, data):
    out = bytearray(packet)
    for _ in range(data.draw(st.integers(1, 3))):
        out[data.draw(st.integers(0, len(out) - 1))] = data.draw(
            st.sampled_from(b"<>&\"'= /\0\xff")
        )
    unwanted = {"dc:title", "photoshop:City"}
    left = without(memoryview(bytes(out)), xmp.read, lambda fact: fact.key in unwanted)
    if left is not None:
        assert not unwanted & {fact.key for fact in xmp.read(memoryview(left))}


DATASETS = st.tuples(
    st.sampled_from([1, 2, 3]), st.integers(0, 255), st.binary(min_size=1, max_size=30)
)


def extended(record: int, number: int, content: bytes, width: int) -> bytes:
    """A dataset with an extended length field of ``width`` bytes."""
    head = struct.pack(">BBBH", 0x1C, record, number, 0x8000 | width)
    return head + len(content).to_bytes(width, "big") + content


@st.composite
def iptc_rows(draw: st.DrawFn) -> tuple[list[tuple[int, int, bytes]], bytes]:
    held = draw(st.lists(DATASETS, min_size=1, max_size=8))
    wide = draw(st.lists(st.integers(0, 4), min_size=len(held), max_size=len(held)))
    pieces = [
        extended(*one, width) if width else making.dataset(*one)
        for one, width in zip(held, wide, strict=True)
    ]
    return held, b"".join(pieces)


def is_gone(fact: Fact) -> bool:
    return fact.key.startswith(("By", "Cap", "2:", "3:"))


@given(iptc_rows(), st.integers(0, 40))
def test_datasets_are_read_and_pruned_one_by_one(case, zeros):
    held, row = case
    found = list(iptc.datasets(memoryview(row + bytes(zeros))))
    assert [(d.record, d.number, bytes(d.data)) for d in found] == held
    assert b"".join(row[d.offset : d.offset + d.length] for d in found) == row
    left = without(memoryview(row), photoshop.read, is_gone)
    staying = [d for d in found if not is_gone(iptc.fact_of(d))]
    expected = b"".join(row[d.offset : d.offset + d.length] for d in staying)
    assert left == (expected or None)


@given(
    iptc_rows(), st.lists(st.tuples(st.integers(0x03E8, 0x0BFF), st.binary(max_size=9)), max_size=4)
)
def test_resources_around_a_pruned_one_stay_as_they_were(case, others):
    _, row = case
    others = [(n, c) for n, c in others if n not in photoshop.READERS]
    around = [making.resource(*one) for one in others]
    data = b"".join((*around, making.resource(photoshop.IPTC, row), *around))
    facts_before = list(photoshop.read(memoryview(data)))
    left = without(memoryview(data), photoshop.read, is_gone)
    staying = [(f.key, f.value) for f in facts_before if not is_gone(f)]
    if not staying:
        assert left is None
        return
    assert left is not None
    assert left.startswith(b"".join(around))
    assert left.endswith(b"".join(around))
    assert [(f.key, f.value) for f in photoshop.read(memoryview(left))] == staying
    if not any(map(is_gone, facts_before)):
        assert left == data


@given(iptc_rows(), st.data())
def test_damaged_rows_are_pruned_or_go_whole(case, data):
    row = bytearray(case[1])
    row[data.draw(st.integers(0, len(row) - 1))] ^= data.draw(st.integers(1, 255))
    del row[data.draw(st.integers(0, len(row))) :]
    for content in (bytes(row), making.resource(photoshop.IPTC, bytes(row))):
        with contextlib.suppress(StopIteration):
            left = without(memoryview(content), photoshop.read, is_gone)
            assert left is None or not any(map(is_gone, photoshop.read(memoryview(left))))
