"""A folder run takes images by content, and names every file that it leaves out."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from tests.unit.cli.command import clean, photo, run

IMAGES = ("a.jfif", "b.JPE", "c.mpo", "d.insp", "e.apng", "no-suffix", ".hidden", "deep/f.txt")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "in" / "deep").mkdir(parents=True)
    return tmp_path / "in"


def names(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def lines(*arguments: object) -> dict[str, dict[str, object]]:
    """The JSON lines of a run, by file name."""
    done = run(*arguments, "--json")
    read = [json.loads(line) for line in done.stdout.splitlines()]
    return {line["file"].rpartition("/")[2]: line for line in read}


def test_images_are_taken_by_content(folder: Path, tmp_path: Path) -> None:
    for name in IMAGES:
        (folder / name).write_bytes(photo())

    done = run("metadata", folder, "-o", tmp_path / "out")

    assert done.exit_code == 0, done.output
    assert names(tmp_path / "out") == set(IMAGES)
    assert {path.read_bytes() for path in (tmp_path / "out").rglob("*.*")} == {clean()}


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("notes.txt", b"Buy milk", "text"),
        ("paper", b"%PDF-1.7", "a PDF document"),
        ("empty", b"", "empty"),
        ("._a.jpg", b"\x00\x05\x16\x07", "unknown"),
        ("data.bin", bytes(100), "unknown"),
    ],
)
def test_a_file_that_is_no_image_is_named_with_the_reason(
    name: str, content: bytes, reason: str, folder: Path
) -> None:
    (folder / "a.jpg").write_bytes(photo())
    (folder / name).write_bytes(content)

    done = run("metadata", folder)

    assert done.exit_code == 0
    line = next(line for line in done.stdout.splitlines() if f"/{name}: " in line)
    assert "left out" in line
    assert reason in line
    assert "1 files: 1 cleaned, 0 with nothing to remove, 0 failed, 1 left out" in done.stderr
    assert reason in str(lines("metadata", folder, "--force")[name]["left_out"])


@pytest.mark.parametrize("content", [b"", b"Not found", b"%PDF-1.7"])
def test_a_file_that_only_its_name_calls_an_image_fails(content: bytes, folder: Path) -> None:
    (folder / "a.JPEG").write_bytes(content)

    done = run("metadata", folder)

    assert done.exit_code == 1
    assert "a.JPEG: failed" in done.stdout


def test_what_is_not_a_regular_file_is_named(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "b.jpg").write_bytes(photo())
    os.mkfifo(folder / "pipe.jpg")
    (folder / "nothing.jpg").symlink_to("missing")
    (folder / "loop.jpg").symlink_to("loop.jpg")
    (folder / "folder").symlink_to(tmp_path / "elsewhere")
    (folder / "file").symlink_to(tmp_path / "elsewhere" / "b.jpg")

    found = lines("metadata", folder, "-o", tmp_path / "out")

    assert found["pipe.jpg"]["left_out"] == "not a regular file"
    assert found["nothing.jpg"]["left_out"] == "a symbolic link to nothing"
    assert found["loop.jpg"]["left_out"] == "a symbolic link to nothing"
    assert found["folder"]["left_out"] == "a symbolic link to a folder"
    assert names(tmp_path / "out") == {"file"}


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads every folder")
def test_a_folder_that_cannot_be_read_fails_the_run(folder: Path) -> None:
    (folder / "deep").chmod(0)

    done = run("metadata", folder)

    (folder / "deep").chmod(0o700)
    assert done.exit_code == 1
    assert "deep: left out: the folder cannot be read: Permission denied" in done.stdout


def test_an_output_folder_inside_is_not_read_again(folder: Path) -> None:
    (folder / "a.jpg").write_bytes(photo())

    for _ in range(2):
        done = run("metadata", folder, "-o", folder / "out", "--force")

    assert "out: left out: the output folder" in done.stdout
    assert names(folder) == {"a.jpg", "out/a.jpg"}


def test_only_a_result_beside_its_source_counts_as_one(folder: Path) -> None:
    (folder / "a.jpg").write_bytes(photo())
    (folder / "kitchen-clean.jpg").write_bytes(photo())
    (folder / "-clean").write_bytes(photo())
    run("metadata", folder)

    found = lines("metadata", folder, "--force")

    assert found["a-clean.jpg"]["left_out"] == "the result of an earlier run"
    assert names(folder) == {
        "a.jpg",
        "a-clean.jpg",
        "kitchen-clean.jpg",
        "kitchen-clean-clean.jpg",
        "-clean",
        "-clean-clean",
    }


def test_an_unforeseen_fault_fails_one_file_and_not_the_run(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from expunge.operations import metadata

    real = metadata.run

    def run_or_break(source, options):
        if source.data == photo(b"bad"):
            raise ZeroDivisionError("by nought")
        return real(source, options)

    monkeypatch.setattr(metadata, "run", run_or_break)
    (folder / "a.jpg").write_bytes(photo(b"bad"))
    (folder / "b.jpg").write_bytes(photo())

    done = run("metadata", folder)

    assert done.exit_code == 1
    assert "a.jpg: failed: The image could not be processed (ZeroDivisionError" in done.stdout
    assert "b-clean.jpg" in names(folder)
    assert "Traceback" not in done.output


def test_paths_are_escaped_for_people_and_real_for_programs(folder: Path, tmp_path: Path) -> None:
    name = "a\x1b[31m\x7f\n\u202eé.jpg"
    (folder / name).write_bytes(photo())
    (folder / "b\x1b.txt").write_bytes(b"text")

    shown = run("metadata", folder, "-o", tmp_path / "out\x07")
    found = run("metadata", folder, "-o", tmp_path / "out\x07", "--force", "--json").stdout
    refused = run("metadata", folder, "-o", tmp_path / "out\x07")

    for text in (shown.output, found, refused.output):
        assert not set(text) & set("\x1b\x07\x7f\u202e")
    assert "a\\x1b[31m\\x7f\\n\\u202eé.jpg" in shown.stdout
    line = next(line for line in map(json.loads, found.splitlines()) if "output" in line)
    assert line["file"] == str(folder / name)
    assert line["output"] == str(tmp_path / "out\x07" / name)


def test_a_name_that_is_not_utf8_survives_json(folder: Path) -> None:
    raw = os.fsencode(folder) + b"/\xff.jpg"
    try:
        Path(os.fsdecode(raw)).write_bytes(photo())
    except OSError:
        pytest.skip("this file system takes only UTF-8")

    line = json.loads(run("metadata", folder, "--json").stdout)

    assert os.fsencode(line["file"]) == raw
    assert os.fsencode(line["output"]) == raw.replace(b"\xff", b"\xff-clean")


def test_values_from_a_file_cannot_control_the_terminal(folder: Path) -> None:
    (folder / "a.jpg").write_bytes(photo(b"\x1b]0;owned\x07 \xc2\x9b31m"))

    done = run("detect", folder)

    assert done.exit_code == 0
    assert not set(done.output) & set("\x1b\x07\x9b")
