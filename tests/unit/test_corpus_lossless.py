"""Real JPEG, PNG and WebP files, where the shared corpus is at hand."""

import hashlib
import io
import json
from pathlib import Path

import pytest
from PIL import Image

from expunge.errors import ExpungeError, MalformedImage
from expunge.operations import run
from tests import samples
from tests.hangs import no_hang
from tests.samples import jpeg, png, webp

CORPUS = Path(__file__).parents[3] / "shared" / "data" / "corpus"
MANIFEST = CORPUS / "MANIFEST.json"
FORMATS = ("jpeg", "png", "webp")
ORIENTATIONS = {
    "Horizontal (normal)": 1,
    "Mirror horizontal": 2,
    "Rotate 180": 3,
    "Mirror vertical": 4,
    "Mirror horizontal and rotate 270 CW": 5,
    "Rotate 90 CW": 6,
    "Mirror horizontal and rotate 90 CW": 7,
    "Rotate 270 CW": 8,
}
UNREADABLE = {"exif/exiv2__exiv2-bug841.png"}
"""Its IHDR has a length of a gigabyte; no viewer shows it, and nothing is to be kept of it."""
GAIN_MAP = {"icc/libavif__seine_sdr_gainmap_srgb.jpg"}
"""XMP must go, and the gain map must stay, which needs its numbers: a rebuilt packet is right."""
APPLE_GAIN_MAP = {"icc/libavif__apple_gainmap_new.jpg", "icc/libavif__apple_gainmap_old.jpg"}
"""EXIF must go, and of it the two HDR numbers of Apple's maker note must stay."""
NO_PROFILE = {"icc/Pillow__icc-after-SOF.jpg"}
"""What stands in the profile's place is the word «profile»: any text could stand there."""

pytestmark = pytest.mark.skipif(not MANIFEST.exists(), reason="the shared corpus is not here")


def entries(*, hostile: bool) -> list[dict]:
    if not MANIFEST.exists():
        return []
    return [
        entry
        for entry in json.loads(MANIFEST.read_bytes())["files"]
        if bool(entry.get("hostile")) is hostile
        and entry["facts"].get("format_by_magic") in (*FORMATS, *(("unknown",) if hostile else ()))
    ]


def named(entry: dict) -> str:
    return entry["file"]


def parts(file: bytes) -> set[str]:
    """What of the manifest's words a file still holds, found without the code under test."""
    found = set()
    if file.startswith(b"\xff\xd8"):
        segments = jpeg.walk(file)
        found |= (
            {"trailing_bytes_after_image_end"}
            if sum(len(p) for _, p in segments) < len(file) and b"MPF\0" not in file
            else set()
        )
        names = {"xmp": b"http://ns.adobe.com/xap", "iptc": b"Photoshop 3.0", "c2pa": b"JP"}
        identifiers = [part[4:40] for _, part in segments]
        found |= {word for word, head in names.items() if any(map_starts(identifiers, head))}
        packets = [part[4:].partition(b"\0")[2] for _, part in segments if b"xap/1.0/" in part[:40]]
        found -= {"xmp"} if all(map(samples.says_orientation_only, packets)) else set()
        exif = [part[10:] for _, part in segments if part[4:10] == jpeg.EXIF]
    elif file.startswith(png.SIGNATURE):
        chunks = png.walk(file)
        words = {b"tEXt": "png_text", b"zTXt": "png_text", b"iTXt": "png_text", b"caBX": "c2pa"}
        found |= {
            words[name]
            for name, part in chunks
            if name in words and not samples.says_orientation_only(part[30:-4])
        }
        found |= {"xmp"} if b"XML:com.adobe.xmp" in file and "png_text" in found else set()
        exif = [part[8:-4] for name, part in chunks if name == b"eXIf"]
    else:
        chunks = webp.walk(file)
        words = {b"XMP ": "xmp", b"C2PA": "c2pa"}
        found |= {
            words[name]
            for name, content in chunks
            if name in words and not samples.says_orientation_only(content)
        }
        exif = [content for name, content in chunks if name == b"EXIF"]
    others = [e for e in exif if not samples.says_shown_facts_only(e)]
    return found | ({"exif_except_orientation"} if others else set())


def map_starts(identifiers: list[bytes], head: bytes) -> list[bool]:
    return [identifier.startswith(head) for identifier in identifiers]


def pixels_digest(file: bytes) -> str:
    with Image.open(io.BytesIO(file)) as image:
        content = image.mode.encode() + str(image.size).encode() + image.tobytes()
    return hashlib.sha256(content).hexdigest()


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("entry", entries(hostile=False), ids=named)
def test_a_real_file_loses_and_keeps_what_the_manifest_says(entry):
    data = (CORPUS / entry["file"]).read_bytes()
    if entry["file"] in UNREADABLE:
        with pytest.raises(MalformedImage):
            run("metadata", data)
        return
    outcome = run("metadata", data)
    result = outcome.image or b""
    expected = entry["expected_strip"]
    gone = set(expected["must_be_gone"]) - ({"xmp"} if entry["file"] in GAIN_MAP else set())
    if entry["file"] in APPLE_GAIN_MAP:
        gone.remove("exif_except_orientation")
        assert not private_fields(result)
    assert not gone & parts(result)
    assert outcome.report["survivors"] == []
    assert run("metadata", result).report["changed"] is False
    assert not gone - {"exif_except_orientation"} or outcome.report["changed"]
    kept = dict(expected["must_be_kept"])
    if entry["file"] in NO_PROFILE:
        del kept["icc_sha256"]
    check_kept(data, result, kept)


SHOWN_BY = {"Orientation", "MakerNote", "ColorSpace", "XResolution", "YResolution"}


def private_fields(file: bytes) -> set[str]:
    """What the EXIF of a JPEG tells, beside how its picture is shown."""
    findings = run("detect", file, visible=False).report["findings"]
    told = {f["where"].rpartition("/")[2] for f in findings if f["where"].startswith("APP1")}
    return told - SHOWN_BY - {"ResolutionUnit"}


def check_kept(data: bytes, result: bytes, kept: dict) -> None:
    if digest := kept.get("pixels_sha256_pillow"):
        assert pixels_digest(result) == digest
        assert samples.pixels(result) == samples.pixels(data)
    if orientation := kept.get("orientation"):
        assert samples.shown_orientation(result) == ORIENTATIONS[orientation]
    with Image.open(io.BytesIO(result)) as image:
        if digest := kept.get("icc_sha256"):
            assert hashlib.sha256(image.info["icc_profile"]).hexdigest() == digest
        assert getattr(image, "n_frames", 1) == kept.get("frames", 1)


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("entry", entries(hostile=True), ids=named)
def test_a_hostile_file_gets_what_its_legend_says(entry):
    data = (CORPUS / entry["file"]).read_bytes()
    expect = entry["hostile"]["expect"]
    try:
        with no_hang():
            outcome = run("metadata", data)
    except ExpungeError as refusal:
        code, outcome = refusal.code, None
    else:
        code = "ok"
    if expect == "reject":
        assert code != "ok"
    elif expect.startswith("accept"):
        assert code == "ok"
    assert code in ("ok", "malformed_image", "image_too_large", "unsupported_media_type")
    if outcome is not None:
        assert outcome.report["survivors"] == []
