"""Views of a Multi-Picture file keep the numbers that place them."""

import io
import struct

import pytest
from PIL import Image

from expunge.imaging import tiff
from tests.samples import jpeg
from tests.unit.second_pictures.reading import (
    pictures,
    reported,
)
from tests.unit.test_heif import stripped

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
