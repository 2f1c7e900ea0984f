"""What holds of every container: blocks cover the file, nothing edited is nothing changed."""

from __future__ import annotations

from functools import cache

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from expunge.errors import ImageTooLarge, MalformedImage, UnsupportedMediaType
from expunge.imaging.containers.block import Kind
from expunge.imaging.media_types import MOVIES
from expunge.imaging.source import Source
from tests import samples
from tests.hangs import no_hang
from tests.samples import gif, isobmff, jpeg, jxl, png, webp

FILES = {
    "jpeg": lambda: [
        jpeg.photo(),
        jpeg.photo(progressive=True),
        jpeg.inserted(jpeg.photo("CMYK"), *jpeg.METADATA.values(), *jpeg.COLOUR.values()),
        jpeg.photo("L", restart_marker_blocks=1) + b"behind",
        jpeg.with_second_picture(jpeg.gain_map(), gap=b"\0" * 7),
        jpeg.with_second_picture(jpeg.photo("L"), listed=False),
    ],
    "png": lambda: [
        png.drawing(),
        png.in_small_chunks(png.drawing("P")),
        png.animation(),
        png.inserted(png.drawing("RGBA"), *png.METADATA.values(), *png.COLOUR.values()) + b"behind",
    ],
    "webp": lambda: [
        webp.photo(),
        webp.extended(icc=samples.ICC, metadata=tuple(webp.METADATA.values()), lossless=True),
        webp.with_chunk_in_frames(webp.animation(), webp.METADATA["vendor"]) + b"behind",
    ],
    "isobmff": lambda: [
        isobmff.still().written(),
        isobmff.with_thumbnail().written() + b"\0" * 5,
        isobmff.animation(),
        everything_in_heif(),
    ],
    "jxl": lambda: [
        jxl.bare(),
        jxl.boxed(*jxl.METADATA.values(), parts=3),
        jxl.boxed(*jxl.METADATA.values(), before=False) + b"behi",
        jxl.transcoded(jpeg.inserted(jpeg.photo(), jpeg.METADATA["exif"])),
    ],
    "gif": lambda: [
        gif.animation(),
        gif.animation() + b"behind",
        *(with_extension(part) for part in gif.METADATA.values()),
    ],
}


def everything_in_heif() -> bytes:
    items = [
        isobmff.Item(10 + n, kind, content, content_type=content_type, pieces=1 + n % 3)
        for n, (kind, content_type, content) in enumerate(isobmff.METADATA.values())
    ]
    heif = isobmff.with_thumbnail().plus(*items)
    boxes = tuple(isobmff.BOXES.values())
    return isobmff.replace(heif, in_meta=boxes, before=boxes, after=boxes, hidden=b"x").written()


def with_extension(part: bytes) -> bytes:
    file = gif.animation()
    at = gif.places(file)[1]
    return file[:at] + part + file[at:]


@cache
def files(form: str) -> list[bytes]:
    return FILES[form]()


def rewritten(source: Source) -> bytes:
    """The file with no edits at all."""
    return source.container.rewrite(source.data, source.layout, {})


def covered(source: Source) -> None:
    """The blocks of a row-shaped container follow each other, from first byte to last."""
    at = 0
    for block in source.layout.blocks:
        if not block.path.startswith("jbrd/"):
            assert block.offset == at, block.path
            at += block.length
    assert at == len(source.data)


@pytest.mark.parametrize("form", FILES)
def test_blocks_are_the_file_and_have_paths_of_their_own(form):
    for file in files(form):
        source = Source.of(file)
        blocks = source.layout.blocks
        if form != "isobmff":
            covered(source)
        assert len({block.path for block in blocks}) == len(blocks)
        assert all(0 <= b.offset <= b.offset + b.length <= len(file) for b in blocks)


def is_copied(source: Source) -> bool:
    """Whether the file has no index that a rewrite writes anew: of items, or of more pictures."""
    indexed = any(b.kind is Kind.STRUCTURE and b.name == "APP2" for b in source.layout.blocks)
    return not indexed and source.media_type not in ("image/heic", "image/avif")


@pytest.mark.parametrize("form", FILES)
def test_a_file_without_edits_comes_back_as_it_was(form):
    for source in map(Source.of, files(form)):
        again = rewritten(source)
        assert again == source.data or not is_copied(source)
        assert rewritten(Source.of(again)) == again


@st.composite
def damaged(draw: st.DrawFn, form: str) -> bytes:
    """A byte changed, bytes cut out, bytes put in, or the end cut off; mostly near a header."""
    file = bytearray(draw(st.sampled_from(files(form))))
    for _ in range(draw(st.integers(1, 3))):
        near = draw(st.sampled_from([60, 700, len(file)]))
        at = draw(st.integers(0, min(near, len(file)) - 1))
        match draw(st.sampled_from(["change", "cut out", "put in", "cut off"])):
            case "change":
                file[at] = draw(st.sampled_from([0, 1, 0x7F, 0x80, 0xFF]) | st.integers(0, 255))
            case "cut out":
                del file[at : at + draw(st.integers(1, 16))]
            case "put in":
                file[at:at] = draw(st.binary(min_size=1, max_size=8))
            case "cut off" if at > 40:
                del file[at:]
        if not file:
            break
    return bytes(file)


def read(file: bytes) -> Source | None:
    """The file as read; ``None`` where it is refused in a documented way."""
    with no_hang():
        try:
            return Source.of(file)
        except (MalformedImage, ImageTooLarge, UnsupportedMediaType):
            return None


@pytest.mark.parametrize("form", FILES)
@given(data=st.data())
def test_damage_is_read_as_it_is_or_refused(form, data):
    file = data.draw(damaged(form))
    source = read(file)
    if source is None or source.layout.broken:
        return
    layout = source.layout
    assert min(layout.width, layout.height, layout.frames) > 0
    assert layout.orientation in range(1, 9)
    assert any(block.kind is Kind.CODED for block in layout.blocks)
    if source.media_type not in ("image/heic", "image/avif", *MOVIES):
        covered(source)
    ended = all(block.length for block in layout.blocks if block.name == "EOI")
    # RIFF's own size is put right, and a JPEG gets an end before its trailer.
    if is_copied(source) and source.media_type != "image/webp" and ended:
        assert rewritten(source) == file


@pytest.mark.parametrize("form", FILES)
@given(data=st.data())
def test_any_blocks_but_the_picture_s_can_go_and_the_rest_is_read_again(form, data):
    source = Source.of(data.draw(st.sampled_from(files(form))))
    pictures = any(block.kind is Kind.PICTURE for block in source.layout.blocks)
    free = [
        index
        for index, block in enumerate(source.layout.blocks)
        if block.kind not in (Kind.CODED, Kind.STRUCTURE, Kind.COLOUR, Kind.PICTURE)
        and not (pictures and block.kind is Kind.XMP)  # which may be all that announces them
    ]
    gone = data.draw(st.sets(st.sampled_from(free))) if free else set()
    again = Source.of(source.container.rewrite(source.data, source.layout, dict.fromkeys(gone)))
    assert (again.layout.width, again.layout.height, again.layout.frames) == (
        source.layout.width, source.layout.height, source.layout.frames
    )  # fmt: skip

    def left(blocks, dropped=frozenset()):
        return [
            (block.kind, block.name, bytes(block.data))
            for index, block in enumerate(blocks)
            if index not in dropped
            and block.kind not in (Kind.STRUCTURE, Kind.CODED)
            and "/unused" not in block.path  # pieces of it join where what parted them goes
        ]

    assert left(again.layout.blocks) == left(source.layout.blocks, gone)


@given(st.binary(max_size=64))
@example(b"")
@example(b"\xff\xd8\xff")
def test_what_begins_like_no_picture_or_ends_at_once_is_refused(data):
    for magic in (b"", b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"RIFF\0\0\0\0WEBP", b"GIF89a",
                  b"\0\0\0\x18ftypavif", b"\xff\x0a", b"\0\0\0\x0cJXL \r\n\x87\n"):  # fmt: skip
        source = read(magic + data)
        assert source is None or magic == b"\xff\x0a" or data


@given(st.binary(min_size=1, max_size=40))
def test_what_stands_behind_a_webp_is_not_drawn_into_it(behind):
    """Where ``scope: ai`` leaves the trailer, RIFF still ends where it did."""
    file = webp.extended(metadata=tuple(webp.METADATA.values())) + behind
    source = Source.of(file)
    (exif,) = (i for i, block in enumerate(source.layout.blocks) if block.kind is Kind.EXIF)
    written = source.container.rewrite(file, source.layout, {exif: None})
    assert written.endswith(behind)
    assert int.from_bytes(written[4:8], "little") + 8 == len(written) - len(behind)
    assert samples.pixels(written) == samples.pixels(file)
