"""HEIF items move when others go: whatever points to them, their bytes stay the same."""

from __future__ import annotations

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from expunge.errors import MalformedImage
from expunge.imaging.containers.block import Kind
from expunge.imaging.source import Source
from expunge.operations import run
from tests.samples import isobmff


class Based(isobmff.Heif):
    """Offsets count from a base that is the first place of each item, where there is one."""

    def _iloc(self, places, start):
        offset, length, base = self.widths
        wide = 4 if self.iloc_version == 2 else 2
        out = [struct.pack(">BB", offset << 4 | length, base << 4)]
        out.append(len(self.items).to_bytes(wide, "big"))
        for item in self.items:
            out.append(item.id.to_bytes(wide, "big"))
            out.append(struct.pack(">H", item.method) if self.iloc_version else b"")
            where = [(at + (0 if item.method else start), size) for at, size in places[item.id]]
            first = where[0][0] if base else 0
            out.append(bytes(2) + first.to_bytes(base, "big") + struct.pack(">H", len(where)))
            for at, size in where:
                out.append((at - first).to_bytes(offset, "big") + size.to_bytes(length, "big"))
        return isobmff.full(b"iloc", self.iloc_version, 0, *out)


def contents(file: bytes) -> dict[int, bytes]:
    """Each item's bytes by number, read by the letter of ISO/IEC 14496-12, 8.11.3."""
    at, _ = isobmff.find(file, b"meta", b"iloc")
    version = file[at]
    offset, length, base = file[at + 4] >> 4, file[at + 4] & 15, file[at + 5] >> 4
    index, wide = (file[at + 5] & 15) if version else 0, 4 if version == 2 else 2
    at += 6

    def number(size: int) -> int:
        nonlocal at
        at += size
        return int.from_bytes(file[at - size : at], "big")

    found = {}
    for _ in range(number(wide)):
        item, method = number(wide), number(2) & 15 if version else 0
        assert number(2) == 0
        origin = number(base)
        if method == 1:
            origin += isobmff.find(file, b"meta", b"idat")[0]
        pieces = []
        for _ in range(number(2)):
            number(index)
            start = origin + number(offset)
            pieces.append(file[start : start + number(length)])
        found[item] = b"".join(pieces)
    return found


@st.composite
def picture_files(draw: st.DrawFn, *, methods=(0, 1)) -> tuple[isobmff.Heif, dict[int, bytes]]:
    """Several pictures among metadata, laid out in any way the tables have; and the pictures."""
    plain = isobmff.still()
    version = draw(st.sampled_from([0, 1, 2]))
    offset, length, base = draw(st.sampled_from(
        [(4, 4, 0), (8, 8, 0), (4, 4, 4), (4, 8, 8), (8, 4, 4), (0, 4, 4), (0, 8, 8)]
    ))  # fmt: skip
    whole = offset == 0  # all of an item stands at its base
    numbers = draw(st.lists(st.integers(1, 60_000), min_size=2, max_size=7, unique=True))
    pictured = draw(st.integers(1, len(numbers) - 1))
    items = []
    for place, number in enumerate(numbers):
        data = draw(st.binary(min_size=3, max_size=60))
        how = {
            "method": draw(st.sampled_from(methods)) if version else 0,
            "pieces": 1 if whole else draw(st.integers(1, 3)),
        }
        if place < pictured:
            properties = plain.items[0].properties
            items.append(isobmff.Item(number, b"av01", data, properties, **how))
        else:
            kind, content_type, content = draw(st.sampled_from(list(isobmff.METADATA.values())))
            content += data
            items.append(isobmff.Item(number, kind, content, content_type=content_type, **how))
    references = [(b"cdsc", item.id, (numbers[0],)) for item in items[pictured:]]
    foreign = st.lists(st.sampled_from(sorted(isobmff.BOXES.values())), max_size=2).map(tuple)
    heif = Based(
        tuple(draw(st.permutations(items))),
        plain.properties,
        tuple(references),
        primary=numbers[0],
        iloc_version=version,
        widths=(offset, length, base),
        infe_version=draw(st.sampled_from([2, 3])),
        wide_ipma=draw(st.booleans()),
        in_meta=draw(foreign),
        before=draw(foreign),
        after=draw(foreign),
        hidden=b"" if whole else draw(st.sampled_from([b"", b"SECRET", bytes(3)])),
        large_mdat=draw(st.booleans()),
    )
    return heif, {item.id: item.data for item in items[:pictured]}


@given(picture_files())
def test_pictures_keep_their_bytes_and_metadata_leaves_none(case):
    heif, pictures = case
    file = heif.written()
    assert contents(file) == {item.id: item.data for item in heif.items}
    out = run("metadata", file).image
    assert pictures.items() <= contents(out).items()
    assert b"SECRET" not in out


@given(picture_files(), st.data())
def test_any_items_can_go_from_any_file(case, data):
    heif, pictures = case
    source = Source.of(heif.written())
    free = [
        index
        for index, block in enumerate(source.layout.blocks)
        if block.kind not in (Kind.CODED, Kind.STRUCTURE, Kind.COLOUR)
    ]
    gone = data.draw(st.sets(st.sampled_from(free))) if free else set()
    out = source.container.rewrite(source.data, source.layout, dict.fromkeys(gone))
    dropped = {source.layout.blocks[index].path for index in gone}
    kept = {
        item.id: item.data
        for item in heif.items
        if not any(f"[{item.id}]" in path and path.startswith("meta/iinf/") for path in dropped)
    }
    assert contents(out) == kept
    assert pictures.items() <= kept.items()


@given(picture_files(), st.binary(max_size=80), st.data())
def test_new_content_stands_where_the_item_says(case, content, data):
    heif, _ = case
    source = Source.of(heif.written())
    xmp = [
        i
        for i, b in enumerate(source.layout.blocks)
        if b.kind is Kind.XMP and b.path.startswith("meta/iinf/")
    ]
    if not xmp or not content:
        return
    index = data.draw(st.sampled_from(xmp))
    out = source.container.rewrite(source.data, source.layout, {index: content})
    number = int(source.layout.blocks[index].path.rpartition("[")[2].rstrip("]"))
    assert contents(out) == {item.id: item.data for item in heif.items} | {number: content}


@given(picture_files(methods=(0,)), st.integers(1, 2**31))
def test_a_picture_that_reaches_past_the_data_is_refused_not_moved(case, more):
    heif, pictures = case
    offset, length, base = heif.widths
    first = heif.items[0]
    if first.id not in pictures:
        return
    file = bytearray(heif.written())
    wide = 4 if heif.iloc_version == 2 else 2
    before = 4 + 4 + 2 + 2 * wide + (2 if heif.iloc_version else 0) + 2 + base + 2
    place = bytes(file).find(b"iloc") + before + offset + length - 4
    struct.pack_into(">I", file, place, len(file) + more)
    with pytest.raises(MalformedImage):
        run("metadata", bytes(file))


@given(picture_files(methods=(0,)), st.data())
def test_two_items_may_share_bytes(case, data):
    """Where one of two items over the same bytes goes, the other keeps them."""
    heif, pictures = case
    meta = [item for item in heif.items if item.id not in pictures and item.pieces == 1]
    plain = [item for item in heif.items if item.id in pictures and item.pieces == 1]
    offset, length, base = heif.widths
    if not meta or not plain or base or heif.iloc_version == 2:
        return
    one, other = data.draw(st.sampled_from(meta)), data.draw(st.sampled_from(plain))
    file = bytearray(heif.written())
    entry = {}
    at = bytes(file).find(b"iloc") + 10 + 2
    for item in heif.items:
        head = 2 + (2 if heif.iloc_version else 0) + 2 + base + 2
        entry[item.id] = at + head
        at += head + item.pieces * (offset + length)
    size = offset + length
    file[entry[one.id] : entry[one.id] + size] = file[entry[other.id] : entry[other.id] + size]
    out = run("metadata", bytes(file)).image
    assert pictures.items() <= contents(out).items()
