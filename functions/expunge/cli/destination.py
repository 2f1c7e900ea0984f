"""Where the results of a command go: beside the files, over them, to a folder or to a pipe."""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from expunge.cli.inputs import SUFFIXES, LeftOut, walk, why_left_out
from expunge.cli.lines import Refused, printable
from expunge.cli.overwriting import overwrite, write_beside
from expunge.cli.pipes import STANDARD, write_output
from expunge.imaging.media_types import EXTENSIONS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from expunge.operations.options.base import ModeOptions

RECEIPT = ".receipt.jws"
"""Ending of a receipt's file name, after the whole name of the result."""
RESULT = "-clean"
"""Suffix of a result's file name, before the extension."""


@dataclass(frozen=True, slots=True)
class FileTask:
    """One file to read, and where its result goes."""

    source: Path | None
    """``None`` for standard input."""
    target: Path | None
    """``None`` for standard output."""
    times: tuple[int, int] | None = None
    """Access and modification time of the source, in nanoseconds, before it was read."""

    @property
    def name(self) -> str:
        return STANDARD if self.source is None else str(self.source)

    @property
    def stem(self) -> str:
        return "stdin" if self.source is None else self.source.stem


@dataclass(frozen=True, slots=True)
class Destination:
    """Where results go, from the flags of the same names."""

    output: str | None = None
    in_place: bool = False
    force: bool = False
    keep_time: bool = False
    receipt_file: Path | None = None
    _written: set[Path] = field(default_factory=set)
    _names: dict[tuple[int, int], list[Path]] = field(default_factory=dict)
    """Paths by device and inode, of the files that are replaced."""

    def plan(self, inputs: Iterable[str]) -> Iterator[FileTask | LeftOut]:
        """Yield a task for each file and for each image in the folders, in order."""
        inputs = list(inputs)
        one_file = len(inputs) == 1 and not Path(inputs[0]).is_dir()
        for given in inputs:
            path = Path(given)
            if given == STANDARD:
                yield FileTask(None, self._named(path, path, one_file))
            elif path.is_dir():
                for found in walk(path, self._is_output):
                    yield self._in_folder(found, path) if isinstance(found, Path) else found
            else:
                yield self._task(path, Path(path.name), one_file=one_file)

    def _in_folder(self, path: Path, folder: Path) -> FileTask | LeftOut:
        times = _times(path)
        reason = self._why_result(path) or why_left_out(path)
        if reason:
            return LeftOut(path, reason)
        return self._task(path, path.relative_to(folder), times=times)

    def _task(
        self,
        path: Path,
        relative: Path,
        *,
        one_file: bool = False,
        times: tuple[int, int] | None = None,
    ) -> FileTask | LeftOut:
        if self.in_place:
            names = self._names.setdefault(_identity(path), [])
            names.append(path.resolve())
            if len(names) > 1:
                return LeftOut(path, f"another name of {names[0]}, which has its turn")
        return FileTask(path, self._named(path, relative, one_file), times or _times(path))

    def _why_result(self, path: Path) -> str | None:
        """Why a file beside its source is no input: an earlier run made it."""
        if self.output is not None or self.in_place or not path.stem.endswith(RESULT):
            return None
        source = path.stem.removesuffix(RESULT)
        if not source:
            return None
        endings = {path.suffix, *SUFFIXES, *(suffix.upper() for suffix in SUFFIXES)}
        if any(path.with_name(source + suffix).exists() for suffix in endings):
            return "the result of an earlier run"
        return None

    def _is_output(self, folder: Path) -> bool:
        return self.output is not None and folder.resolve() == Path(self.output).resolve()

    def _named(self, source: Path, relative: Path, one_file: bool) -> Path | None:
        if self.output == STANDARD:
            return None
        if self.in_place:
            return source.resolve()  # follow a symbolic link to the file
        if self.output is None:
            return source.with_name(f"{source.stem}{RESULT}{source.suffix}")
        output = Path(self.output)
        if one_file and not output.is_dir() and not self.output.endswith("/"):
            return output
        return output / relative

    def names(self, task: FileTask) -> bool:
        """Whether ``--output`` is the very path of the result."""
        return self.output is not None and task.target in (None, Path(self.output))

    def receipt_path(self, task: FileTask) -> Path | None:
        """Where a receipt goes: beside the result, unless the command line names a file.

        Raises
        ------
        Refused
            If the file exists and may not be replaced.
        """
        path = self.receipt_file
        if path is None and task.target is not None:
            path = task.target.with_name(task.target.name + RECEIPT)
        if path is not None and path.exists() and not (self.force or self.in_place):
            raise Refused(f"{printable(path)} exists; use --force to overwrite it")
        return path

    def write(self, task: FileTask, parts: Iterable[bytes]) -> None:
        """Write the whole result or nothing.

        Raises
        ------
        Refused
            If the target exists and ``--force`` is not given, or is the result of another file.
        """
        if task.target is None:
            write_output(parts)
            return
        self.check(task)
        self._written.add(task.target)
        if self.in_place or (task.source and _is_same(task.source, task.target)):
            names = self._names.get(_identity(task.target), ())
            overwrite(task.target, parts, names, times=task.times if self.keep_time else None)
        else:
            write_new(task, task.target, parts, keep_time=self.keep_time)

    def check(self, task: FileTask) -> None:
        """Raise `Refused` if the result may not have its name."""
        target = task.target
        if target is None:
            return
        if target in self._written:
            raise Refused(f"{printable(target)} is already another file's result")
        if target.exists() and not (self.force or self.in_place):
            raise Refused(f"{printable(target)} exists; use --force to overwrite it")
        if target.exists() and not target.is_file():
            raise Refused(f"{printable(target)} is not a regular file and cannot be replaced")


def in_format(task: FileTask, options: ModeOptions, made: str, given: str) -> FileTask:
    """The task with a target that is named for the media type of the result.

    The name stays if that is the type of the source, and the options ask for none.
    """
    suffix = f".{EXTENSIONS[made]}"
    if task.target is None or not (getattr(options, "format", None) or made != given):
        return task
    return replace(task, target=task.target.with_suffix(suffix))


def write_receipt(path: Path, receipt: str) -> None:
    """Write a receipt, whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    whole = write_beside(path, [receipt.encode() + b"\n"], flush=path.exists())
    whole.chmod(0o666 & ~_umask())
    whole.replace(path)


def write_new(
    task: FileTask,
    target: Path,
    parts: Iterable[bytes],
    *,
    keep_time: bool = False,
    scratch: Path | None = None,
) -> None:
    """Write a result with the mode of its source; ``scratch`` is a folder for the unfinished file.

    A result that replaces another file is flushed to the disk first.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    whole = write_beside(target, parts, flush=target.exists(), folder=scratch)
    try:
        if task.source is None:
            whole.chmod(0o666 & ~_umask())
        else:
            shutil.copymode(task.source, whole)
        if keep_time and task.times is not None:
            os.utime(whole, ns=task.times)
        whole.replace(target)
    except BaseException:
        whole.unlink(missing_ok=True)
        raise


def _times(path: Path) -> tuple[int, int] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_atime_ns, found.st_mtime_ns


def _identity(path: Path) -> tuple[int, int]:
    try:
        found = path.stat()
    except OSError:
        return -1, hash(path)
    return found.st_dev, found.st_ino


def _is_same(source: Path, target: Path) -> bool:
    return target.exists() and source.exists() and source.samefile(target)


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
