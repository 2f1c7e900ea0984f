"""Clean one file that has arrived in a watched folder."""

from __future__ import annotations

import errno
import os
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from expunge.cli.destination import RECEIPT, FileTask, in_format, write_new, write_receipt
from expunge.cli.inputs import opened
from expunge.cli.lines import Lines, Refused, printable
from expunge.cli.watch.arrivals import Version
from expunge.cli.watch.ledger import Ledger
from expunge.cli.watch.stopping import Stop
from expunge.cli.work import Work
from expunge.errors import MalformedImage, UnsupportedMediaType

if TYPE_CHECKING:
    from collections.abc import Callable

    from expunge.imaging.containers.block import Layout
    from expunge.imaging.data import FileData
    from expunge.operations.outcome import Outcome

DISK_ERRORS = {errno.ENOSPC, errno.EDQUOT, errno.EIO, errno.EROFS, errno.ENOENT, errno.ESTALE}
"""Of the output folder: every file would meet them."""
TEMPORARY = (".part", ".partial", ".crdownload", ".download", ".filepart", ".opdownload", ".tmp")
"""Endings under which programs write files that they rename when they are whole."""
_ENDS = {"image/jpeg": "EOI", "image/png": "IEND", "image/gif": "end"}
"""Names of the blocks that end an image. Other formats state their length."""


class OutputFails(Exception):
    """The output disk is full or failing."""


@dataclass(frozen=True, slots=True)
class Cleaner:
    """Cleans files of one folder into another; both paths are resolved."""

    folder: Path
    output: Path
    work: Work
    lines: Lines
    ledger: Ledger
    stop: Stop
    keep_time: bool

    def clean(
        self, path: Path, relative: Path, version: Version, may_rest: Callable[[], bool]
    ) -> bool:
        """Clean a file and print its line; ``False`` if it is still arriving.

        Parameters
        ----------
        version
            The version that has rested.
        may_rest
            Called if the file seems incomplete: whether it may rest longer.

        Raises
        ------
        OutputFails
            If the result cannot be written now; nothing was.
        """
        with opened(path, self.work.limits) as data:
            return self._clean(data, path, relative, version, may_rest)

    def _clean(
        self,
        data: bytes | FileData,
        path: Path,
        relative: Path,
        version: Version,
        may_rest: Callable[[], bool],
    ) -> bool:
        times = path.stat()
        if Version.of(path) != version:
            return False
        try:
            source = self.work.source(data)
        except (MalformedImage, UnsupportedMediaType):
            if may_rest():
                return False
            raise
        if ends_early(source.layout) and may_rest():
            return False
        outcome = self.work.outcome(source)
        with outcome.file or nullcontext():
            return self._deliver(outcome, source.media_type, path, relative, version, times)

    def _deliver(
        self,
        outcome: Outcome,
        media_type: str,
        path: Path,
        relative: Path,
        version: Version,
        times: os.stat_result,
    ) -> bool:
        if Version.of(path) != version:
            return False
        task = FileTask(path, self.output / relative, (times.st_atime_ns, times.st_mtime_ns))
        task = in_format(task, self.work.options, outcome.media_type, media_type)
        assert task.target is not None
        with self.stop.held():
            self._write(task, task.target, relative, outcome, version)
            self.lines.done(str(path), outcome, str(task.target))
        return True

    def _write(
        self, task: FileTask, target: Path, relative: Path, outcome: Outcome, version: Version
    ) -> None:
        below = target.relative_to(self.output)
        try:
            self._check(target, below, relative)
            self.ledger.begin(relative, below)
            write_new(
                task, target, outcome.parts(), keep_time=self.keep_time, scratch=self.ledger.scratch
            )
            if receipt := outcome.report.get("receipt"):
                write_receipt(target.with_name(target.name + RECEIPT), receipt)
            self.ledger.finish(relative, below, version)
        except OSError as error:
            if error.errno in DISK_ERRORS:
                raise OutputFails(error.strerror or str(error)) from error
            raise

    def _check(self, target: Path, below: Path, relative: Path) -> None:
        """Raise an error if the result would replace a file that is not an earlier one."""
        if not self.ledger.scratch.is_dir():
            raise FileNotFoundError(errno.ENOENT, "the output folder is gone")
        maker = self.ledger.source_of(below)
        if maker is None and os.path.lexists(target):
            raise Refused(f"{printable(target)} exists and was not made from this folder")
        if maker not in (None, relative) and (self.folder / maker).exists():
            raise Refused(f"{printable(target)} is already another file's result")


def ends_early(layout: Layout) -> bool:
    """Whether a file seems to end before its image does."""
    end = _ENDS.get(layout.media_type)
    return end is not None and all(block.name != end for block in layout.blocks)


def why_not_watched(path: Path, relative: Path) -> str | None:
    """Why a watch leaves a file out that a folder run would take."""
    if path.is_symlink():
        return "a symbolic link"
    hidden = any(part.startswith(".") for part in relative.parts)
    if hidden or path.suffix.lower() in TEMPORARY:
        return "a hidden or temporary name; it is taken when it is renamed"
    return None
