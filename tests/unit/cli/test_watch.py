"""``expunge watch`` cleans what arrives whole, once, and nothing else."""

from __future__ import annotations

import errno
import io
import json
import os
import shutil
from functools import cache
from typing import TYPE_CHECKING, Any

import pytest
from PIL import Image
from rich.console import Console

import expunge
from expunge.cli.lines import Lines
from expunge.cli.watch import cleaning
from expunge.cli.watch import folder as following
from expunge.cli.watch.arrivals import PATIENCE, Arrivals, is_being_written
from expunge.cli.watch.cleaning import Cleaner
from expunge.cli.watch.folder import FolderWatch
from expunge.cli.watch.ledger import FOLDER, Ledger
from expunge.cli.watch.stopping import Stop
from expunge.cli.work import Work
from expunge.operations import MODES
from tests.unit.cli.command import clean, photo, run

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SETTLE = 2.0
"""Seconds."""


class Bench:
    """A watch whose clock stands still, and looks through its folder at every turn."""

    def __init__(self, folder: Path, output: Path, mode: str = "metadata", **options: Any) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder, self.output = folder, output
        self.now = 0.0
        self.printed = io.StringIO()
        work = Work.of(MODES[mode], MODES[mode].options(options))
        self.ledger = Ledger(output, f"{mode} {work.options.model_dump_json()}")
        lines = Lines(Console(file=self.printed), as_json=True)
        cleaner = Cleaner(folder, output, work, lines, self.ledger, Stop(), keep_time=False)
        self.watch = FolderWatch(cleaner, Arrivals(SETTLE, lambda: self.now))

    def turn(self, *changed: Path, after: float = 0.0) -> None:
        self.now += after
        self.watch._next_scan = 0.0
        self.watch.turn(changed)

    def settle(self) -> None:
        """Let everything that has stopped changing be cleaned."""
        self.turn()
        self.turn(after=SETTLE)

    def results(self) -> dict[str, bytes]:
        return {
            path.relative_to(self.output).as_posix(): path.read_bytes()
            for path in self.output.rglob("*")
            if path.is_file() and FOLDER not in path.parts
        }

    def lines(self, key: str) -> dict[str, Any]:
        """A member of the lines printed so far, by file name."""
        lines = map(json.loads, self.printed.getvalue().splitlines())
        return {line["file"].rpartition("/")[2]: line[key] for line in lines if key in line}


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    """A watch whose output folder lies in the watched one."""
    bench = Bench(tmp_path / "in", tmp_path / "in" / "out")
    yield bench
    bench.ledger.close()


def restarted(bench: Bench, mode: str = "metadata", **options: Any) -> Bench:
    bench.ledger.close()
    again = Bench(bench.folder, bench.output, mode, **options)
    bench.ledger = again.ledger  # the fixture closes it
    return again


def test_what_is_there_and_what_arrives_is_cleaned_in_its_subfolder(bench: Bench) -> None:
    (bench.folder / "a.jpg").write_bytes(photo())
    bench.settle()
    (bench.folder / "deep" / "er").mkdir(parents=True)
    (bench.folder / "deep" / "er" / "no-suffix").write_bytes(photo())
    bench.settle()

    assert bench.results() == {"a.jpg": clean(), "deep/er/no-suffix": clean()}
    assert bench.lines("output")["a.jpg"] == str(bench.output / "a.jpg")


def test_results_are_not_cleaned_again(bench: Bench) -> None:
    (bench.folder / "a.jpg").write_bytes(photo())
    for _ in range(3):
        bench.settle()

    assert bench.results() == {"a.jpg": clean()}
    assert len(bench.printed.getvalue().splitlines()) == 1


def test_a_file_that_grows_rests_anew_after_each_write(bench: Bench) -> None:
    path = bench.folder / "a.jpg"
    for end in range(50, len(photo()) + 50, 50):
        path.write_bytes(photo()[:end])
        bench.turn(path, after=SETTLE * 0.9)
        assert bench.results() == {}
    bench.settle()

    assert bench.results() == {"a.jpg": clean()}


def test_a_file_that_a_program_holds_open_is_not_touched(bench: Bench) -> None:
    path = bench.folder / "a.jpg"
    with path.open("wb") as file:
        file.write(photo())
        file.flush()
        if not is_being_written(path):
            pytest.skip("this system does not tell who writes")
        bench.settle()
        bench.turn(after=1000)
        assert bench.results() == {}
    bench.turn()

    assert bench.results() == {"a.jpg": clean()}


@cache
def whole(form: str) -> bytes:
    file = io.BytesIO()
    Image.effect_noise((48, 48), 60).convert("RGB").save(file, form)
    return file.getvalue()


@pytest.mark.parametrize("part", [0, 0.02, 0.99])
@pytest.mark.parametrize("form", ["JPEG", "PNG", "GIF", "WEBP", "AVIF"])
def test_a_file_that_ends_before_its_image_does_is_waited_for(
    form: str, part: float, bench: Bench
) -> None:
    path, data = bench.folder / "a.jpg", whole(form)
    path.write_bytes(data[: int(part * len(data))])
    bench.settle()
    bench.turn(after=SETTLE * (PATIENCE - 2))
    assert bench.results() == {}
    assert bench.printed.getvalue() == ""

    path.write_bytes(data)
    bench.settle()

    assert bench.results() == {"a.jpg": expunge.run("metadata", data).image}


def test_a_file_that_stays_broken_fails_once_and_holds_nothing_up(bench: Bench) -> None:
    (bench.folder / "a.png").write_bytes(whole("WEBP")[:200])
    (bench.folder / "b.jpg").write_bytes(photo())
    bench.settle()
    for _ in range(3):
        bench.turn(after=SETTLE * PATIENCE)

    assert bench.results() == {"b.jpg": clean()}
    assert list(bench.lines("error")) == ["a.png"]
    assert len(bench.printed.getvalue().splitlines()) == 2
    (bench.folder / "a.png").write_bytes(photo())
    bench.settle()
    assert bench.results()["a.png"] == clean()


def test_files_and_folders_that_are_moved_in_are_cleaned(bench: Bench, tmp_path: Path) -> None:
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside" / "a.jpg").write_bytes(photo())
    (tmp_path / "b.jpg").write_bytes(photo())
    (tmp_path / "outside").rename(bench.folder / "moved")
    (tmp_path / "b.jpg").rename(bench.folder / "b.jpg")
    bench.watch._next_scan = float("inf")
    bench.watch.turn([bench.folder / "moved", bench.folder / "b.jpg"])
    bench.now += SETTLE
    bench.watch.turn(())

    assert bench.results() == {"moved/a.jpg": clean(), "b.jpg": clean()}


def test_a_temporary_name_is_taken_when_it_is_renamed(bench: Bench) -> None:
    (bench.folder / "a.jpg.part").write_bytes(photo())
    (bench.folder / ".b.jpg.x7Yz").write_bytes(photo())
    (bench.folder / ".trash").mkdir()
    (bench.folder / ".trash" / "c.jpg").write_bytes(photo())
    bench.settle()
    assert bench.results() == {}
    assert set(bench.lines("left_out")) == {"a.jpg.part", ".b.jpg.x7Yz", "c.jpg"}

    (bench.folder / "a.jpg.part").rename(bench.folder / "a.jpg")
    (bench.folder / ".b.jpg.x7Yz").rename(bench.folder / "b.jpg")
    bench.settle()

    assert bench.results() == {"a.jpg": clean(), "b.jpg": clean()}


def test_symbolic_links_and_other_files_are_named_once(bench: Bench, tmp_path: Path) -> None:
    (tmp_path / "secret.jpg").write_bytes(photo())
    (tmp_path / "secrets").mkdir()
    (tmp_path / "secrets" / "b.jpg").write_bytes(photo())
    (bench.folder / "link.jpg").symlink_to(tmp_path / "secret.jpg")
    (bench.folder / "folder").symlink_to(tmp_path / "secrets")
    (bench.folder / "nothing").symlink_to("missing")
    (bench.folder / "notes.txt").write_text("Buy milk")
    os.mkfifo(bench.folder / "pipe")
    for _ in range(3):
        bench.settle()

    assert bench.results() == {}
    reasons = bench.lines("left_out")
    assert {reasons[name] for name in ("link.jpg", "folder", "nothing")} == {"a symbolic link"}
    assert reasons["notes.txt"] == "This is text."
    assert reasons["pipe"] == "not a regular file"
    assert len(bench.printed.getvalue().splitlines()) == 5


@pytest.mark.parametrize("gone_first", [False, True])
def test_a_file_that_is_written_again_replaces_its_result(gone_first: bool, bench: Bench) -> None:
    path = bench.folder / "a.jpg"
    path.write_bytes(photo())
    bench.settle()
    if gone_first:
        path.unlink()
        bench.turn(path)
        assert bench.results() == {"a.jpg": clean()}
    path.write_bytes(whole("JPEG"))
    bench.settle()

    assert bench.results() == {"a.jpg": expunge.run("metadata", whole("JPEG")).image}


def test_a_file_of_somebody_else_is_not_overwritten(bench: Bench) -> None:
    (bench.output / "a.jpg").write_bytes(b"mine")
    for name in ("a.jpg", "b.jpg"):
        (bench.folder / name).write_bytes(photo())
    bench.settle()

    assert bench.results() == {"a.jpg": b"mine", "b.jpg": clean()}
    assert "was not made from this folder" in bench.lines("error")["a.jpg"]["detail"]


def test_a_restart_cleans_only_what_arrived_in_between(bench: Bench) -> None:
    for name in ("a.jpg", "b.jpg"):
        (bench.folder / name).write_bytes(photo())
    bench.settle()
    (bench.output / "a.jpg").unlink()  # somebody has taken it
    (bench.folder / "c.jpg").write_bytes(photo())
    again = restarted(bench)
    again.settle()

    assert again.results() == {"b.jpg": clean(), "c.jpg": clean()}
    assert list(again.lines("output")) == ["c.jpg"]


def test_another_recipe_cleans_everything_anew(bench: Bench) -> None:
    (bench.folder / "a.jpg").write_bytes(photo())
    bench.settle()
    again = restarted(bench, keep="comments")
    again.settle()

    assert again.results() == {"a.jpg": photo()}


@pytest.mark.parametrize("moment", ["write_new", "finish"])
def test_a_crash_around_the_write_is_made_good_by_the_next_run(
    moment: str, bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    def crash(*_: object, **__: object) -> None:
        (bench.ledger.scratch / ".expunge-left").write_bytes(b"half")
        raise KeyboardInterrupt

    (bench.folder / "a.jpg").write_bytes(photo())
    with monkeypatch.context() as patch:
        patch.setattr(cleaning if moment == "write_new" else Ledger, moment, crash)
        bench.turn()
        with pytest.raises(KeyboardInterrupt):
            bench.turn(after=SETTLE)
    again = restarted(bench)
    again.settle()

    assert again.results() == {"a.jpg": clean()}
    assert again.lines("error") == {}
    assert not (again.ledger.scratch / ".expunge-left").exists()


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EIO])
def test_a_full_output_disk_is_waited_out(
    number: int, bench: Bench, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(following, "RETRY_SECONDS", 0.0)
    for name in ("a.jpg", "b.jpg"):
        (bench.folder / name).write_bytes(photo())
    with monkeypatch.context() as patch:
        patch.setattr(cleaning, "write_new", full)
        bench.settle()
        bench.turn()
    assert bench.results() == {}
    assert bench.printed.getvalue() == ""
    assert os.strerror(number) in capsys.readouterr().err
    bench.turn()

    assert bench.results() == {"a.jpg": clean(), "b.jpg": clean()}


def test_an_output_folder_that_goes_away_is_not_made_anew(tmp_path: Path) -> None:
    bench = Bench(tmp_path / "in", tmp_path / "mount")
    (bench.folder / "a.jpg").write_bytes(photo())
    shutil.move(bench.output, tmp_path / "unmounted")
    bench.settle()
    bench.ledger.close()

    assert not bench.output.exists()
    assert bench.lines("error") == {}


def test_one_watch_at_a_time_writes_to_a_folder(bench: Bench) -> None:
    second = run("watch", bench.folder, "-o", bench.output)

    assert second.exit_code == 1
    assert "another «expunge watch» writes to" in second.stderr


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("IN", "-o", "IN"), "must not be FOLDER"),
        (("IN/deep", "-o", "IN"), "or contain it"),
        (("IN",), "--output"),
        (("MISSING", "-o", "OUT"), "does not exist"),
        (("IN", "-o", "OUT", "--mode", "detect"), "--mode"),
        (("IN", "-o", "OUT", "--keep", "hats"), "--keep"),
        (("IN", "-o", "OUT", "--mode=mask", "--keep", "gps"), "--keep"),
    ],
)
def test_what_cannot_be_watched_is_a_usage_error(
    arguments: tuple[str, ...], said: str, tmp_path: Path
) -> None:
    (tmp_path / "IN" / "deep").mkdir(parents=True)
    places = [tmp_path / word if word.isupper() or "/" in word else word for word in arguments]

    done = run("watch", *places)

    assert done.exit_code == 2
    assert said in done.stderr


def test_the_help_has_the_options_of_the_mode() -> None:
    assert "--keep" in run("watch", "--help").stdout
    assert "--method" in run("watch", "--mode", "mask", "--help").stdout
