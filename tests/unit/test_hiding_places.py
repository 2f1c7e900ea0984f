"""Nothing hides in what stays: free fields, and bytes behind the fields of a chunk or box."""

import struct
import zlib
from dataclasses import replace

import pytest

from expunge.operations import run
from tests import samples
from tests.samples import gif, isobmff, jpeg, jxl, png, webp

SECRET = b"SECRET words"


def png_places():
    clean = png.drawing()
    fields = {
        b"gAMA": struct.pack(">I", 45455),
        b"sRGB": b"\0",
        b"cHRM": struct.pack(">8I", *(30_000,) * 8),
        b"pHYs": struct.pack(">IIB", 2835, 2835, 1),
        b"cICP": b"\x09\x10\0\1",
        b"mDCV": bytes(24),
        b"cLLI": bytes(8),
        b"sBIT": b"\x08\x08\x08",
        b"bKGD": bytes(6),
        b"sTER": b"\0",
        b"tRNS": b"\0\x07\0\x07\0\x07",
    }
    for name, content in fields.items():
        kept = png.inserted(clean, png.chunk(name, content))
        yield (
            f"behind {name.decode()}",
            png.inserted(clean, png.chunk(name, content + SECRET)),
            kept,
        )
        yield f"in no {name.decode()}", png.inserted(clean, png.chunk(name, SECRET * 3)), None
    for name in (b"PLTE", b"hIST", b"CgBI", b"acTL", b"gmAP"):
        yield name.decode(), png.inserted(clean, png.chunk(name, SECRET)), clean
    yield (
        "a second gAMA",
        *(
            png.inserted(clean, png.chunk(b"gAMA", fields[b"gAMA"]), *more)
            for more in ([png.chunk(b"gAMA", SECRET[:4])], [])
        ),
    )
    yield "IEND", clean[:-12] + png.chunk(b"IEND", SECRET), clean
    palette = png.drawing("P")
    entries = dict(png.walk(palette))[b"PLTE"]
    longer = png.chunk(b"PLTE", entries[8:-4].ljust(768, b"\0") + SECRET)
    yield "behind PLTE", palette.replace(entries, longer), None
    moving = png.animation()
    for name in (b"acTL", b"fcTL"):
        whole = dict(png.walk(moving))[name]
        yield (
            f"in {name.decode()}",
            moving.replace(whole, png.chunk(name, whole[8:-4] + SECRET)),
            moving,
        )
    profile = zlib.compress(samples.ICC)
    kept = png.inserted(clean, png.chunk(b"iCCP", b"icc\0\0" + profile))
    for place, content in {
        "the name of a profile": b"A " + SECRET + b"\0\0" + profile,
        "behind a profile's stream": b"icc\0\0" + profile + SECRET,
        "behind a profile": b"icc\0\0" + zlib.compress(samples.ICC + SECRET, 0),
    }.items():
        yield place, png.inserted(clean, png.chunk(b"iCCP", content)), kept
    none = png.chunk(b"iCCP", b"icc\0\0" + zlib.compress(SECRET * 20, 0))
    yield "no profile", png.inserted(clean, none), clean


def jpeg_places():
    clean = jpeg.photo()
    adobe = b"Adobe\0\x64\0\0\0\0\1"
    kept = jpeg.inserted(clean, jpeg.segment(0xEE, adobe))
    yield "behind Adobe", jpeg.inserted(clean, jpeg.segment(0xEE, adobe + SECRET)), kept
    profile = jpeg.ICC + b"\1\1" + samples.ICC
    kept = jpeg.inserted(clean, jpeg.segment(0xE2, profile))
    yield "behind a profile", jpeg.inserted(clean, jpeg.segment(0xE2, profile + SECRET)), kept
    versions = jpeg.GAIN_MAP_VERSION
    for name, part in {
        "no profile": jpeg.segment(0xE2, jpeg.ICC + b"\1\1" + bytes(128) + SECRET),
        "no gain map": jpeg.segment(0xE2, versions + SECRET),
        "a short Adobe": jpeg.segment(0xEE, b"Adobe" + SECRET[:6]),
        "DNL": jpeg.segment(0xDC, SECRET),
        "DAC": jpeg.segment(0xCC, SECRET),
        "EXP": jpeg.segment(0xDF, SECRET),
        "DHP": jpeg.segment(0xDE, SECRET),
        "JPG": jpeg.segment(0xC8, SECRET),
        "JPG0": jpeg.segment(0xF0, SECRET),
        "no table": jpeg.segment(0xDB, SECRET),
    }.items():
        yield name, jpeg.inserted(clean, part), clean
    for marker in (0xC0, 0xC4, 0xDB):
        part = next(part for found, part in jpeg.walk(clean) if found == marker)
        longer = jpeg.segment(marker, part[4:] + SECRET)
        yield f"behind {marker:02X}", clean.replace(part, longer), clean
    interval = jpeg.segment(0xDD, b"\0\0")
    longer = jpeg.segment(0xDD, b"\0\0" + SECRET)
    yield "behind DRI", jpeg.inserted(clean, longer), jpeg.inserted(clean, interval)


def webp_places():
    clean = webp.extended(icc=samples.ICC)
    yield "behind a profile", webp.extended(icc=samples.ICC + SECRET), clean
    yield "no profile", webp.extended(icc=bytes(128) + SECRET), webp.extended()
    for file, name in ((webp.extended(), b"VP8X"), (webp.animation(), b"ANIM")):
        longer = [
            webp.chunk(found, content + (SECRET if found == name else b""))
            for found, content in webp.walk(file)
        ]
        yield f"behind {name.decode()}", webp.riff(*longer), file
    simple = webp.extended()
    yield "a second picture", webp.riff(simple[12:], webp.chunk(b"VP8L", SECRET)), simple


def gif_places():
    clean = gif.animation()
    at = gif.places(clean)[0]
    image = gif.places(clean)[-2]

    def planted(part: bytes, where: int = at) -> bytes:
        return clean[:where] + part + clean[where:]

    yield "no profile", planted(gif.application(b"ICCRGBG1012", SECRET)), clean
    yield (
        "behind a profile",
        planted(gif.application(b"ICCRGBG1012", samples.ICC + SECRET)),
        planted(gif.application(b"ICCRGBG1012", samples.ICC)),
    )
    control = gif.extension(0xF9, b"\4\1\0\0")
    yield "behind a control", planted(gif.extension(0xF9, b"\4\1\0\0", SECRET)), planted(control)
    yield "in a long control", planted(gif.extension(0xF9, b"\4\1\0\0" + SECRET)), planted(control)
    yield "a short control", planted(gif.extension(0xF9, SECRET[:3])), clean
    loop = gif.application(b"NETSCAPE2.0", b"\1\3\0")
    longer = gif.application(b"NETSCAPE2.0", b"\1\3\0", SECRET)
    yield "behind a loop count", clean.replace(loop, longer), clean
    before = gif.application(b"NETSCAPE2.0", b"\2" + SECRET, b"\1\3\0")
    yield "before a loop count", clean.replace(loop, before), clean
    yield "in a long loop count", planted(gif.application(b"ANIMEXTS1.0", b"\1\3\0" + SECRET)), None
    yield "no loop count", planted(gif.application(b"NETSCAPE2.0", SECRET)), clean
    yield "stray bytes", planted(SECRET, image), clean


def heif_places():
    still = isobmff.still()
    clean = still.written()
    brands = b"avif", bytes(4), b"avif", b"mif1", b"miaf"
    plain = isobmff.box(b"ftyp", *brands)
    longer = replace(still, before=(bytes(len(SECRET)),)).written()
    longer = longer.replace(plain + bytes(len(SECRET)), isobmff.box(b"ftyp", *brands, SECRET))
    yield "brands", longer, clean
    named = replace(still, items=(replace(still.items[0], name=SECRET),))
    yield "the name of an item", named.written(), clean
    wide = replace(named, infe_version=3)
    yield "the name of an item, wide", wide.written(), replace(still, infe_version=3).written()
    yield "ipro", replace(still, in_meta=(isobmff.box(b"ipro", SECRET),)).written(), clean
    for number, name in ((0, b"ispe"), (1, b"pixi")):
        box = next(part for part in still.properties if part[4:8] == name)
        more = isobmff.box(name, box[8:] + SECRET)
        properties = tuple(more if part == box else part for part in still.properties)
        yield (
            f"behind {name.decode()} {number}",
            replace(still, properties=properties).written(),
            clean,
        )
    for name, content, left in (
        ("no profile", SECRET * 20, None),
        ("behind a profile", samples.ICC + SECRET, samples.ICC),
    ):
        files = [
            replace(
                still,
                properties=(*still.properties, isobmff.box(b"colr", b"prof" + held)),
                items=(
                    replace(
                        still.items[0],
                        properties=(*still.items[0].properties, len(still.properties) + 1),
                    ),
                ),
            ).written()
            for held in (content, left or content)
        ]
        yield name, files[0], files[1] if left else None
    moving = isobmff.animation()
    compressor = moving.index(b"av01\0\0\0\0\0\0\0\1") + 46
    field = bytes([len(SECRET)]) + SECRET
    yield (
        "compressor",
        moving[:compressor] + field + moving[compressor + len(field) :],
        run("metadata", moving).image,
    )


def jxl_places():
    clean = jxl.boxed()
    for name in (b"jxll", b"jxli", b"jhgm"):
        yield name.decode(), jxl.boxed(jxl.box(name, SECRET)), clean
        yield f"{name.decode()} behind", jxl.boxed(jxl.box(name, SECRET), before=False), clean
    level = jxl.boxed(jxl.box(b"jxll", b"\5"))
    yield "behind a level", jxl.boxed(jxl.box(b"jxll", b"\5" + SECRET)), level
    index = b"\1" + struct.pack(">II", 1, 10) + b"\2\1\1"
    yield "behind an index", jxl.boxed(jxl.box(b"jxli", index + SECRET)), clean
    brands = jxl.box(b"ftyp", b"jxl ", bytes(4), b"jxl ")
    yield "brands", clean.replace(brands, jxl.box(b"ftyp", brands[8:] + SECRET)), clean


PLACES = [
    pytest.param(file, clean, id=f"{form} {name}")
    for form, places in (
        ("PNG", png_places),
        ("JPEG", jpeg_places),
        ("WebP", webp_places),
        ("GIF", gif_places),
        ("HEIF", heif_places),
        ("JXL", jxl_places),
    )
    for name, file, clean in places()
]


@pytest.mark.parametrize(("file", "clean"), PLACES)
def test_nothing_can_hide_here(file, clean):
    outcome = run("metadata", file)
    assert b"SECR" not in outcome.image
    assert outcome.report["changed"]
    assert outcome.report["survivors"] == []
    assert clean is None or outcome.image == clean


@pytest.mark.parametrize("file", [place.values[0] for place in PLACES])
def test_what_hid_is_reported(file):
    found = [finding["where"] for finding in run("detect", file).report["findings"]]
    for block in run("metadata", file).report["removed"]:
        assert any(where.startswith(block["path"]) for where in found)


@pytest.mark.parametrize(("file", "clean"), PLACES)
def test_a_place_that_was_cleared_is_left_alone(file, clean):
    once = run("metadata", file).image
    again = run("metadata", once)
    assert again.report["changed"] is False
    assert again.image == once
    assert clean is None or run("metadata", clean).report["changed"] is False


@pytest.mark.parametrize(("file", "clean"), PLACES)
def test_what_tells_of_no_ai_stays_where_only_ai_is_to_go(file, clean):
    outcome = run("metadata", file, scope="ai")
    assert outcome.image == file
    assert outcome.report["survivors"] == []
    assert file != clean


@pytest.mark.parametrize(("file", "clean"), [place for place in PLACES if place.values[1]])
def test_a_picture_looks_as_it_did(file, clean):
    assert samples.pixels(run("metadata", file).image) == samples.pixels(clean)
