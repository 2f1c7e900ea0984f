"""The command asks for what a swap needs; interfaces of one image do not offer it."""

from __future__ import annotations

from pathlib import Path

import click
import pytest
from click.testing import CliRunner
from PIL import Image

from expunge.clean.request import image_mode
from expunge.cli import main
from expunge.cli.companions import files_of
from expunge.cli.n8n_modes import n8n_modes
from expunge.errors import ValidationFailed
from expunge.intake.routes import route_of
from expunge.settings import Settings, SettingsInvalid
from expunge.web.batches.openapi import OFFERED
from tests.unit.options.interfaces import by_flags


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    path = tmp_path / "photo.png"
    Image.new("RGB", (32, 32)).save(path)
    return path


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--source", "{photo}"], "Missing option '--consent'"),
        (["--consent", "own_face"], "--source: a picture with the new face is required"),
        (["--consent", "own_face", "--faces", "0"], "--face-swaps"),
        (["--consent", "own_face", "--faces", "0=nowhere.png"], "nowhere.png"),
        (["--consent", "own_face", "--faces", "x={photo}"], "--face-swaps"),
    ],
)
def test_the_command_names_what_is_missing_or_wrong(
    photo: Path, arguments: list[str], words: str
) -> None:
    given = [one.format(photo=photo) for one in arguments]

    done = CliRunner().invoke(main, ["swap", str(photo), *given])

    assert done.exit_code == 2
    assert words in done.output


def test_faces_name_indexes_and_files_in_order(tmp_path: Path) -> None:
    for name in ("a.jpg", "b.jpg"):
        (tmp_path / name).write_bytes(name.encode())
    items = f"2={tmp_path}/a.jpg,0={tmp_path}/b.jpg"

    assert by_flags("swap", ["--faces", items]) == {
        "face_swaps": [
            {"face_index": 2, "source": "source-0"},
            {"face_index": 0, "source": "source-1"},
        ]
    }
    assert files_of({"face_swaps": (items,)}) == {"source-0": b"a.jpg", "source-1": b"b.jpg"}
    with pytest.raises(click.UsageError, match="--source"):
        files_of({"companion_file": tmp_path / "c.jpg"})


def test_interfaces_of_one_image_do_not_offer_it(photo: Path, tmp_path: Path) -> None:
    from expunge.agents.tools import IMAGE_TOOLS  # its library takes 0.5 s

    assert not any("swap" in tool.modes for tool in IMAGE_TOOLS)
    assert "swap" not in [mode.name for mode in OFFERED]
    assert '"swap"' not in n8n_modes()
    with pytest.raises(ValidationFailed, match="swap needs a second image"):
        image_mode("swap", "/query/mode")
    watch = ["watch", str(tmp_path), "-o", str(tmp_path / "out"), "--mode", "swap"]
    assert "'swap' is not one of" in CliRunner().invoke(main, watch).output
    settings = Settings(
        data=tmp_path,
        intake_source_bucket="pictures-in",
        intake_target_bucket="pictures-out",
        intake_mode="swap",
    )
    with pytest.raises(SettingsInvalid, match="«swap» needs a second image"):
        route_of(settings)
