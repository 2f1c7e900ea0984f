"""Fields whose name alone does not tell what they hold, and credit in less common fields."""

from __future__ import annotations

import pytest

from expunge.imaging.provenance.fact import Fact, Kept
from expunge.imaging.provenance.rules import kept_as
from tests.unit.private.test_scope_private import stripped
from tests.unit.provenance import making

CREDIT = [
    "xmp:Iptc4xmpExt:AOCurrentCopyrightOwnerName", "xmp:Iptc4xmpExt:AOCurrentLicensorName",
    "xmp:Iptc4xmpExt:CopyrightYear", "xmp:Iptc4xmpExt:EmbdEncRightsExpr", "xmp:dcterms:rights",
    "xmp:xmpDM:artist", "xmp:xmpDM:copyright", "xmp:pur:creditLine", "xmp:acdsee:author",
    "movie:©pub", "movie:©phg", "movie:com.apple.quicktime.publisher",
]  # fmt: skip


@pytest.mark.parametrize("place", CREDIT)
def test_less_common_fields_of_credit_stay(place):
    reader, _, key = place.partition(":")
    assert kept_as(Fact(reader, key, key, "Zoë", 0, 0)) & Kept.CREDIT


def test_the_role_of_a_creator_stays_with_the_creator():
    path = "Iptc4xmpExt:Creator[1]/Iptc4xmpExt:Name"
    assert kept_as(Fact("xmp", "Iptc4xmpExt:Name", path, "Zoë", 0, 0)) & Kept.CREDIT


@pytest.mark.parametrize(
    "value",
    [
        r"C:\Users\zoe\ComfyUI\main.py",
        "/home/zoe/ComfyUI/main.py",
        "file:///Users/zoe/ComfyUI",
        r"\\nas\zoe\ComfyUI",
    ],
)
def test_the_path_of_a_program_is_no_label(value):
    assert not kept_as(Fact("exif", "Software", "IFD0/Software", value, 0, 0))


@pytest.mark.parametrize("value", ["ComfyUI", "ComfyUI 1.2 (https://comfy.org)"])
def test_the_name_of_a_program_is_a_label(value):
    assert kept_as(Fact("exif", "Software", "IFD0/Software", value, 0, 0)) & Kept.LABEL


def test_the_name_of_a_computer_is_no_label():
    assert not kept_as(Fact("exif", "HostComputer", "IFD0/HostComputer", "gemini", 0, 0))


def png(**texts: str) -> bytes:
    return making.png(*(making.chunk(b"iTXt", making.itxt(k, v)) for k, v in texts.items()))


def test_a_text_with_the_model_of_a_camera_goes():
    assert b"NIKON" not in stripped(png(Make="NIKON", Model="NIKON D850")).data


@pytest.mark.parametrize("beside", ["Seed", "parameters", "prompt"])
def test_the_model_of_a_generator_stays(beside):
    data = png(Model="dreamshaper", **{beside: "1"})
    assert stripped(data).changed is False
