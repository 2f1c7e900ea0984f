"""Edits of WebP, GIF, AVIF, HEIC and JPEG XL: exact if lossless, close if lossy."""

import contextlib
import io
import random

import cv2
import numpy as np
import pillow_heif
import pytest
from PIL import Image

from expunge.errors import ExpungeError, UnsupportedMediaType
from expunge.imaging import exif
from expunge.imaging.codecs import decode, encode, jxl
from expunge.imaging.containers.block import Kind
from expunge.imaging.source import Source
from tests import samples
from tests.samples import jpeg
from tests.unit.codecs.drawing import (
    after,
    assert_only_within,
    decoded,
    drawn,
    file_of,
    oriented,
    patch_on,
)

BOX = (20, 12, 41, 30)
_RGB, _RGBA = drawn(75, 53), drawn(75, 53, 4)

pytest.importorskip("pillow_jxl")


def heic(pixels, **options) -> bytes:
    out = io.BytesIO()
    heif = pillow_heif.from_pillow(Image.fromarray(pixels))
    heif.save(out, quality=90, **options)
    return out.getvalue()


def deep_heic() -> bytes:
    out = io.BytesIO()
    pixels = drawn(64, 48).astype(np.uint16) * 4
    pillow_heif.encode("RGB;10", (64, 48), pixels.tobytes(), out, quality=90, bit_depth=10)
    return out.getvalue()


LOSSLESS = {
    "WebP": lambda: file_of(_RGB, "WEBP", lossless=True),
    "WebP with alpha": lambda: file_of(_RGBA, "WEBP", lossless=True, exact=True),
    "GIF": lambda: file_of(Image.fromarray(_RGB).quantize(60), "GIF"),
    "full GIF": lambda: file_of(Image.fromarray(_RGB).quantize(256), "GIF"),
    "GIF with a hidden colour": lambda: file_of(
        Image.fromarray(_RGB).quantize(40), "GIF", transparency=3
    ),
    "JPEG XL": lambda: file_of(_RGB, "JXL", lossless=True),
    "JPEG XL in boxes": lambda: file_of(_RGB, "JXL", lossless=True, exif=samples.exif()),
    "grey JPEG XL": lambda: file_of(_RGB[..., 0], "JXL", lossless=True),
    "JPEG XL of 16 bits": lambda: file_of(
        _RGB[..., 0].astype(np.uint16) * 200, "JXL", lossless=True
    ),
}
LOSSY = {
    "WebP": lambda: file_of(_RGB, "WEBP", quality=80),
    "WebP with alpha": lambda: file_of(_RGBA, "WEBP", quality=80),
    "AVIF": lambda: file_of(_RGB, "AVIF", quality=70),
    "AVIF with alpha": lambda: file_of(_RGBA, "AVIF", quality=70, subsampling="4:4:4"),
    "grey AVIF": lambda: file_of(_RGB[..., 0], "AVIF", quality=70),
    "HEIC": lambda: heic(_RGB),
    "HEIC with alpha": lambda: heic(_RGBA),
    "HEIC of 10 bits": deep_heic,
    "JPEG XL": lambda: file_of(_RGB, "JXL", quality=85),
}


@pytest.mark.parametrize("name", LOSSLESS)
def test_lossless_images_change_only_in_the_patch(name):
    before = decoded(LOSSLESS[name]())
    encoded = encode(before, [patch_on(before, BOX)])
    assert_only_within(before, after(encoded), BOX)
    if encoded.exact and before.alpha is None:
        assert (after(encoded).pixels[12:30, 20:41] == 60).all()


@pytest.mark.parametrize("name", LOSSY)
def test_lossy_images_stay_nearly_identical(name):
    before = decoded(LOSSY[name]())
    value = 60 << (before.depth - 8)
    encoded = encode(before, [patch_on(before, BOX, value)])
    now = after(encoded)
    scale = 1 << (before.depth - 8)
    difference = np.abs(now.pixels.astype(int) - before.pixels) / scale
    inside = now.pixels[16:26, 24:37].astype(int) / scale
    assert not encoded.exact
    assert now.depth == before.depth
    assert (now.alpha is None) == (before.alpha is None)
    assert np.abs(inside - 60).mean() < 3
    difference[8:34, 16:45] = 0
    assert difference.mean() < 2


@pytest.mark.parametrize("name", LOSSY)
def test_without_a_patch_the_bytes_are_identical(name):
    file = LOSSY[name]()
    assert encode(decoded(file), []).data == file


@pytest.mark.parametrize("form", ["WEBP", "AVIF"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_the_stored_orientation_is_preserved(form, orientation):
    options = {"lossless": True} if form == "WEBP" else {"quality": 95, "subsampling": "4:4:4"}
    before = decoded(file_of(_RGB, form, **options, **oriented(orientation)))
    now = after(encode(before, [patch_on(before, BOX)]))
    assert before.source.layout.orientation == now.source.layout.orientation == orientation
    assert np.abs(now.pixels[14:28, 22:39].astype(int) - 60).mean() < 3
    assert now.pixels.shape == before.pixels.shape


@pytest.mark.parametrize("orientation", range(1, 9))
def test_heic_keeps_its_rotation(orientation):
    file = io.BytesIO()
    pillow_heif.encode("RGB", (75, 53), _RGB.tobytes(), file, quality=90, **oriented(orientation))
    before = decoded(file.getvalue())
    now = after(encode(before, [patch_on(before, BOX)]))
    assert before.source.layout.orientation == now.source.layout.orientation == orientation
    assert np.abs(now.pixels[14:28, 22:39].astype(int) - 60).mean() < 3


def test_a_transcoded_jpeg_in_jpeg_xl_is_edited_as_a_jpeg():
    inner = file_of(drawn(80, 64), "JPEG", quality=85, subsampling=0)
    encoder_input = decoded(inner)
    dressed = jxl._dressed(inner, encoder_input)
    before = decoded(dressed)
    encoded = encode(before, [patch_on(before, (16, 16, 32, 32))])
    assert encoded.exact
    assert encoded.media_type == "image/jxl"
    assert_only_within(before, after(encoded), (16, 16, 32, 32))


def test_colour_descriptions_are_preserved():
    icc = samples.ICC
    for file in (
        file_of(_RGB, "WEBP", lossless=True, icc_profile=icc),
        file_of(_RGB, "AVIF", icc_profile=icc),
        file_of(_RGB, "JPEG", icc_profile=icc),
        file_of(_RGB, "PNG", icc_profile=icc),
    ):
        before = decoded(file)
        assert before.icc == icc
        assert after(encode(before, [patch_on(before, BOX)])).icc == icc


def test_an_avif_keeps_its_primaries():
    file = bytearray(LOSSY["AVIF"]())
    at = file.index(b"colrnclx") + 8
    file[at : at + 4] = (12).to_bytes(2, "big") + (16).to_bytes(2, "big")
    before = decoded(bytes(file))
    now = encode(before, [patch_on(before, BOX)]).data
    assert now[now.index(b"colrnclx") + 8 :][:4] == bytes(file[at : at + 4])


def test_deep_avif_is_read_but_not_written():
    pixels = drawn(64, 48).astype(np.uint16) * 4
    file = cv2.imencode(".avif", pixels, [cv2.IMWRITE_AVIF_DEPTH, 10])[1].tobytes()
    before = decoded(file)
    assert before.depth == 10
    assert before.pixels.max() <= 1023
    assert before.rgb8().dtype == np.uint8
    with pytest.raises(UnsupportedMediaType, match="10 bits cannot be written; request"):
        encode(before, [patch_on(before, (8, 8, 24, 24))])
    converted = encode(before, [patch_on(before, (8, 8, 24, 24))], media_type="image/png")
    assert after(converted).depth == 16


@pytest.mark.parametrize("form", ["GIF", "WEBP", "AVIF"])
def test_animations_are_refused_before_they_are_decoded(form):
    frames = [Image.fromarray(drawn(40, 30, seed=seed)) for seed in (1, 2)]
    file = file_of(frames[0], form, save_all=True, append_images=frames[1:])
    with pytest.raises(UnsupportedMediaType, match="animation of 2 frames"):
        decoded(file)


@pytest.mark.parametrize("media_type", [
    "image/png", "image/jpeg", "image/webp", "image/avif", "image/heic", "image/jxl", "image/gif",
])  # fmt: skip
@pytest.mark.parametrize("name", ["RGB", "alpha", "10 bits"])
def test_every_image_can_be_converted_to_every_format(media_type, name):
    files = {"RGB": file_of(_RGB, "PNG", **oriented(6)), "alpha": LOSSLESS["WebP with alpha"](),
             "10 bits": LOSSY["HEIC of 10 bits"]()}  # fmt: skip
    before = decoded(files[name])
    encoded = encode(before, [], media_type=media_type)
    if media_type == before.source.media_type:
        assert encoded.data == files[name]
    now = after(encoded)
    assert encoded.media_type == now.source.media_type == media_type
    assert (now.width, now.height) == (before.width, before.height)
    shown, expected = now.rgb8().astype(int), before.rgb8().astype(int)
    if before.alpha is None:
        assert np.abs(shown - expected).mean() < (8 if media_type == "image/gif" else 4)


def test_an_edit_can_remove_previews():
    thumbnail = Image.Exif()
    thumbnail[0x8298] = "(c) Somebody"
    file = file_of(_RGB, "JPEG", exif=thumbnail.tobytes())
    second = jpeg.segment(0xE2, b"preview" + b"\xff\xd8\xff\xe0")
    file = jpeg.inserted(file, second)
    before = decoded(file)
    encoded = encode(before, [patch_on(before, BOX)], drop_previews=True)
    kinds = {block.kind for block in after(encoded).source.layout.blocks}
    assert kinds <= {Kind.CODED, Kind.STRUCTURE, Kind.COLOUR, Kind.EXIF}
    block = next(b for b in Source.of(encoded.data).layout.blocks if b.kind is Kind.EXIF)
    assert b"Somebody" in exif.excerpt(block.data, exif.Fields.COPYRIGHT)


def test_a_patch_that_does_not_fit_raises_value_error():
    before = decoded(LOSSLESS["WebP"]())
    for box in ((-1, 0, 5, 5), (70, 50, 80, 60)):
        with pytest.raises(ValueError, match="does not fit"):
            encode(before, [patch_on(before, box)])


DAMAGED = [
    *LOSSLESS.values(),
    *LOSSY.values(),
    lambda: file_of(_RGB, "JPEG", progressive=True),
]


@pytest.mark.parametrize("made", DAMAGED)
def test_a_damaged_file_gives_an_image_or_a_clear_error(made):
    file, rng = made(), random.Random(5)
    for _ in range(8):
        damaged = bytearray(file)
        for _ in range(rng.randint(1, 4)):
            damaged[rng.randrange(len(file))] = rng.randrange(256)
        if rng.random() < 0.3:
            del damaged[rng.randrange(12, len(file)) :]
        with contextlib.suppress(ExpungeError):
            before = decode(Source.of(bytes(damaged)))
            encode(before, [patch_on(before, (0, 0, 1, 1))])
