"""Reports on real files agree with other tools. Skipped if the files are not available."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from expunge.errors import ExpungeError
from expunge.imaging.provenance.detect import detect
from expunge.imaging.source import Source

CORPUS = Path(__file__).parents[4] / "shared" / "data" / "corpus"
MANIFEST = CORPUS / "MANIFEST.json"
ORIENTATIONS = {
    "Horizontal (normal)": 1, "Mirror horizontal": 2, "Rotate 180": 3, "Mirror vertical": 4,
    "Mirror horizontal and rotate 270 CW": 5, "Rotate 90 CW": 6,
    "Mirror horizontal and rotate 90 CW": 7, "Rotate 270 CW": 8,
}  # fmt: skip
KNOWN = {
    # ExifTool turns the text «1.00» into a number.
    ("exif/exiftool__Casio2.jpg", "exif_software"),
    # ExifTool does not read this PNG's raw profile, nor a HEIC's IPTC item.
    ("exif/metadata-extractor-images__Issue_204_dotnet_.png", "xmp_present"),
    ("heic_avif_jxl/pillow_heif__L_exif_xmp_iptc.heic", "iptc_present"),
    # The expectations were read without AFCP trailers; this one holds IPTC.
    ("exif/exiftool__AFCP.jpg", "iptc_present"),
    # Pillow cannot decode this file, although its codestream describes its colours, and ExifTool
    # did not inflate its boxes.
    ("heic_avif_jxl/exiftool__JXL2.jxl", "icc_present"),
    ("heic_avif_jxl/exiftool__JXL2.jxl", "exif_present"),
    ("heic_avif_jxl/exiftool__JXL2.jxl", "xmp_present"),
    # The content of the profile chunk is the word «profile».
    ("icc/Pillow__icc-after-SOF.jpg", "icc_present"),
    # ExifTool rejects this EXIF, although its first fields can be read.
    ("hostile/Pillow__hopper_bad_exif.jpg", "exif_present"),
}
"""Known differences from the expected report, with reasons."""


def manifest():
    if not MANIFEST.exists():
        return [pytest.param(None, marks=pytest.mark.skip(reason="no samples beside the project"))]
    files = json.loads(MANIFEST.read_text())["files"]
    return [pytest.param(entry, id=entry["file"]) for entry in files]


def told(metadata):
    """The report's metadata under the names of the sample manifest."""
    c2pa, exif = metadata["c2pa"], metadata["exif"]
    active = c2pa.get("manifest") or {}
    return {
        "has_c2pa": c2pa["present"],
        "claim_generator": active.get("claim_generator"),
        "claim_generators_all": c2pa.get("claim_generators"),
        "c2pa_digital_source_types_all": c2pa.get("digital_source_types"),
        "c2pa_issuer": (active.get("signer") or {}).get("organisation"),
        "c2pa_validation_state_no_trust_list": c2pa.get("state")
        or str(c2pa["validity"]).capitalize(),
        "c2pa_remote_manifest_url": c2pa.get("remote_url"),
        "exif_present": exif["present"],
        "exif_gps": exif["gps"],
        "exif_software": exif["software"],
        "exif_make": exif["make"] and exif["make"][:200],
        "exif_orientation": metadata["orientation"],
        "exif_user_comment_head": (exif["user_comment"] or "")[:80].replace("\\n", "\n"),
        "xmp_present": metadata["xmp"]["present"],
        "xmp_digital_source_type": metadata["xmp_digital_source_type"],
        "iptc_present": metadata["iptc"]["present"],
        "icc_present": metadata["icc"]["present"],
        "png_text_keys": sorted(metadata["png_text_chunks"] or {}),
    }


def wanted(key, value):
    if key == "exif_orientation":
        return ORIENTATIONS[value]
    if key == "exif_make":
        return value[:200]
    if key == "exif_user_comment_head":
        return value[:80]
    return sorted(value) if isinstance(value, list) else value


@pytest.mark.parametrize("entry", manifest())
def test_a_report_on_a_real_file_agrees_with_other_tools(entry):
    try:
        source = Source.of((CORPUS / entry["file"]).read_bytes())
    except ExpungeError:
        pytest.skip("refused by its container")
    found = told(detect(source).report["metadata"])
    differs = {
        key: (wanted(key, value), found[key])
        for key, value in entry["expected_report"].items()
        if key in found and not _same(key, wanted(key, value), found[key])
    }
    assert {key for key in differs if (entry["file"], key) not in KNOWN} == set(), differs


def _same(key, expected, seen):
    if key == "exif_user_comment_head":
        return seen.startswith(expected[: max(len(expected) - 16, 1)])
    return expected == seen
