"""``--in-place`` changes the content of a file and nothing else, whatever interrupts it."""

from __future__ import annotations

import os
import signal
import stat
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from expunge.cli import overwriting
from expunge.cli.inputs import UNFINISHED
from tests.unit.cli.command import clean, photo, run, wait_until

if TYPE_CHECKING:
    from pathlib import Path

OLD_TIMES = (1_000_000_000_123_456_789, 1_100_000_000_987_654_321)
"""Access and modification, nanoseconds."""
needs_attributes = pytest.mark.skipif(
    not hasattr(os, "setxattr"), reason="Python reads extended attributes on Linux only"
)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "here" / "photo.jpg"
    path.parent.mkdir()
    path.write_bytes(photo())
    return path


def leftovers(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir() if path.name.startswith(UNFINISHED)]


def tag(path: Path, name: str = "user.rating") -> None:
    try:
        os.setxattr(path, name, b"five stars")
    except OSError:
        pytest.skip("this file system has no extended attributes")


@pytest.mark.parametrize("mode", [0o600, 0o640, 0o444, 0o777])
def test_the_mode_stays(mode: int, file: Path) -> None:
    file.chmod(mode)

    assert run("metadata", "--in-place", file).exit_code == 0

    assert stat.S_IMODE(file.stat().st_mode) == mode
    assert file.read_bytes() == clean()
    assert leftovers(file.parent) == []


@pytest.mark.skipif(os.geteuid() != 0, reason="only root gives files away")
def test_owner_and_group_stay(file: Path) -> None:
    os.chown(file, 4321, 1234)
    file.chmod(0o4755)

    run("metadata", "--in-place", file)

    found = file.stat()
    assert (found.st_uid, found.st_gid, stat.S_IMODE(found.st_mode)) == (4321, 1234, 0o4755)
    assert file.read_bytes() == clean()


@needs_attributes
def test_extended_attributes_stay(file: Path) -> None:
    tag(file)

    run("metadata", "--in-place", file)

    assert os.getxattr(file, "user.rating") == b"five stars"
    assert file.read_bytes() == clean()


@pytest.mark.parametrize("elsewhere", [False, True])
@pytest.mark.parametrize("count", [1, 3])
def test_hard_links_stay_one_file(count: int, elsewhere: bool, file: Path, tmp_path: Path) -> None:
    (tmp_path / "there").mkdir()
    folder = tmp_path / "there" if elsewhere else file.parent
    links = [folder / f"link-{number}.jpg" for number in range(count)]
    for link in links:
        link.hardlink_to(file)

    assert run("metadata", "--in-place", file).exit_code == 0

    assert file.stat().st_nlink == count + 1
    assert all(link.samefile(file) and link.read_bytes() == clean() for link in links)
    assert leftovers(file.parent) == []


def test_in_a_folder_run_each_file_has_one_turn(file: Path, tmp_path: Path) -> None:
    (tmp_path / "there").mkdir()
    link = tmp_path / "there" / "link.jpg"
    link.hardlink_to(file)
    (tmp_path / "symbolic.jpg").symlink_to(file)

    done = run("metadata", "--in-place", tmp_path, file)

    assert done.exit_code == 0, done.output
    assert "1 files: 1 cleaned" in done.stderr
    assert done.stdout.count("another name of") == 3
    assert link.samefile(file)
    assert (tmp_path / "symbolic.jpg").is_symlink()
    assert file.read_bytes() == clean()


@pytest.mark.parametrize("links", [0, 1])
def test_times_stay_with_keep_time_alone(links: int, file: Path, tmp_path: Path) -> None:
    if links:
        (tmp_path / "link.jpg").hardlink_to(file)
    os.utime(file, ns=OLD_TIMES)

    run("metadata", "--in-place", "--keep-time", file)
    kept = file.stat()
    file.write_bytes(photo())
    os.utime(file, ns=OLD_TIMES)
    run("metadata", "--in-place", file)

    assert (kept.st_atime_ns, kept.st_mtime_ns) == OLD_TIMES
    assert file.stat().st_mtime_ns > OLD_TIMES[1]


def test_keep_time_holds_for_results_elsewhere(file: Path, tmp_path: Path) -> None:
    os.utime(file, ns=OLD_TIMES)

    run("metadata", "--keep-time", file.parent, "-o", tmp_path / "out")

    found = (tmp_path / "out" / "photo.jpg").stat()
    assert (found.st_atime_ns, found.st_mtime_ns) == OLD_TIMES


def test_a_source_that_is_its_own_output_is_replaced_alike(file: Path, tmp_path: Path) -> None:
    (tmp_path / "link.jpg").hardlink_to(file)

    assert run("metadata", file, "-o", file, "--force").exit_code == 0

    assert (tmp_path / "link.jpg").read_bytes() == clean()


def test_a_file_whose_owner_cannot_be_kept_is_overwritten(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = file.stat().st_ino
    monkeypatch.setattr(overwriting, "_take_attributes", lambda *_: False)

    assert run("metadata", "--in-place", file).exit_code == 0

    assert file.stat().st_ino == before
    assert file.read_bytes() == clean()
    assert leftovers(file.parent) == []


def test_a_full_disk_changes_nothing(
    file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "link.jpg").hardlink_to(file)

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)

    done = run("metadata", "--in-place", file)

    assert done.exit_code == 1
    assert "No space left on device" in done.stdout
    assert file.read_bytes() == photo()
    assert leftovers(file.parent) == []


KILLED = """
import os, signal, sys
from pathlib import Path
from expunge.cli.overwriting import overwrite

def dying(real, moment):
    def call(*arguments, **named):
        dying.calls += 1
        if dying.calls == moment:
            os.kill(os.getpid(), signal.SIGKILL)
        return real(*arguments, **named)
    return call

def attempt(file, moment):
    dying.calls = 0
    for name in ("fsync", "link", "replace", "rename", "chmod", "utime", "close"):
        setattr(os, name, dying(getattr(os, name), moment))
    overwrite(file, [bytes(100_000)], times=(1, 1))

file, links = map(Path, sys.argv[1:])
for moment in range(1, 99):
    links.unlink(missing_ok=True)
    file.write_bytes(b"old")
    links.hardlink_to(file)
    if not (child := os.fork()):
        attempt(file, moment)
        os._exit(0)
    _, status = os.waitpid(child, 0)
    print(len(file.read_bytes()), len(links.read_bytes()))
    if os.WIFEXITED(status):
        sys.exit(os.WEXITSTATUS(status))
"""
"""Dies at each system call of an overwrite in turn, until one survives; prints two lengths."""


def python(code: str, *arguments: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", code, *map(str, arguments)],
        env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)},
        check=False,
        capture_output=True,
        text=True,
        timeout=120,
    )


def test_a_crash_at_any_moment_leaves_the_old_or_the_new_file(file: Path) -> None:
    done = python(KILLED, file, file.with_name("link.jpg"))

    lengths = [line.split() for line in done.stdout.splitlines()]
    assert done.returncode == 0, done.stderr
    assert len(lengths) > 5
    assert {one for pair in lengths for one in pair} == {"3", "100000"}
    assert lengths[-1] == ["100000", "100000"]


INTERRUPTED = """
import os, signal, subprocess, sys
from pathlib import Path
from expunge.cli.overwriting import overwrite

subprocess.Popen.wait = lambda *_: os.kill(os.getpid(), signal.SIGKILL)
overwrite(Path(sys.argv[1]), [bytes(100_000)])
"""
"""Is killed while its child overwrites the file."""


def test_an_overwrite_outlives_the_process_that_started_it(file: Path, tmp_path: Path) -> None:
    (tmp_path / "link.jpg").hardlink_to(file)

    done = python(INTERRUPTED, file)

    assert done.returncode == -signal.SIGKILL
    wait_until(lambda: leftovers(file.parent) == [])
    assert file.read_bytes() == (tmp_path / "link.jpg").read_bytes() == bytes(100_000)


def test_a_disk_that_fails_in_an_overwrite_leaves_the_whole_result(
    file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "link.jpg").hardlink_to(file)
    monkeypatch.setattr(overwriting, "_COPY", "raise SystemExit(1)")

    done = run("metadata", "--in-place", file)

    assert done.exit_code == 1
    (left,) = leftovers(file.parent)
    assert left in done.stdout
    assert (file.parent / left).read_bytes() == clean()


def test_an_overwrite_that_cannot_start_changes_nothing(
    file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "link.jpg").hardlink_to(file)
    monkeypatch.setattr(sys, "executable", "/nowhere/python")

    done = run("metadata", "--in-place", file)

    assert done.exit_code == 1
    assert file.read_bytes() == photo()
    assert leftovers(file.parent) == []
