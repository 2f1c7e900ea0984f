"""What a command prints for each file: text or a table for people, a line of JSON for programs."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeAlias

import click
from rich.console import Console, RenderableType
from rich.text import Text

from expunge.errors import ExpungeError, PipelineError
from expunge.operations.outcome import Outcome

Describe: TypeAlias = Callable[[Outcome, str | None], RenderableType]
"""Makes the text or table of a report, given the printable path of the result."""


class Refused(Exception):
    """A file was not read or not written; the message says why."""


def printable(text: object) -> str:
    """Text with its control characters escaped, so that it cannot control a terminal."""
    return "".join(c if c.isprintable() else repr(c)[1:-1] for c in str(text))


def sentence(outcome: Outcome, output: str | None) -> RenderableType:
    """Report of ``metadata`` in one line, and a line for each warning."""
    report = outcome.report
    if not report.get("changed"):
        return Text("nothing to remove")
    names = ", ".join(sorted({block["kind"] for block in report["removed"]}))
    amount = f"{report['removed_bytes']:,} bytes of {names}"
    told = f"{amount} removed → {output}" if output else f"{amount} would be removed"
    return Text("\n".join((told, *(f"  {each['detail']}" for each in report.get("warnings", ())))))


@dataclass(frozen=True, slots=True)
class Lines:
    """Prints through the console of the progress bar, so that lines appear above the bar."""

    console: Console
    as_json: bool = False
    describe: Describe = sentence

    def done(self, file: str, outcome: Outcome, output: str | None) -> None:
        """Print the report on a file, and the path of its result."""
        if self.as_json:
            report = {"report": outcome.report, "timings_ms": dict(outcome.timings_ms)}
            self._json({"file": file, "output": output, **report})
        else:
            shown = None if output is None else printable(output)
            self._text(file, self.describe(outcome, shown))
            if label := outcome.report.get("own_label"):
                self.console.print(Text(f"  {label['detail']}", style="dim"), soft_wrap=True)

    def failed(self, file: str, error: Exception, told: str | None = None) -> None:
        """Print why a file failed, in the words of the error or in others."""
        code, reason = reason_of(error)
        reason = told or reason
        if self.as_json:
            self._json({"file": file, "error": {"code": code, "detail": reason}})
        else:
            self._text(file, Text(f"failed: {printable(reason)}", style="red"))

    def left_out(self, file: str, reason: str) -> None:
        """Print why a file was not processed."""
        if self.as_json:
            self._json({"file": file, "left_out": reason})
        else:
            self._text(file, Text(f"left out: {printable(reason)}", style="dim"))

    def _json(self, line: dict[str, Any]) -> None:
        text = json.dumps(line).replace("\x7f", "\\u007f")
        if self.console.is_terminal:
            self.console.print(Text(text), soft_wrap=True)
        else:
            click.echo(text, file=self.console.file)

    def _text(self, file: str, text: RenderableType) -> None:
        if isinstance(text, Text):
            self.console.print(Text(f"{printable(file)}: ").append_text(text), soft_wrap=True)
        else:
            self.console.print(Text(printable(file), style="bold"), soft_wrap=True)
            self.console.print(text)


def reason_of(error: Exception) -> tuple[str, str]:
    """Code and sentence of an error."""
    if isinstance(error, ExpungeError):
        return error.code, error.detail
    if isinstance(error, Refused):
        return "file_error", str(error)
    if isinstance(error, OSError):
        return "file_error", error.strerror or str(error)
    if isinstance(error, MemoryError):
        return PipelineError.code, "The image needs more memory than is available."
    fault = f"{type(error).__name__}: {error}".splitlines()[0]
    return PipelineError.code, f"The image could not be processed ({fault})."
