"""Standard input and standard output carry images, byte for byte."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.unit.cli.command import clean, photo, run

FUNCTIONS = Path(__file__).parents[3] / "functions"
COMMAND = [sys.executable, "-m", "expunge"]


def test_standard_input_goes_to_standard_output() -> None:
    done = run("metadata", "-", stdin=photo())

    assert done.exit_code == 0
    assert done.stdout_bytes == clean()
    assert "comment removed" in done.stderr


def test_a_clean_image_passes_unchanged() -> None:
    assert run("metadata", "-", stdin=clean()).stdout_bytes == clean()


@pytest.mark.parametrize("output", ["-", "FILE"])
@pytest.mark.parametrize("source", ["-", "FILE"])
def test_either_end_may_be_a_file(source: str, output: str, tmp_path: Path) -> None:
    (tmp_path / "in.jpg").write_bytes(photo())
    ends = {"FILE": tmp_path / "in.jpg"}, {"FILE": tmp_path / "out.jpg"}

    done = run(
        "metadata",
        ends[0].get(source, source),
        "-o",
        ends[1].get(output, output),
        stdin=photo(),
    )

    assert done.exit_code == 0
    written = done.stdout_bytes if output == "-" else (tmp_path / "out.jpg").read_bytes()
    assert written == clean()


def test_the_report_goes_beside_the_result() -> None:
    done = run("metadata", "-", "--json", stdin=photo())

    line = json.loads(done.stderr)
    assert done.stdout_bytes == clean()
    assert (line["file"], line["output"]) == ("-", "-")


def test_a_report_is_written_to_standard_output_where_no_image_is() -> None:
    assert json.loads(run("detect", "-", "--json", stdin=photo()).stdout)["file"] == "-"
    assert "COM[0]" in run("metadata", "-", "--dry-run", stdin=photo()).stdout


@pytest.mark.parametrize("data", [b"", b"no image", photo()[:100]])
def test_a_failure_writes_no_byte_of_an_image(data: bytes) -> None:
    done = run("metadata", "-", stdin=data)

    assert done.exit_code == 1
    assert done.stdout_bytes == b""
    assert "failed" in done.stderr


def test_too_long_an_input_is_refused() -> None:
    done = run("metadata", "-", "--max-mb", 1, stdin=photo() + bytes(1 << 20))

    assert done.exit_code == 1
    assert "more than 1,048,576 bytes; --max-mb" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("-", "FILE"), "the only FILE"),
        (("-", "--in-place"), "--in-place"),
        (("FILE", "FILE", "-o", "-"), "one file"),
        (("FOLDER", "-o", "-"), "one file"),
        (("-", "-o", "FOLDER"), "must name a file"),
        (("-", "-o", "new/"), "must name a file"),
    ],
)
def test_what_has_no_meaning_is_a_usage_error(
    arguments: tuple[str, ...], said: str, tmp_path: Path
) -> None:
    (tmp_path / "in.jpg").write_bytes(photo())
    places = {"FILE": tmp_path / "in.jpg", "FOLDER": tmp_path}

    done = run("metadata", *(places.get(one, one) for one in arguments), stdin=photo())

    assert done.exit_code == 2
    assert said in done.stderr


def test_a_file_called_dash_is_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("-").write_bytes(photo())

    assert run("metadata", "./-").exit_code == 0
    assert Path("--clean").read_bytes() == clean()


@pytest.mark.parametrize("stream", ["stdin", "stdout"])
def test_a_terminal_is_neither_read_nor_written(stream: str, tmp_path: Path) -> None:
    ours, terminal = os.openpty()
    ends = {"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL} | {stream: terminal}
    try:
        done = subprocess.run(
            [*COMMAND, "metadata", "-"],
            **ends,
            check=False,
            stderr=subprocess.PIPE,
            env=os.environ | {"PYTHONPATH": str(FUNCTIONS)},
            text=True,
            timeout=60,
        )
    finally:
        os.close(ours)
        os.close(terminal)

    assert done.returncode == 2
    assert "is a terminal" in done.stderr


def test_a_reader_that_leaves_early_ends_the_run_quietly(tmp_path: Path) -> None:
    (tmp_path / "in.jpg").write_bytes(photo() + os.urandom(1 << 20))
    process = subprocess.Popen(
        [*COMMAND, "metadata", str(tmp_path / "in.jpg"), "-o", "-", "--keep", "exif"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=os.environ | {"PYTHONPATH": str(FUNCTIONS)},
    )
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.close()
    errors = process.stderr.read()
    process.stderr.close()
    process.wait(timeout=60)

    assert process.returncode == 1
    assert b"Traceback" not in errors
