"""Follow a folder, and clean what arrives in it, until the process is told to stop."""

from __future__ import annotations

import stat
import time
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from expunge.cli.inputs import LeftOut, walk, why_left_out
from expunge.cli.lines import printable
from expunge.cli.watch.arrivals import Version
from expunge.cli.watch.cleaning import OutputFails, why_not_watched

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from expunge.cli.watch.arrivals import Arrivals
    from expunge.cli.watch.cleaning import Cleaner

TICK_MS = 500
"""How long to wait for changes before looking at the clock."""
RESCAN_SECONDS = 30.0
"""How often the whole folder is looked through: not every file system tells of every change."""
SCAN_SHARE = 20
"""A look through a large folder takes at most one part in so many of the time."""
RETRY_SECONDS = 30.0
"""How long to wait when the output disk is full or fails."""


class FolderWatch:
    """Cleans each file of a folder and of its subfolders, once it has arrived."""

    def __init__(self, cleaner: Cleaner, arrivals: Arrivals) -> None:
        self._cleaner, self._arrivals = cleaner, arrivals
        self._folder, self._ledger = cleaner.folder, cleaner.ledger
        self._told: dict[Path, Version] = {}
        """Files that failed or were left out, as they were then."""
        self._next_scan = 0.0
        self._paused_until = 0.0
        self._complaint = ""

    def run(self) -> None:
        """Go on for ever; a folder that goes away is waited for."""
        told = ""
        while True:
            self._next_scan = 0.0
            try:
                inode = self._folder.stat().st_ino
                told = ""
                self._follow(inode)
            except BrokenPipeError:  # nobody reads what is printed
                raise
            except OSError as error:
                reason = f"{printable(self._folder)}: {error.strerror or error}; waiting for it"
                if reason != told:
                    click.echo(reason, err=True)
                told = reason
            time.sleep(TICK_MS / 1000)

    def _follow(self, inode: int) -> None:
        """Until the folder is gone or replaced by another."""
        for changed in self._changes():
            if self._folder.stat().st_ino != inode:
                return
            self.turn(changed)

    def _changes(self) -> Iterator[Iterable[Path]]:
        """Yield the paths that have changed, or none after a while."""
        from watchfiles import watch

        try:
            for changes in watch(
                self._folder,
                watch_filter=lambda _, path: not self._is_output(Path(path)),
                debounce=TICK_MS,
                rust_timeout=TICK_MS,
                yield_on_timeout=True,
                ignore_permission_denied=True,
            ):
                yield (Path(path) for _, path in changes)
        except (OSError, RuntimeError) as error:
            if not self._folder.is_dir():
                raise
            click.echo(f"{error}; looking every {RESCAN_SECONDS:g} s instead", err=True)
            while True:
                time.sleep(TICK_MS / 1000)
                yield ()

    def turn(self, changed: Iterable[Path]) -> None:
        """Note what has changed, and clean what has arrived."""
        for path in changed:
            self._note(path)
        now = time.monotonic()
        if now >= self._next_scan:
            self._scan(self._folder)
            took = time.monotonic() - now
            self._next_scan = now + took + max(RESCAN_SECONDS, SCAN_SHARE * took)
        if now < self._paused_until:
            return
        for path, version in self._arrivals.ready():
            try:
                self._take(path, version)
            except OutputFails as error:
                self._paused_until = time.monotonic() + RETRY_SECONDS
                self._complain(f"{error}; trying again every {RETRY_SECONDS:g} s")
                return
            self._complaint = ""

    def _complain(self, reason: str) -> None:
        if reason != self._complaint:
            click.echo(f"{printable(self._cleaner.output)}: {printable(reason)}", err=True)
        self._complaint = reason

    def _note(self, path: Path) -> None:
        if _is_folder(path):
            self._scan(path)
            return
        if Version.of(path) is None:
            self._told.pop(path, None)
            with suppress(OSError):  # known again after the next start
                self._ledger.forget(path.relative_to(self._folder))
        self._arrivals.note(path)

    def _scan(self, folder: Path) -> None:
        for found in walk(folder, self._is_output):
            path = found.path if isinstance(found, LeftOut) else found
            version = Version.of(path)
            if version is None or self._told.get(path) == version:
                continue
            if isinstance(found, LeftOut):
                if found.failed:
                    self._leave_out(path, version, found.reason)
            elif not self._ledger.is_done(path.relative_to(self._folder), version):
                self._arrivals.note(path)

    def _is_output(self, path: Path) -> bool:
        return path.is_relative_to(self._cleaner.output)

    def _take(self, path: Path, version: Version) -> None:
        """Clean one file, or say why not; it may turn out that it is still arriving."""
        relative = path.relative_to(self._folder)
        if self._told.get(path) == version or self._ledger.is_done(relative, version):
            self._arrivals.release(path)
            return
        reason = why_not_watched(path, relative) or why_left_out(path)
        if reason:
            self._arrivals.release(path)
            self._leave_out(path, version, reason)
            return
        may_rest = partial(self._arrivals.postpone, path)
        try:
            if self._cleaner.clean(path, relative, version, may_rest):
                self._arrivals.release(path)
        except (OutputFails, BrokenPipeError):
            raise
        except FileNotFoundError:
            self._arrivals.release(path)
        except Exception as error:  # noqa: BLE001 - one file's fault is no other's
            self._arrivals.release(path)
            self._told[path] = version
            self._cleaner.lines.failed(str(path), error)

    def _leave_out(self, path: Path, version: Version, reason: str) -> None:
        self._told[path] = version
        self._cleaner.lines.left_out(str(path), reason)


def _is_folder(path: Path) -> bool:
    try:
        return stat.S_ISDIR(path.lstat().st_mode)
    except OSError:
        return False
