"""Megapixels limit what is decoded; metadata is read and taken out at any size."""

import struct
from dataclasses import replace

import pytest

from expunge.bootstrap import build
from expunge.errors import ImageTooLarge, PayloadTooLarge
from expunge.imaging.limits import LIMITS, MEBIBYTE
from expunge.imaging.source import Source
from expunge.operations import MODES, check_input, run
from expunge.settings import Settings, SettingsInvalid
from tests import samples
from tests.samples import gif as gifs
from tests.samples import isobmff, jpeg, png, webp

DECODING = [name for name in MODES if name not in {"metadata", "detect"}]
SIDES = (16_320, 12_240)
"""Of a phone's picture of 200 megapixels."""


def _jpeg():
    file = bytearray(jpeg.inserted(jpeg.photo(), jpeg.METADATA["comment"]))
    struct.pack_into(">HH", file, file.index(b"\xff\xc0") + 5, *SIDES[::-1])
    return bytes(file)


def _png():
    header = png.chunk(b"IHDR", struct.pack(">II5B", *SIDES, 8, 2, 0, 0, 0))
    plain = png.drawing()
    return png.inserted(plain[:8] + header + plain[33:], png.METADATA["text"])


def _webp():
    head = bytes(4) + b"".join((side - 1).to_bytes(3, "little") for side in SIDES)
    return webp.riff(webp.chunk(b"VP8X", head), webp.photo()[12:], webp.chunk(b"junk", b"SECRET"))


def _heif():
    file = bytearray(isobmff.still().written() + isobmff.BOXES["free"])
    at = file.index(b"ispe") + 8
    file[at : at + 8] = struct.pack(">II", *SIDES)
    return bytes(file)


def _gif():
    file = bytearray(samples.encoded(samples.picture("P"), "GIF", comment=b"SECRET"))
    struct.pack_into("<HH", file, 6, *SIDES)
    return bytes(file)


def _gif_frame():
    """A frame that lies far outside a small screen."""
    file = bytearray(samples.encoded(samples.picture("P"), "GIF", comment=b"SECRET"))
    at = file.index(b"\x2c\0\0\0\0")
    struct.pack_into("<HH", file, at + 1, *SIDES)
    return bytes(file)


def _hidden():
    """A small picture with an auxiliary one of 200 megapixels."""
    base = isobmff.with_thumbnail()
    file = bytearray(replace(base, after=(isobmff.BOXES["free"],)).written())
    at = file.rindex(b"ispe") + 8
    file[at : at + 8] = struct.pack(">II", *SIDES)
    return bytes(file)


LARGE = {
    "jpeg": _jpeg, "png": _png, "webp": _webp, "heif": _heif, "gif": _gif,
    "gif frame": _gif_frame, "hidden": _hidden,
}  # fmt: skip


@pytest.mark.parametrize("name", LARGE)
def test_metadata_is_taken_out_of_a_picture_of_any_size(name):
    outcome = run("metadata", LARGE[name]())
    assert outcome.report["changed"]
    assert outcome.report["survivors"] == []


@pytest.mark.parametrize("name", LARGE)
def test_detect_says_that_it_left_out_visible_marks_and_why(name):
    report = run("detect", LARGE[name]()).report
    assert report["findings"]
    visible = report["visible"]
    assert (visible["status"], visible["detected"]) == ("not_examined", None)
    assert "at most 100 megapixels" in visible["reason"]


@pytest.mark.parametrize("mode", DECODING)
@pytest.mark.parametrize("name", LARGE)
def test_a_mode_that_decodes_refuses_before_any_work(name, mode):
    source = replace(Source.of(LARGE[name]()), companions={"source": Source.of(jpeg.photo("L"))})
    with pytest.raises(ImageTooLarge, match="megapixels"):
        check_input(MODES[mode], source, MODES[mode].options({}))


def test_an_animation_of_any_size_loses_its_metadata():
    file = gifs.animation()
    large = file[:6] + struct.pack("<HH", 65_535, 65_535) + file[10:]
    assert run("metadata", large + b"SECRET").image == large


def test_the_limit_itself_is_decoded():
    LIMITS.check_decoded(10_000, 10_000)
    with pytest.raises(ImageTooLarge):
        LIMITS.check_decoded(10_000, 5_000, 3)


def test_a_second_picture_counts_with_its_file():
    """What is part of a file that was taken is not measured again."""
    second = jpeg.inserted(jpeg.photo("L"), *[jpeg.segment(0xFE, b"x" * 60_000)] * 180)
    file = jpeg.with_second_picture(second)
    with pytest.raises(PayloadTooLarge):
        Source.of(file)
    source = Source.of(file, limits=replace(LIMITS, file_bytes=20 * MEBIBYTE))
    outcome = MODES["metadata"].run(source, MODES["metadata"].options({}))
    assert len(outcome.image) < 10_000


def test_the_size_of_a_file_is_the_contracts_unless_the_operator_says(tmp_path):
    plain = build(Settings(data=tmp_path / "a"))
    larger = build(Settings(data=tmp_path / "b", max_file_mb=25))
    assert plain.limits == LIMITS
    assert LIMITS.file_bytes == 10_485_760
    assert larger.limits == replace(LIMITS, file_bytes=26_214_400)
    for service in (plain, larger):
        service.close()


def test_on_aws_the_platform_sets_the_size_of_a_file():
    needed = ("TABLE", "BUCKET", "QUEUE_URL", "DELIVERY_QUEUE_URL")
    environ = {f"EXPUNGE_{name}": "xyz" for name in needed} | {"EXPUNGE_STORE": "aws"}
    Settings.from_env(environ)
    with pytest.raises(SettingsInvalid, match=r"EXPUNGE_MAX_FILE_MB .* at 10,485,760 bytes"):
        Settings.from_env(environ | {"EXPUNGE_MAX_FILE_MB": "25"})
