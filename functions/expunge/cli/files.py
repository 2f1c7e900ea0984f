"""Run a mode on many files: a line for each, and a progress bar."""

from __future__ import annotations

import json
import os
import shutil
import sys
import tempfile
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

import click
from rich.console import Console, RenderableType
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.text import Text

import expunge
from expunge.cli.flags import usage_message
from expunge.errors import ExpungeError, ValidationFailed
from expunge.imaging.limits import LIMITS
from expunge.imaging.media_types import EXTENSIONS
from expunge.imaging.networks.threads import cpus
from expunge.operations import MODES
from expunge.operations.outcome import Outcome

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


SUFFIXES = {f".{extension}" for extension in EXTENSIONS.values()} | {".jpeg", ".avifs", ".hif"}


MAX_AT_ONCE = 4
"""Most files that are processed in parallel, one per CPU: a large one may take half a gigabyte of
memory. A stepwise mode uses every CPU and more memory, so it takes one file at a time."""
RESULT = "-clean"
"""Suffix of a result's file name, before the extension."""


PendingResult: TypeAlias = "Future[tuple[bytes, Outcome]]"
"""The input file's bytes and the outcome of its mode, or the error."""


class Refused(Exception):
    """A file was not read or not written; the message says why."""


@dataclass(frozen=True, slots=True)
class FileTask:
    """One file to read, and where its result goes."""

    source: Path
    target: Path


@dataclass(frozen=True, slots=True)
class Destination:
    """Where results go, from the flags ``--output``, ``--in-place`` and ``--force``."""

    output: str | None = None
    in_place: bool = False
    force: bool = False
    _written: set[Path] = field(default_factory=set)

    def tasks(self, paths: Iterable[Path]) -> Iterator[FileTask]:
        """Yield a task for each file and for each image in the folders, in order."""
        paths = list(paths)
        one_file = len(paths) == 1 and not paths[0].is_dir()
        for path in paths:
            if path.is_dir():
                for found in sorted(filter(self._is_wanted, path.rglob("*"))):
                    yield FileTask(found, self._target(found, found.relative_to(path), one_file))
            else:
                yield FileTask(path, self._target(path, Path(path.name), one_file))

    def _is_wanted(self, path: Path) -> bool:
        """Whether a file is an image, and not the result of an earlier run beside its source."""
        result = self.output is None and path.stem.endswith(RESULT)
        return path.suffix.lower() in SUFFIXES and path.is_file() and not result

    def _target(self, source: Path, relative: Path, one_file: bool) -> Path:
        if self.in_place:
            return source.resolve()  # follow a symbolic link to the file
        if self.output is None:
            return source.with_name(f"{source.stem}{RESULT}{source.suffix}")
        output = Path(self.output)
        if one_file and not output.is_dir() and not self.output.endswith("/"):
            return output
        return output / relative

    def write(self, task: FileTask, data: bytes) -> None:
        """Write the whole result or nothing.

        Raises
        ------
        Refused
            If the target exists and ``--force`` is not given, or is the result of another file.
        """
        if task.target in self._written:
            raise Refused(f"{task.target} is already another file's result")
        if task.target.exists() and not (self.force or self.in_place):
            raise Refused(f"{task.target} exists; use --force to overwrite it")
        if task.target.exists() and not task.target.is_file():
            raise Refused(f"{task.target} is not a regular file and cannot be replaced")
        self._written.add(task.target)
        task.target.parent.mkdir(parents=True, exist_ok=True)
        handle, partial = tempfile.mkstemp(dir=task.target.parent, prefix=".expunge-")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(data)
            shutil.copymode(task.source, partial)
            Path(partial).replace(task.target)
        except BaseException:
            Path(partial).unlink(missing_ok=True)
            raise


@dataclass(slots=True)
class Batch:
    """A run over many files: a line for each, a progress bar, and a summary at the end."""

    mode: str
    options: dict[str, Any]
    destination: Destination
    as_json: bool = False
    dry_run: bool = False
    describe: Callable[[Outcome, str | None], RenderableType] | None = None
    """Makes the text or table to print for a file; ``None`` prints one sentence."""
    write_preview: Callable[[FileTask, bytes, Outcome], None] | None = None
    """Writes a preview image for a file."""

    def run(self, paths: Iterable[Path]) -> int:
        """Process every file, and return the number that failed.

        Raises
        ------
        expunge.errors.ExtraMissing
            If the mode's libraries are not installed; raised once, not for each file.
        """
        _ = MODES[self.mode].operation
        tasks = list(self.destination.tasks(paths))
        if not tasks:
            click.echo("There are no images in the given folders.", err=True)
        at_terminal = sys.stdout.isatty()
        console = Console(stderr=not at_terminal)
        lines = console if at_terminal else Console(width=160)
        columns = (TextColumn(self.mode), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
        counts = {"changed": 0, "unchanged": 0, "failed": 0}
        short = len(tasks) < 2 and not MODES[self.mode].stepwise
        with Progress(*columns, console=console, transient=True, disable=short) as bar:
            advance = partial(bar.advance, bar.add_task("", total=len(tasks)))
            for task, result in self._results_ahead(tasks, advance):
                counts[self._finish(task, result, lines)] += 1
        if len(tasks) > 1 and not self.as_json:
            click.echo(self._summary(len(tasks), counts), err=True)
        return counts["failed"]

    def _summary(self, total: int, counts: dict[str, int]) -> str:
        done = (
            f"{total - counts['failed']} examined"
            if not MODES[self.mode].gives_image
            else f"{counts['changed']} {'to clean' if self.dry_run else 'cleaned'}, "
            f"{counts['unchanged']} with nothing to remove"
        )
        return f"{total} files: {done}, {counts['failed']} failed"

    def _results_ahead(
        self, tasks: Iterable[FileTask], advance: Callable[[float], None]
    ) -> Iterator[tuple[FileTask, PendingResult]]:
        """Yield each file with its result, in order; several run in parallel."""
        width = 1 if MODES[self.mode].stepwise else min(cpus(), MAX_AT_ONCE)
        pool = ThreadPoolExecutor(width)
        waiting: deque[tuple[FileTask, PendingResult]] = deque()
        try:
            for task in tasks:
                waiting.append((task, pool.submit(self._process, task, advance)))
                if len(waiting) == width:
                    yield waiting.popleft()
            yield from waiting
        finally:
            pool.shutdown(cancel_futures=True)

    def _process(self, task: FileTask, advance: Callable[[float], None]) -> tuple[bytes, Outcome]:
        progress = _FileProgress(advance)
        try:
            data = _read(task.source)
            return data, expunge.run(self.mode, data, progress=progress, **self.options)
        finally:
            progress(1)

    def _finish(self, task: FileTask, result: PendingResult, console: Console) -> str:
        """Write and print one result; returns the count it belongs to."""
        line: dict[str, Any] = {"file": _printable(task.source)}
        try:
            data, outcome = result.result()
            changed = bool(outcome.report.get("changed"))
            if self.write_preview is not None:
                self.write_preview(task, data, outcome)
            line["output"] = self._deliver(task, outcome, changed=changed)
            line |= {"report": outcome.report, "timings_ms": dict(outcome.timings_ms)}
            self._print(line, self._described(outcome, line["output"]), console)
        except ValidationFailed as error:
            raise click.UsageError(usage_message(error)) from None
        except (ExpungeError, Refused, OSError) as error:
            code = error.code if isinstance(error, ExpungeError) else "file_error"
            reason = error.strerror if isinstance(error, OSError) else str(error)
            line["error"] = {"code": code, "detail": reason}
            self._print(line, Text(f"failed: {reason}", style="red"), console)
            return "failed"
        return "changed" if changed else "unchanged"

    def _deliver(self, task: FileTask, outcome: Outcome, *, changed: bool) -> str | None:
        """Write the result, return its path; an unchanged file is copied only with ``--output``."""
        needless = not changed and self.destination.output is None
        if outcome.image is None or needless or self.dry_run:
            return None
        if "format" in self.options and self.destination.output is None:
            suffix = f".{EXTENSIONS[outcome.media_type]}"
            task = FileTask(task.source, task.target.with_suffix(suffix))
        self.destination.write(task, outcome.image)
        return str(task.target)

    def _described(self, outcome: Outcome, output: str | None) -> RenderableType:
        if self.describe is not None:
            return self.describe(outcome, output)
        return Text(_sentence(outcome, output))

    def _print(self, line: dict[str, Any], text: RenderableType, console: Console) -> None:
        """Print through the console of the progress bar, so that lines appear above the bar."""
        if self.as_json:
            console.print(Text(json.dumps(line)), soft_wrap=True)
        elif isinstance(text, Text):
            console.print(Text(f"{line['file']}: ").append_text(text), soft_wrap=True)
        else:
            console.print(Text(line["file"], style="bold"), soft_wrap=True)
            console.print(text)


class _FileProgress:
    """One file's share of the progress bar; takes the file's progress as a fraction."""

    def __init__(self, advance: Callable[[float], None]) -> None:
        self._advance = advance
        self._reached = 0.0

    def __call__(self, fraction: float) -> None:
        self._advance(fraction - self._reached)
        self._reached = fraction


def _read(path: Path) -> bytes:
    """Read a file, after a check that it is regular and not over the size limit."""
    if not path.is_file():
        raise Refused("is not a regular file")
    LIMITS.check_bytes(path.stat().st_size)
    return path.read_bytes()


def _printable(path: Path) -> str:
    """The name with control characters escaped."""
    return "".join(c if c.isprintable() else repr(c)[1:-1] for c in str(path))


def _sentence(outcome: Outcome, output: str | None) -> str:
    report = outcome.report
    if not report.get("changed"):
        return "nothing to remove"
    names = ", ".join(sorted({block["kind"] for block in report["removed"]}))
    amount = f"{report['removed_bytes']:,} bytes of {names}"
    return f"{amount} removed → {output}" if output else f"{amount} would be removed"
