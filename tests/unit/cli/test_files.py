"""The command line: files, exit statuses and messages."""

from __future__ import annotations

import json
import os
import re
import stat
from pathlib import Path

import pytest

import expunge
from expunge import models as catalogue
from expunge.cli.flags import flag_name
from expunge.operations import MODES
from tests.unit.cli.command import clean, photo, run


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "photo.jpg"
    path.write_bytes(photo())
    return path


def test_a_clean_copy_is_written_beside_the_file(file: Path) -> None:
    done = run("metadata", file)

    assert done.exit_code == 0
    assert file.with_name("photo-clean.jpg").read_bytes() == clean()
    assert file.read_bytes() == photo()
    assert "comment" in done.stdout
    assert "photo-clean.jpg" in done.stdout


def test_an_existing_file_is_overwritten_only_with_force(file: Path) -> None:
    there = file.with_name("photo-clean.jpg")
    there.write_bytes(b"mine")

    done = run("metadata", file)

    assert done.exit_code == 1
    assert there.read_bytes() == b"mine"
    assert "--force" in done.stdout
    assert run("metadata", file, "--force").exit_code == 0
    assert there.read_bytes() == clean()


def test_in_place_replaces_the_file_and_keeps_its_mode(file: Path) -> None:
    file.chmod(0o640)

    assert run("metadata", "--in-place", file).exit_code == 0

    assert file.read_bytes() == clean()
    assert file.stat().st_mode & 0o777 == 0o640
    assert [p.name for p in file.parent.iterdir()] == ["photo.jpg"]


def test_output_names_a_file_or_a_folder(file: Path, tmp_path: Path) -> None:
    assert run("metadata", file, "-o", tmp_path / "out.jpg").exit_code == 0
    assert run("metadata", file, "-o", f"{tmp_path}/new/").exit_code == 0

    assert (tmp_path / "out.jpg").read_bytes() == clean()
    assert (tmp_path / "new" / "photo.jpg").read_bytes() == clean()


def test_every_image_in_a_folder_is_processed(tmp_path: Path) -> None:
    for name in ("a.jpg", "deep/b.JPEG"):
        path = tmp_path / "in" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(photo())

    done = run("metadata", tmp_path / "in", "-o", tmp_path / "out")

    assert done.exit_code == 0
    written = {p.relative_to(tmp_path / "out").as_posix() for p in (tmp_path / "out").rglob("*.*")}
    assert written == {"a.jpg", "deep/b.JPEG"}
    assert "2 files: 2 cleaned, 0 with nothing to remove, 0 failed" in done.stderr


def test_one_bad_file_fails_the_run_but_not_the_others(file: Path, tmp_path: Path) -> None:
    bad = tmp_path / "bad.png"
    bad.write_bytes(b"no image")

    done = run("metadata", bad, file)

    assert done.exit_code == 1
    assert f"{bad}: failed:" in done.stdout
    assert file.with_name("photo-clean.jpg").exists()
    assert not bad.with_name("bad-clean.png").exists()


def test_a_clean_file_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "clean.jpg"
    path.write_bytes(clean())

    done = run("metadata", path)

    assert done.exit_code == 0
    assert "nothing to remove" in done.stdout
    assert [p.name for p in tmp_path.iterdir()] == ["clean.jpg"]
    assert run("metadata", path, "-o", tmp_path / "copy.jpg").exit_code == 0
    assert (tmp_path / "copy.jpg").read_bytes() == clean()


def test_json_is_one_report_a_line(file: Path, tmp_path: Path) -> None:
    bad = tmp_path / "bad.png"
    bad.write_bytes(b"no image")

    lines = [json.loads(line) for line in run("metadata", "--json", file, bad).stdout.splitlines()]

    assert [line["file"] for line in lines] == [str(file), str(bad)]
    assert lines[0]["report"]["changed"] is True
    assert lines[0]["output"].endswith("photo-clean.jpg")
    assert lines[1]["error"]["code"] == "unsupported_media_type"


def test_two_results_with_the_same_name_do_not_overwrite_each_other(tmp_path: Path) -> None:
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "x.jpg").write_bytes(photo())

    done = run("metadata", tmp_path / "a/x.jpg", tmp_path / "b/x.jpg", "-o", f"{tmp_path}/out/")

    assert done.exit_code == 1
    assert "another file's result" in done.stdout
    forced = ("--force", "-o", f"{tmp_path}/out/")
    assert run("metadata", tmp_path / "a/x.jpg", tmp_path / "b/x.jpg", *forced).exit_code == 1


def test_in_place_follows_a_symbolic_link(file: Path, tmp_path: Path) -> None:
    link = tmp_path / "link.jpg"
    link.symlink_to(file)

    assert run("metadata", "--in-place", link).exit_code == 0

    assert link.is_symlink()
    assert file.read_bytes() == clean()


def test_only_regular_files_are_read_and_written(file: Path, tmp_path: Path) -> None:
    pipe = tmp_path / "pipe.jpg"
    os.mkfifo(pipe)

    assert "not a regular file" in run("metadata", pipe).stdout
    assert run("metadata", file, "--force", "-o", pipe).exit_code == 1
    assert stat.S_ISFIFO(pipe.stat().st_mode)


def test_a_huge_file_is_refused_before_it_is_read(tmp_path: Path) -> None:
    huge = tmp_path / "huge.jpg"
    with huge.open("wb") as sparse:
        sparse.truncate(1 << 40)

    done = run("metadata", huge)

    assert done.exit_code == 1
    assert "at most 536,870,912" in done.stdout
    assert "--max-mb" in done.stdout


def test_a_second_run_on_a_folder_skips_the_results_of_the_first(tmp_path: Path) -> None:
    (tmp_path / "a.jpg").write_bytes(photo())
    run("metadata", tmp_path)

    again = run("metadata", tmp_path, "--force")

    assert again.exit_code == 0
    assert {p.name for p in tmp_path.iterdir()} == {"a.jpg", "a-clean.jpg"}


def test_a_folder_without_images_says_so(tmp_path: Path) -> None:
    done = run("metadata", tmp_path)

    assert done.exit_code == 0
    assert "no images" in done.stderr


def test_a_name_with_control_characters_is_shown_escaped(tmp_path: Path) -> None:
    path = tmp_path / "a\x1b[31m.jpg"
    path.write_bytes(photo())

    done = run("metadata", path)

    assert done.exit_code == 0
    assert "\x1b" not in done.stdout.split(":")[0]


def test_metadata_to_keep_is_named_in_words(file: Path) -> None:
    assert run("metadata", file, "--dry-run", "--keep", "gps, comments").exit_code == 0
    refused = run("metadata", file, "--keep", "hats")

    assert refused.exit_code == 2
    assert "--keep" in refused.stderr


def test_a_dry_run_shows_what_would_be_removed_and_writes_nothing(file: Path) -> None:
    done = run("metadata", file, "--dry-run")

    assert done.exit_code == 0
    assert "comment" in done.stdout
    assert "COM[0]" in done.stdout
    assert [p.name for p in file.parent.iterdir()] == ["photo.jpg"]


def test_detect_prints_a_sentence_and_a_table(file: Path) -> None:
    done = run("detect", file)

    assert done.exit_code == 0
    assert "Unknown" in done.stdout
    assert "private" in done.stdout
    report = json.loads(run("detect", "--json", file).stdout)
    assert report["report"]["findings"][0]["value"] == "private"


def test_output_and_in_place_cannot_be_used_together(file: Path) -> None:
    assert run("metadata", file, "-o", "x.jpg", "--in-place").exit_code == 2


def test_the_library_call_returns_image_report_and_timings() -> None:
    outcome = expunge.run("metadata", photo())

    assert outcome.image == clean()
    assert outcome.media_type == "image/jpeg"
    assert outcome.report["changed"] is True
    stages = dict(outcome.timings_ms)
    total = stages.pop("total")
    assert abs(sum(stages.values()) - total) < 0.5


@pytest.mark.parametrize("pool", ["permanent", "subscription", "PERMANENT"])
def test_credits_are_granted_to_the_pool_that_is_named(
    pool: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EXPUNGE_DATA", str(tmp_path / "data"))
    account = run("accounts", "create").stdout.strip()

    done = run("accounts", "grant", account, 5, "--pool", pool)
    taken = run("accounts", "grant", "--pool", pool, "--", account, -2)

    assert done.stdout == f"5 {pool.lower()} credits\n", done.output
    assert taken.stdout == f"3 {pool.lower()} credits\n", taken.output


class TestDoctor:
    def test_a_complete_installation_has_no_faults(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        (tmp_path / "data").mkdir()
        monkeypatch.setenv("EXPUNGE_DATA", str(tmp_path / "data"))
        monkeypatch.setattr(catalogue.Model, "state", lambda *_: catalogue.State.INSTALLED)

        done = run("doctor")

        assert done.exit_code == 0
        assert "✗" not in done.stdout
        assert "✓ records" in done.stdout

    def test_files_that_only_browsers_need_are_told_and_are_no_fault(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        (tmp_path / "data").mkdir()
        monkeypatch.setenv("EXPUNGE_DATA", str(tmp_path / "data"))
        monkeypatch.setenv("EXPUNGE_MODELS_DIR", str(tmp_path / "models"))
        monkeypatch.setenv("EXPUNGE_MODES", "metadata")

        done = run("doctor")

        assert done.exit_code == 0
        assert "pyodide.mjs" in done.stdout
        assert "they use the service" in done.stdout

    @pytest.mark.parametrize(
        ("name", "value"), [("EXPUNGE_STORE", "azure"), ("EXPUNGE_MODES", "polish")]
    )
    def test_a_wrong_setting_is_named(
        self, name: str, value: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv(name, value)

        for command in ("doctor", "serve"):
            done = run(command)
            assert done.exit_code == 1
            assert name in done.output

    def test_a_check_creates_no_data_folder(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("EXPUNGE_DATA", str(tmp_path / "data"))

        assert "will be created at the first start" in run("doctor").stdout
        assert not (tmp_path / "data").exists()

    def test_a_folder_that_cannot_be_written_is_named(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        (tmp_path / "file").write_text("no folder")
        monkeypatch.setenv("EXPUNGE_DATA", str(tmp_path / "file"))

        done = run("doctor")

        assert done.exit_code == 1
        assert "EXPUNGE_DATA" in done.stdout

    def test_a_missing_model_is_reported_with_the_command_that_downloads_it(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("EXPUNGE_DATA", str(tmp_path / "data"))
        monkeypatch.setattr(catalogue.Model, "state", lambda *_: catalogue.State.MISSING)

        done = run("doctor")

        assert done.exit_code == 1
        assert "expunge models pull centerface" in done.stdout


def test_the_reference_names_every_flag_and_code() -> None:
    page = (Path(__file__).parents[3] / "docs/reference/command-line.md").read_text()
    table = page.partition("## Exit status")[0]
    shown = run("mask", "--help").stdout.partition("Options:")[2]
    own = {
        flag_name(field.alias or name)
        for name, field in MODES["mask"].options_type.model_fields.items()
    }

    flags = set(re.findall(r"^  (?:-\w, )?(--[a-z-]+)", shown, re.MULTILINE)) - own - {"--help"}

    assert "--max-mb" in flags
    assert {
        flag for flag in flags if f"`{flag}" not in table and f", `{flag}" not in table
    } == set()
