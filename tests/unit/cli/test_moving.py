"""Moving pictures on the command line: work that takes long, and results of another type."""

from __future__ import annotations

import signal
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from expunge.cli.batch import Batch
from expunge.cli.destination import Destination
from expunge.cli.work import Work
from expunge.operations import MODES
from tests.unit.cli.command import photo, run
from tests.unit.moving.clips import clip, transparent

if TYPE_CHECKING:
    from expunge.imaging.progress import Progress
    from expunge.imaging.source import Source

CORNER = ("--regions", "0,0,8,8")
"""Hides without a search for faces."""


def written(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


@pytest.mark.parametrize(
    ("name", "options", "result"),
    [
        ("film.mkv", (), "film-clean.mp4"),
        ("film.mov", (), "film-clean.mp4"),
        ("film.webm", (), "film-clean.webm"),
        ("film.MP4", (), "film-clean.MP4"),
        ("film.webm", ("--codec", "h264"), "film-clean.mp4"),
    ],
)
def test_a_result_has_the_extension_of_its_type(
    name: str, options: tuple[str, ...], result: str, tmp_path: Path
) -> None:
    extension = name.rpartition(".")[2].lower()
    (tmp_path / name).write_bytes(clip(extension, 2, sound=False))
    assert run("mask", tmp_path / name, *CORNER, *options).exit_code == 0
    assert written(tmp_path) == sorted({name, result})


def test_what_writing_changed_is_told(tmp_path: Path) -> None:
    (tmp_path / "film.mov").write_bytes(clip("mov", 2))
    answer = run("mask", tmp_path / "film.mov", *CORNER)
    assert "the audio was re-encoded from pcm_s16le to Opus" in answer.output


def test_a_result_that_is_named_keeps_its_name(tmp_path: Path) -> None:
    (tmp_path / "film.mkv").write_bytes(clip("mkv", 2, sound=False))
    named = tmp_path / "other.mkv"
    assert run("mask", tmp_path / "film.mkv", *CORNER, "-o", named).exit_code == 0
    assert named.exists()


@pytest.mark.parametrize(("name", "taken"), [("a.gif", "a-clean.gif"), ("a.mkv", "a-clean.mp4")])
def test_a_name_that_is_taken_is_refused_before_the_work(
    name: str, taken: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    film = tmp_path / name
    film.write_bytes(transparent("GIF") if name == "a.gif" else clip("mkv", 2, sound=False))
    (tmp_path / taken).write_bytes(b"precious")
    monkeypatch.setattr(Work, "outcome", lambda *_: pytest.fail("the work began"))
    answer = run("mask", film, *CORNER)
    assert answer.exit_code == 1
    assert f"{taken} exists; use --force" in answer.output


@pytest.mark.parametrize(
    ("name", "options", "kept"),
    [
        ("film.mkv", (), False),
        ("film.mov", (), False),
        ("film.webm", ("--codec", "h264"), False),
        ("film.webm", (), True),
        ("film.mp4", (), True),
    ],
)
def test_in_place_puts_no_other_type_into_a_file(
    name: str, options: tuple[str, ...], tmp_path: Path, *, kept: bool
) -> None:
    film = tmp_path / name
    film.write_bytes(before := clip(name.rpartition(".")[2], 2, sound=False))
    answer = run("mask", film, *CORNER, *options, "--in-place")
    assert answer.exit_code == (0 if kept else 1)
    assert (film.read_bytes() != before) is kept
    if not kept:
        assert "the result is .mp4; --in-place keeps the name" in answer.output
    assert written(tmp_path) == [name]


def test_a_file_that_an_option_does_not_fit_stops_no_other(tmp_path: Path) -> None:
    for number in range(2):
        (tmp_path / f"{number}.gif").write_bytes(transparent("GIF"))
    (tmp_path / "2.jpg").write_bytes(photo())
    answer = run("mask", tmp_path, *CORNER, "--format", "png")
    assert answer.exit_code == 1
    assert answer.output.count("failed: --format: is for still images") == 2
    assert (tmp_path / "2-clean.png").exists()


class Endless:
    """Work that is interrupted from outside as it begins, and ends only where it is stopped."""

    def __init__(self) -> None:
        self.stopped = threading.Event()

    def __call__(self, source: Source, progress: Progress) -> None:
        signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGINT)
        try:
            for _ in range(3_000):
                progress(0.5)
                time.sleep(0.01)
        except KeyboardInterrupt:
            self.stopped.set()
            raise


def test_an_interrupt_stops_the_work_and_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    film = tmp_path / "film.gif"
    film.write_bytes(transparent("GIF"))
    endless = Endless()
    monkeypatch.setattr(Work, "outcome", staticmethod(endless))
    mode: Any = MODES["mask"]
    batch = Batch(Work.of(mode, mode.options({})), Destination())
    before = signal.signal(signal.SIGINT, signal.default_int_handler)  # test workers ignore it
    try:
        with pytest.raises(KeyboardInterrupt):
            batch.run([str(film)])
    finally:
        signal.signal(signal.SIGINT, before)
    # An interrupt while the pool starts its thread leaves a thread that the pool does not join.
    assert endless.stopped.wait(5)
    assert written(tmp_path) == ["film.gif"]
