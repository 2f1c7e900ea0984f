"""The label as ExifTool reads it, where it is installed."""

from __future__ import annotations

import json
import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest

from expunge.imaging.media_types import EXTENSIONS
from expunge.imaging.provenance.own_label import SOURCE_TYPE
from expunge.imaging.source import Source
from tests.unit.own_label.labelled import LABEL, TYPES, file, label_in

if TYPE_CHECKING:
    from pathlib import Path

EXIFTOOL = shutil.which("exiftool")


@pytest.mark.skipif(EXIFTOOL is None, reason="exiftool is not installed")
def test_another_reader_finds_the_label_in_every_type(tmp_path: Path) -> None:
    for kind in TYPES:
        extension = EXTENSIONS[Source.of(file(kind)).media_type]
        (tmp_path / f"{kind}.{extension}").write_bytes(file(kind))
    names = ["-Label", "-ExpungeLabel", "-DigitalSourceType"]
    done = subprocess.run([EXIFTOOL, "-json", *names, tmp_path], capture_output=True, check=False)
    found = json.loads(done.stdout)
    assert len(found) == len(TYPES)
    for each in found:
        assert str(LABEL) in (each.get("Label"), each.get("ExpungeLabel")), each["SourceFile"]
        assert each["DigitalSourceType"] == SOURCE_TYPE


@pytest.mark.skipif(EXIFTOOL is None, reason="exiftool is not installed")
def test_a_title_that_another_program_adds_leaves_it(tmp_path: Path) -> None:
    kinds = ["avif", *(kind for kind in TYPES if "jpeg" in kind)]
    for kind in kinds:
        (tmp_path / f"{kind}.{'avif' if kind == 'avif' else 'jpg'}").write_bytes(file(kind))
    command = [EXIFTOOL, "-q", "-overwrite_original", "-XMP-dc:Title=A title", tmp_path]
    subprocess.run(command, capture_output=True, check=True)
    for path in tmp_path.iterdir():
        assert b"A title" in path.read_bytes()
        assert label_in(path.read_bytes()) == LABEL
