"""``expunge watch`` as a process: signals, kills, and a folder that goes away."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

from tests.unit.cli.command import PATIENCE, clean, photo, wait_until

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@contextmanager
def watching(folder: Path, output: Path) -> Iterator[subprocess.Popen[str]]:
    """A watch that has begun; at the end it is killed, if it still runs."""
    folder.mkdir(exist_ok=True)
    with subprocess.Popen(
        [
            *(sys.executable, "-m", "expunge", "watch", str(folder), "-o", str(output)),
            *("--settle", "0.1"),
        ],
        env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stderr is not None
        assert process.stderr.readline().startswith("Watching")
        try:
            yield process
        finally:
            process.kill()


def content(path: Path) -> bytes:
    return path.read_bytes() if path.exists() else b""


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_stops_it_cleanly(number: int, tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "old.jpg").write_bytes(photo())
    with watching(tmp_path / "in", tmp_path / "in" / "out") as process:
        wait_until(lambda: content(tmp_path / "in" / "out" / "old.jpg") == clean())
        (tmp_path / "in" / "new.jpg").write_bytes(photo())
        wait_until(lambda: content(tmp_path / "in" / "out" / "new.jpg") == clean())
        process.send_signal(number)
        lines, errors = process.communicate(timeout=PATIENCE)

    assert process.returncode == 0, errors
    assert errors == "Stopped\n"
    assert [line.rpartition("/")[2] for line in lines.splitlines()] == ["old.jpg", "new.jpg"]


def test_a_killed_watch_goes_on_after_a_restart(tmp_path: Path) -> None:
    folder, output = tmp_path / "in", tmp_path / "out"
    folder.mkdir()
    for number in range(12):
        (folder / f"{number}.jpg").write_bytes(photo())
    with watching(folder, output) as process:
        wait_until(lambda: len(list(output.glob("*.jpg"))) > 2)
        process.kill()
    assert all(path.read_bytes() == clean() for path in output.glob("*.jpg"))

    with watching(folder, output) as process:
        wait_until(lambda: len(list(output.glob("*.jpg"))) == 12)
        process.terminate()
        lines, errors = process.communicate(timeout=PATIENCE)

    assert all(path.read_bytes() == clean() for path in output.glob("*.jpg"))
    assert "failed" not in lines
    assert errors == "Stopped\n"


def test_a_folder_that_goes_away_is_waited_for(tmp_path: Path) -> None:
    folder, output = tmp_path / "in", tmp_path / "out"
    with watching(folder, output) as process:
        assert process.stderr is not None
        folder.rmdir()
        assert "waiting for it" in process.stderr.readline()
        folder.mkdir()
        (folder / "a.jpg").write_bytes(photo())
        wait_until(lambda: content(output / "a.jpg") == clean())


def test_a_watch_ends_where_nobody_reads_what_it_prints(tmp_path: Path) -> None:
    with watching(tmp_path / "in", tmp_path / "out") as process:
        assert process.stdout is not None
        process.stdout.close()
        (tmp_path / "in" / "a.jpg").write_bytes(photo())
        process.wait(timeout=PATIENCE)
        assert process.stderr is not None
        errors = process.stderr.read()

    assert process.returncode == 1
    assert errors == ""
    assert content(tmp_path / "out" / "a.jpg") == clean()
