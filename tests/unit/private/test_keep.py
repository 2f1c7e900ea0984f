"""What each word of ``keep`` keeps of files that hold everything."""

from __future__ import annotations

import pytest

from expunge.imaging.provenance.choices import Keep, Scope
from expunge.imaging.provenance.cleaning import policy
from expunge.imaging.provenance.fact import Kept
from expunge.operations import run
from tests.samples import jpeg
from tests.unit.private import fields, files
from tests.unit.private.test_scope_private import SECRETS, plain, private, stripped, told
from tests.unit.provenance import making

CREDIT = Kept.CREDIT | Kept.OPT_OUT
SETTINGS = {0x829D: (making.RATIONAL, b"\x1c\0\0\0\x0a\0\0\0")}
GPANO = (
    '<GPano:ProjectionType>equirectangular</GPano:ProjectionType>'
    '<GPano:FirstPhotoDate>2026-05-01T10:00:00Z</GPano:FirstPhotoDate>'
)  # fmt: skip


@pytest.fixture(scope="module", params=files.CONTAINERS)
def everything(request):
    packet = fields.xmp(fields.XMP, fields.NESTED, as_elements=True)
    blocks = files.Blocks(
        fields.exif(fields.EXIF, ">"), packet, fields.iim(fields.IIM), tuple(fields.TEXTS)
    )
    return files.CONTAINERS[request.param](blocks)


def test_credit_keeps_each_credit_field_and_no_label(everything):
    result = stripped(everything, policy([Keep.CREDIT], Scope.ALL))
    assert told(result.data, CREDIT) == told(everything, CREDIT)
    assert told(result.data, Kept.LABEL) == []
    assert private(result.data) == []
    assert [s for s in SECRETS for piece in plain(result.data) if s in piece] == []
    assert result.survivors == ()


def test_copyright_is_another_word_for_credit(everything):
    by_old_word = stripped(everything, policy([Keep.COPYRIGHT], Scope.ALL))
    assert by_old_word.data == stripped(everything, policy([Keep.CREDIT], Scope.ALL)).data


def test_provenance_keeps_the_labels_and_credit_that_scope_private_keeps(everything):
    result = stripped(everything, policy([Keep.PROVENANCE], Scope.ALL))
    assert told(result.data) == told(everything)
    assert private(result.data) == []


def test_scope_ai_with_credit_takes_labels_and_leaves_credit(everything):
    result = stripped(everything, policy([Keep.CREDIT], Scope.AI))
    assert told(result.data, CREDIT) == told(everything, CREDIT)
    assert told(result.data, Kept.LABEL) == []


def test_a_credit_line_that_names_a_tool_stays_where_credit_is_kept():
    line = making.app1_xmp(making.xmp(photoshop__Credit="Made with Google AI"))
    data = jpeg.inserted(jpeg.photo(), line)
    assert b"Google AI" not in run("metadata", data, scope="ai").image
    assert b"Google AI" in run("metadata", data, scope="ai", keep=["credit"]).image


def settings_and_panorama():
    parts = making.app1_exif(making.tiff(Exif=SETTINGS)), making.app1_xmp(making.xmp(GPANO))
    return jpeg.inserted(jpeg.photo(), *parts)


def values(data, reader):
    found = run("detect", data).report["findings"]
    return {f["what"].split()[-1] for f in found if f["what"].startswith(reader)}


def test_scope_private_leaves_camera_settings_and_the_projection():
    result = run("metadata", settings_and_panorama(), scope="private").image
    assert values(result, "EXIF") == {"FNumber"}
    assert values(result, "XMP") == {"GPano:ProjectionType"}


def test_panorama_keeps_every_field_of_the_panorama():
    result = run("metadata", settings_and_panorama(), keep=["panorama"]).image
    assert values(result, "EXIF") == set()
    assert values(result, "XMP") == {"GPano:ProjectionType", "GPano:FirstPhotoDate"}


def test_captions_keeps_words_on_the_image():
    parts = (
        making.app1_exif(making.tiff(IFD0={0x010E: making.text("a red boat")})),
        making.app13(making.resource(0x0404, making.dataset(2, 120, b"a red boat"))),
        making.app1_xmp(making.xmp(photoshop__Headline="a red boat", photoshop__City="Bergen")),
    )
    data = jpeg.inserted(jpeg.photo(), *parts)
    assert b"red boat" not in run("metadata", data, scope="private").image
    kept = run("metadata", data, scope="private", keep="captions").image
    assert kept.count(b"a red boat") == 3
    assert b"Bergen" not in kept


def test_a_setting_that_is_a_text_is_not_a_setting():
    secret = making.tiff(Exif={0x829D: making.text("in Bergen"), 0x8827: making.text("100")})
    data = jpeg.inserted(jpeg.photo(), making.app1_exif(secret))
    assert b"Bergen" not in run("metadata", data, scope="private").image
