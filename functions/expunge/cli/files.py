"""A mode on many files: a line for each, a bar while it lasts, nothing overwritten unasked."""

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
from expunge.cli.flags import refusal
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
"""Files that are worked on together, one for each CPU, since a large one may take half a gigabyte.
What takes long keeps every CPU busy, and takes more: one at a time."""
RESULT = "-clean"
"""What the name of a result adds to that of its file."""


Made: TypeAlias = "Future[tuple[bytes, Outcome]]"
"""A file's bytes and what its mode made of them; or why there is nothing."""


class Refused(Exception):
    """A file was left alone; the message says why."""


@dataclass(frozen=True, slots=True)
class FileTask:
    """One file to read, and where its result goes."""

    source: Path
    target: Path


@dataclass(frozen=True, slots=True)
class Destination:
    """What the user said of where results go."""

    output: str | None = None
    in_place: bool = False
    force: bool = False
    _written: set[Path] = field(default_factory=set)

    def tasks(self, paths: Iterable[Path]) -> Iterator[FileTask]:
        """Every image among the files and below the folders, in order."""
        paths = list(paths)
        one_file = len(paths) == 1 and not paths[0].is_dir()
        for path in paths:
            if path.is_dir():
                for found in sorted(filter(self._is_wanted, path.rglob("*"))):
                    yield FileTask(found, self._target(found, found.relative_to(path), one_file))
            else:
                yield FileTask(path, self._target(path, Path(path.name), one_file))

    def _is_wanted(self, path: Path) -> bool:
        """Images; and not the results of an earlier run, where they would lie among them."""
        result = self.output is None and path.stem.endswith(RESULT)
        return path.suffix.lower() in SUFFIXES and path.is_file() and not result

    def _target(self, source: Path, relative: Path, one_file: bool) -> Path:
        if self.in_place:
            return source.resolve()  # behind a link, the file itself
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
            Where a file is there that the user has not said to overwrite.
        """
        if task.target in self._written:
            raise Refused(f"{task.target} is another file's result already")
        if task.target.exists() and not (self.force or self.in_place):
            raise Refused(f"{task.target} exists; use --force to overwrite it")
        if task.target.exists() and not task.target.is_file():
            raise Refused(f"{task.target} is not a file that could be replaced")
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
    """A run over many files: a line for each, a bar while it lasts, a summary at the end."""

    mode: str
    options: dict[str, Any]
    destination: Destination
    as_json: bool = False
    dry_run: bool = False
    describe: Callable[[Outcome, str | None], RenderableType] | None = None
    """What to print for a file, where it is more than a sentence."""
    beside: Callable[[FileTask, bytes, Outcome], None] | None = None
    """What else to write for a file: a picture to look at."""

    def run(self, paths: Iterable[Path]) -> int:
        """Do every file; returns how many failed.

        Raises
        ------
        expunge.errors.ExtraMissing
            Where the mode's libraries are not installed: once, not for each file.
        """
        _ = MODES[self.mode].operation
        tasks = list(self.destination.tasks(paths))
        if not tasks:
            click.echo("There are no images there.", err=True)
        at_terminal = sys.stdout.isatty()
        console = Console(stderr=not at_terminal)
        lines = console if at_terminal else Console(width=160)
        columns = (TextColumn(self.mode), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
        counts = {"changed": 0, "unchanged": 0, "failed": 0}
        short = len(tasks) < 2 and not MODES[self.mode].stepwise
        with Progress(*columns, console=console, transient=True, disable=short) as bar:
            advance = partial(bar.advance, bar.add_task("", total=len(tasks)))
            for task, made in self._made_ahead(tasks, advance):
                counts[self._one(task, made, lines)] += 1
        if len(tasks) > 1 and not self.as_json:
            click.echo(self._summary(len(tasks), counts), err=True)
        return counts["failed"]

    def _summary(self, total: int, counts: dict[str, int]) -> str:
        done = (
            f"{total - counts['failed']} read"
            if not MODES[self.mode].gives_image
            else f"{counts['changed']} {'to clean' if self.dry_run else 'cleaned'}, "
            f"{counts['unchanged']} with nothing to remove"
        )
        return f"{total} files: {done}, {counts['failed']} failed"

    def _made_ahead(
        self, tasks: Iterable[FileTask], advance: Callable[[float], None]
    ) -> Iterator[tuple[FileTask, Made]]:
        """Each file with what becomes of it, in order; some are worked on at once."""
        width = 1 if MODES[self.mode].stepwise else min(cpus(), MAX_AT_ONCE)
        pool = ThreadPoolExecutor(width)
        waiting: deque[tuple[FileTask, Made]] = deque()
        try:
            for task in tasks:
                waiting.append((task, pool.submit(self._make, task, advance)))
                if len(waiting) == width:
                    yield waiting.popleft()
            yield from waiting
        finally:
            pool.shutdown(cancel_futures=True)

    def _make(self, task: FileTask, advance: Callable[[float], None]) -> tuple[bytes, Outcome]:
        share = _Share(advance)
        try:
            given = _read(task.source)
            return given, expunge.run(self.mode, given, progress=share, **self.options)
        finally:
            share(1)

    def _one(self, task: FileTask, made: Made, console: Console) -> str:
        line: dict[str, Any] = {"file": _printable(task.source)}
        try:
            given, outcome = made.result()
            changed = bool(outcome.report.get("changed"))
            if self.beside is not None:
                self.beside(task, given, outcome)
            line["output"] = self._deliver(task, outcome, changed=changed)
            line |= {"report": outcome.report, "timings_ms": dict(outcome.timings_ms)}
            self._say(line, self._described(outcome, line["output"]), console)
        except ValidationFailed as error:
            raise click.UsageError(refusal(error)) from None
        except (ExpungeError, Refused, OSError) as error:
            code = error.code if isinstance(error, ExpungeError) else "file_error"
            reason = error.strerror if isinstance(error, OSError) else str(error)
            line["error"] = {"code": code, "detail": reason}
            self._say(line, Text(f"failed: {reason}", style="red"), console)
            return "failed"
        return "changed" if changed else "unchanged"

    def _deliver(self, task: FileTask, outcome: Outcome, *, changed: bool) -> str | None:
        """Write the result where it is wanted; an unchanged file needs no copy beside itself."""
        unasked = not changed and self.destination.output is None
        if outcome.image is None or unasked or self.dry_run:
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

    def _say(self, line: dict[str, Any], said: RenderableType, console: Console) -> None:
        """Through the console that shows the bar, so that it comes out above it."""
        if self.as_json:
            console.print(Text(json.dumps(line)), soft_wrap=True)
        elif isinstance(said, Text):
            console.print(Text(f"{line['file']}: ").append_text(said), soft_wrap=True)
        else:
            console.print(Text(line["file"], style="bold"), soft_wrap=True)
            console.print(said)


class _Share:
    """One file's part of the bar: told how far the file is, it moves the bar by what is new."""

    def __init__(self, advance: Callable[[float], None]) -> None:
        self._advance = advance
        self._reached = 0.0

    def __call__(self, fraction: float) -> None:
        self._advance(fraction - self._reached)
        self._reached = fraction


def _read(path: Path) -> bytes:
    """The file, unless its length alone says that it is not taken."""
    if not path.is_file():
        raise Refused("is not a regular file")
    LIMITS.check_bytes(path.stat().st_size)
    return path.read_bytes()


def _printable(path: Path) -> str:
    """The name as a terminal may show it."""
    return "".join(c if c.isprintable() else repr(c)[1:-1] for c in str(path))


def _sentence(outcome: Outcome, output: str | None) -> str:
    report = outcome.report
    if not report.get("changed"):
        return "nothing to remove"
    names = ", ".join(sorted({block["kind"] for block in report["removed"]}))
    amount = f"{report['removed_bytes']:,} bytes of {names}"
    return f"{amount} removed → {output}" if output else f"{amount} would go"
