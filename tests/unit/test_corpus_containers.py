"""Real HEIF, AVIF, JPEG XL and GIF files, where they lie beside the checkout."""

import hashlib
import io
import json
import re
from pathlib import Path

import pillow_heif
import pillow_jxl  # noqa: F401
import pytest
from PIL import Image, UnidentifiedImageError

from expunge.errors import ExpungeError, PipelineError
from expunge.imaging.containers.block import Kind
from expunge.imaging.source import Source
from expunge.operations import run
from tests import samples

CORPUS = Path(__file__).parents[3] / "shared/data/corpus"
SUFFIXES = {".avif", ".avifs", ".heic", ".heif", ".hif", ".jxl", ".gif"}

REFUSED = {"heic_avif_jxl/mp4parse-rust__wide_box_size_0.avif"}
"""A fuzzer's file: a brand of garbage and nested boxes that run over each other."""

pillow_heif.register_heif_opener()


def _files():
    manifest = CORPUS / "MANIFEST.json"
    if not manifest.exists():
        return []
    listed = json.loads(manifest.read_text())["files"]
    return [one for one in listed if Path(one["file"]).suffix in SUFFIXES]


def _decoded(file):
    """Digest of the first frame, its profile, its metadata; None where Pillow cannot read it."""
    try:
        with Image.open(io.BytesIO(file)) as image:
            digest = hashlib.sha256((image.mode + str(image.size)).encode() + image.tobytes())
            left = {"xmp", "photoshop", "comment"} & {k for k, v in image.info.items() if v}
            return digest.hexdigest(), image.info.get("icc_profile"), left
    except (UnidentifiedImageError, OSError, ValueError, RuntimeError, SyntaxError, EOFError):
        return None


@pytest.mark.skipif(not _files(), reason="the corpus is not here")
@pytest.mark.parametrize("one", _files(), ids=lambda one: one["file"])
def test_a_real_file_is_stripped_right(one):
    file = (CORPUS / one["file"]).read_bytes()
    hostile = "hostile" in one and "expected_strip" not in one
    if hostile or one["file"] in REFUSED:
        _answered(file)
        return
    outcome = run("metadata", file)
    before, after = _decoded(file), _decoded(outcome.image)
    assert outcome.report["survivors"] == []
    # The file itself is decoded here: JPEG XL's noise differs by CPU, so no stored digest serves.
    assert before is None or before[:2] == after[:2]
    kept = one["expected_strip"]["must_be_kept"]
    if "icc_sha256" in kept:
        assert hashlib.sha256(after[1]).hexdigest() == kept["icc_sha256"]
    if outcome.report["changed"]:
        left = Source.of(outcome.image).layout.blocks
        assert all(samples.says_shown_facts_only(b.data) for b in left if b.kind is Kind.EXIF)
        assert all(_says_needed_facts_only(b.data) for b in left if b.kind is Kind.XMP)


def _says_needed_facts_only(packet):
    """Whether XMP states nothing beside an orientation, or how a gain map is applied."""
    named = set(re.findall(rb"""\s(\w+):\w+=""", bytes(packet)))
    return samples.says_orientation_only(packet) or named <= {b"xmlns", b"rdf", b"hdrgm"}


def _answered(file):
    try:
        run("metadata", file)
    except PipelineError:
        raise
    except ExpungeError:
        pass
