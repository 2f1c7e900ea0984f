"""``expunge metadata`` and the other modes on files: many at once, never overwriting unasked."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

import expunge
from expunge.errors import ExpungeError, ValidationFailed
from expunge.imaging.media_types import EXTENSIONS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from expunge.operations.outcome import Outcome

SUFFIXES = {f".{extension}" for extension in EXTENSIONS.values()} | {".jpeg", ".avifs", ".hif"}


class Refused(Exception):
    """A file was left alone; the message says why."""


@dataclass(frozen=True, slots=True)
class Task:
    """One file to read, and where its result goes."""

    source: Path
    target: Path


@dataclass(frozen=True, slots=True)
class Destination:
    """What the user said of where results go."""

    output: str | None
    in_place: bool
    force: bool

    def tasks(self, paths: Iterable[Path]) -> Iterator[Task]:
        """Every image among the files and below the folders, in order."""
        paths = list(paths)
        one_file = len(paths) == 1 and not paths[0].is_dir()
        for path in paths:
            if path.is_dir():
                for found in sorted(p for p in path.rglob("*") if p.suffix.lower() in SUFFIXES):
                    yield Task(found, self._target(found, found.relative_to(path), one_file))
            else:
                yield Task(path, self._target(path, Path(path.name), one_file))

    def _target(self, source: Path, relative: Path, one_file: bool) -> Path:
        if self.in_place:
            return source
        if self.output is None:
            return source.with_name(f"{source.stem}-clean{source.suffix}")
        output = Path(self.output)
        if one_file and not output.is_dir() and not self.output.endswith("/"):
            return output
        return output / relative

    def write(self, task: Task, data: bytes) -> None:
        """Write the whole result or nothing.

        Raises
        ------
        Refused
            Where a file is there that the user has not said to overwrite.
        """
        if task.target.exists() and not (self.force or self.in_place):
            raise Refused(f"{task.target} exists; use --force to overwrite it")
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
    as_json: bool

    def run(self, paths: Iterable[Path]) -> int:
        """Do every file; returns how many failed."""
        tasks = list(self.destination.tasks(paths))
        console = Console(stderr=True)
        columns = (TextColumn(self.mode), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
        counts = {"changed": 0, "unchanged": 0, "failed": 0}
        with Progress(*columns, console=console, transient=True, disable=len(tasks) < 2) as bar:
            for task in bar.track(tasks):
                counts[self._one(task, bar.console if console.is_terminal else None)] += 1
        if len(tasks) != 1 and not self.as_json:
            click.echo(
                f"{len(tasks)} files: {counts['changed']} cleaned, "
                f"{counts['unchanged']} already clean, {counts['failed']} failed",
                err=True,
            )
        return counts["failed"]

    def _one(self, task: Task, console: Console | None) -> str:
        line: dict[str, Any] = {"file": str(task.source)}
        try:
            outcome = expunge.run(self.mode, task.source.read_bytes(), **self.options)
            changed = bool(outcome.report.get("changed"))
            line["output"] = self._deliver(task, outcome, changed=changed)
            line |= {"report": outcome.report, "timings_ms": dict(outcome.timings_ms)}
            self._say(line, _sentence(outcome, line["output"]), console)
        except ValidationFailed:
            raise
        except (ExpungeError, Refused, OSError) as error:
            code = error.code if isinstance(error, ExpungeError) else "file_error"
            reason = error.strerror if isinstance(error, OSError) else str(error)
            line["error"] = {"code": code, "detail": reason}
            self._say(line, click.style(f"failed: {reason}", fg="red"), console)
            return "failed"
        return "changed" if changed else "unchanged"

    def _deliver(self, task: Task, outcome: Outcome, *, changed: bool) -> str | None:
        """Write the result where it is wanted; an unchanged file needs no copy beside itself."""
        if outcome.image is None or (not changed and self.destination.output is None):
            return None
        self.destination.write(task, outcome.image)
        return str(task.target)

    def _say(self, line: dict[str, Any], sentence: str, console: Console | None) -> None:
        text = json.dumps(line) if self.as_json else f"{line['file']}: {sentence}"
        if console is not None:
            with console:  # above the bar, not through it
                click.echo(text)
        else:
            click.echo(text)


def _sentence(outcome: Outcome, output: str | None) -> str:
    report = outcome.report
    if not report.get("changed"):
        return "already clean"
    names = ", ".join(sorted({block["kind"] for block in report["removed"]}))
    return f"{report['removed_bytes']:,} bytes of {names} removed → {output}"


@click.command()
@click.argument(
    "files", nargs=-1, required=True, metavar="FILE…", type=click.Path(exists=True, path_type=Path)
)
@click.option(
    "-o",
    "--output",
    metavar="PATH",
    help="File, or folder for several, to write to.  [default: NAME-clean beside each file]",
)
@click.option("--in-place", is_flag=True, help="Replace each file by its clean version.")
@click.option("--force", is_flag=True, help="Overwrite files that exist.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON report a line.")
def metadata(
    files: tuple[Path, ...],
    output: str | None,
    in_place: bool,
    force: bool,
    as_json: bool,
) -> None:
    """Take provenance and private metadata out of image FILEs; never touch a pixel.

    A folder stands for every image below it. Exit status 1 if any file failed.
    """
    if output and in_place:
        raise click.UsageError("--output and --in-place exclude each other")
    destination = Destination(output, in_place, force)
    failed = Batch("metadata", {}, destination, as_json).run(files)
    raise SystemExit(1 if failed else 0)
