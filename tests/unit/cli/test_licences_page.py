"""Licences: the page of all packages, and what the GPL and an old OpenSSL must not reach."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from expunge.cli.licences_page import BUNDLED, licence, licences_page

ROOT = Path(__file__).parents[3]


def test_the_committed_page_is_up_to_date():
    committed = (ROOT / "docs/reference/licences.md").read_text(encoding="utf-8")
    assert committed == licences_page(ROOT), "run: make docs"


def test_each_package_has_a_licence_and_no_package_of_the_service_is_gpl_by_itself():
    rows = [line.split(" | ") for line in licences_page(ROOT).splitlines() if " | " in line][1:]
    assert len(rows) > 40
    assert not [row for row in rows if not row[1]]
    assert not [row for row in rows if "GPL" in row[1]]
    assert BUNDLED.keys() <= {row[0].removeprefix("| ") for row in rows}


@pytest.mark.parametrize(
    ("name", "expected"), [("onnxruntime", "MIT"), ("protobuf", "BSD-3-Clause"), ("mangum", "MIT")]
)
def test_old_names_of_licences_are_given_as_spdx(name, expected):
    assert licence(name).startswith(expected)


def test_no_code_opens_a_video_with_opencv():
    """Its FFmpeg has an OpenSSL without fixes, and is cut from the AWS layer."""
    sources = (ROOT / "functions" / "expunge").rglob("*.py")
    assert not [
        path
        for path in sources
        if any(word in path.read_text() for word in ("VideoCapture", "VideoWriter", "cv2.imread"))
    ]


WITHOUT_ENCODER = """
import sys, types
import pillow_heif

substitute = types.ModuleType("pi_heif")  # as pi-heif: the same functions, no HEVC encoder
vars(substitute).update(vars(pillow_heif) | {"libheif_info": lambda: {"HEIF": ""}})
sys.modules |= {"pi_heif": substitute, "pillow_heif": None}
from expunge.errors import UnsupportedMediaType
from expunge.imaging.codecs import heic

try:
    heic.refuse(None, writing=True)
except UnsupportedMediaType as error:
    print(error.detail)
heic.refuse(None, writing=False)
"""


def test_without_pillow_heif_the_library_without_an_encoder_reads_heic():
    run = subprocess.run(
        [sys.executable, "-c", WITHOUT_ENCODER],
        env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert "no HEVC encoder" in run.stdout, run.stderr
    assert not run.stderr
