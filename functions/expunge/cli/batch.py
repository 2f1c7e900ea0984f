"""Run a mode on many files: a line for each, a progress bar, and a summary."""

from __future__ import annotations

import sys
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing, nullcontext
from dataclasses import dataclass, field
from functools import partial
from threading import Event
from typing import TYPE_CHECKING, TypeAlias

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from expunge.cli.destination import Destination, FileTask, in_format, write_receipt
from expunge.cli.flags import usage_message
from expunge.cli.inputs import LeftOut, opened
from expunge.cli.lines import Describe, Lines, Refused, sentence
from expunge.cli.work import Work
from expunge.errors import ValidationFailed
from expunge.imaging.media_types import EXTENSIONS
from expunge.imaging.moving import Coding, is_moving, result_type
from expunge.imaging.networks.threads import cpus
from expunge.operations.options.moving import MovingOptions
from expunge.operations.outcome import Outcome

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable

    from expunge.imaging.source import Source


MAX_AT_ONCE = 4
"""Most files that are processed in parallel, one per CPU. A stepwise mode uses every CPU, so it
takes one file at a time."""
WIDTH = 160
"""Characters in a line of a table, if the output is no terminal."""

Result: TypeAlias = tuple[bytes, str, Outcome]
"""The input file's bytes, its media type, and the outcome of its mode."""
PendingResult: TypeAlias = "Future[Result]"
"""A result, or the error."""


@dataclass(slots=True)
class Batch:
    """A run over many files."""

    work: Work
    destination: Destination
    as_json: bool = False
    dry_run: bool = False
    describe: Describe = sentence
    write_preview: Callable[[FileTask, bytes, Outcome], None] | None = None
    """Writes a preview image for a file."""
    _stopped: Event = field(default_factory=Event)
    """Set once no result is awaited any more."""

    def run(self, inputs: Iterable[str]) -> int:
        """Process every file, and return the number that failed.

        Raises
        ------
        expunge.errors.ExtraMissing
            If the mode's libraries are not installed; raised once, not for each file.
        """
        mode = self.work.mode
        _ = mode.operation
        plan = list(self.destination.plan(inputs))
        tasks = [one for one in plan if isinstance(one, FileTask)]
        left_out = [one for one in plan if isinstance(one, LeftOut)]
        writes = mode.gives_image and not self.dry_run
        to_pipe = writes and any(task.target is None for task in tasks)
        at_terminal = sys.stdout.isatty()
        console = Console(stderr=not at_terminal)
        lines = Lines(self._console(console, to_pipe=to_pipe), self.as_json, self.describe)
        columns = (TextColumn(mode.name), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
        counts = {"changed": 0, "unchanged": 0, "failed": 0}
        short = not console.is_terminal or (len(tasks) < 2 and not mode.stepwise)
        with Progress(*columns, console=console, transient=True, disable=short) as bar:
            advance = partial(bar.advance, bar.add_task("", total=len(tasks)))
            with closing(self._results_ahead(tasks, advance)) as results:
                for task, result in results:
                    counts[self._finish(task, result, lines, alone=len(plan) == 1)] += 1
        for one in left_out:
            lines.left_out(str(one.path), one.reason)
        counts["failed"] += sum(one.failed for one in left_out)
        self._summarise(tasks, left_out, counts)
        return counts["failed"]

    def _console(self, console: Console, *, to_pipe: bool) -> Console:
        """Lines go to standard output, or to standard error beside a result."""
        if console.is_terminal and not console.stderr:
            return console
        return Console(stderr=to_pipe, width=WIDTH)

    def _summarise(
        self, tasks: list[FileTask], left_out: list[LeftOut], counts: dict[str, int]
    ) -> None:
        if self.as_json:
            return
        if not tasks:
            click.echo("There are no images in the given folders.", err=True)
        if len(tasks) + len(left_out) < 2:
            return
        total = sum(counts.values())
        done = (
            f"{total - counts['failed']} examined"
            if not self.work.mode.gives_image
            else f"{counts['changed']} {'to clean' if self.dry_run else 'cleaned'}, "
            f"{counts['unchanged']} with nothing to remove"
        )
        left = sum(not one.failed for one in left_out)
        rest = f", {left} left out" if left else ""
        click.echo(f"{total} files: {done}, {counts['failed']} failed{rest}", err=True)

    def _results_ahead(
        self, tasks: Iterable[FileTask], advance: Callable[[float], None]
    ) -> Generator[tuple[FileTask, PendingResult]]:
        """Yield each file with its result, in order; several run in parallel.

        What still runs when it is closed is stopped at its next step.
        """
        mode = self.work.mode
        width = 1 if mode.stepwise and not mode.sync else min(cpus(), MAX_AT_ONCE)
        pool = ThreadPoolExecutor(width)
        waiting: deque[tuple[FileTask, PendingResult]] = deque()
        try:
            for task in tasks:
                waiting.append((task, pool.submit(self._process, task, advance)))
                if len(waiting) == width:
                    yield waiting.popleft()
            yield from waiting
        finally:
            self._stopped.set()
            pool.shutdown(cancel_futures=True)

    def _process(self, task: FileTask, advance: Callable[[float], None]) -> Result:
        progress = _FileProgress(advance, self._stopped)
        try:
            with opened(task.source, self.work.limits) as data:
                source = self.work.source(data)
                self._check_name(task, source)
                outcome = self.work.outcome(source, progress)
                whole = data if isinstance(data, bytes) else b""
                return whole, source.media_type, outcome
        finally:
            progress(1)

    def _check_name(self, task: FileTask, source: Source) -> None:
        """Refuse a result's name before a moving picture is worked on, which may take hours.

        Raises
        ------
        Refused
            As `Destination.write` does, and if ``--in-place`` would put another type into a file.
        """
        options = self.work.options
        if self.dry_run or not isinstance(options, MovingOptions) or not is_moving(source):
            return
        made = result_type(source, Coding(**options.coding))
        ending = f".{EXTENSIONS[made]}"
        named = task.target is None or task.target.suffix.lower() == ending
        if self.destination.in_place and made != source.media_type and not named:
            raise Refused(f"the result is {ending}; --in-place keeps the name, so leave it out")
        self.destination.check(self._in_format(task, made, source.media_type))

    def _in_format(self, task: FileTask, made: str, given: str) -> FileTask:
        if self.destination.in_place or self.destination.names(task):
            return task
        return in_format(task, self.work.options, made, given)

    def _finish(self, task: FileTask, result: PendingResult, lines: Lines, *, alone: bool) -> str:
        """Write and print one result; returns the count it belongs to."""
        try:
            data, media_type, outcome = result.result()
            if self.write_preview is not None:
                self.write_preview(task, data, outcome)
            output = self._deliver(task, media_type, outcome)
        except ValidationFailed as error:
            message = usage_message(error)
            if alone:
                raise click.UsageError(message) from None
            lines.failed(task.name, error, message)
            return "failed"
        except BrokenPipeError:
            raise
        except Exception as error:  # noqa: BLE001 - one file's fault is no other's
            lines.failed(task.name, error)
            return "failed"
        lines.done(task.name, outcome, output)
        return "changed" if outcome.report.get("changed") else "unchanged"

    def _deliver(self, task: FileTask, media_type: str, outcome: Outcome) -> str | None:
        """Write the result, return its path; an unchanged file is copied only with ``--output``."""
        signed = self.work.options.wants_receipt and not self.destination.in_place
        copied = task.target is None or self.destination.output is not None or signed
        needless = not outcome.report.get("changed") and not copied
        with outcome.file or nullcontext():
            if outcome.length is None or self.dry_run:
                return None
            if needless:
                self._write_receipt(task, outcome)
                return None
            task = self._in_format(task, outcome.media_type, media_type)
            return self._written(task, outcome)

    def _written(self, task: FileTask, outcome: Outcome) -> str:
        self._write_receipt(task, outcome, lambda: self.destination.write(task, outcome.parts()))
        return "-" if task.target is None else str(task.target)

    def _write_receipt(
        self, task: FileTask, outcome: Outcome, write: Callable[[], None] = lambda: None
    ) -> None:
        """Write a result and its receipt; neither, if the receipt's file may not be replaced."""
        receipt = outcome.report.get("receipt")
        path = self.destination.receipt_path(task) if receipt else None
        write()
        if path is not None and receipt:
            write_receipt(path, receipt)


class _FileProgress:
    """One file's share of the progress bar; takes the file's progress as a fraction."""

    def __init__(self, advance: Callable[[float], None], stopped: Event) -> None:
        self._advance = advance
        self._stopped = stopped
        self._reached = 0.0

    def __call__(self, fraction: float) -> None:
        """Raise `KeyboardInterrupt` once nobody waits for the result."""
        if self._stopped.is_set():
            raise KeyboardInterrupt
        self._advance(fraction - self._reached)
        self._reached = fraction
