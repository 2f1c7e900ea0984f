"""Where the result of a local job goes: to a file, or into the answer."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from expunge.agents.arguments import MAX_INLINE_BYTES
from expunge.cli.destination import RESULT, FileTask, write_new
from expunge.cli.lines import printable
from expunge.cli.mcp.folders import Folders
from expunge.cli.overwriting import overwrite
from expunge.errors import FieldError, PayloadTooLarge, ValidationFailed
from expunge.imaging.media_types import EXTENSIONS

if TYPE_CHECKING:
    from expunge.operations.options.base import ModeOptions
    from expunge.operations.outcome import Outcome

_WRITING = threading.Lock()
"""Held between the check that a file does not exist and its creation."""


@dataclass(frozen=True, slots=True)
class Target:
    """The place of one job's result."""

    folders: Folders
    source: Path | None
    """The file that the image comes from, if any."""
    output: str | None
    """The path that the call names."""
    overwrite: bool

    def check(self, options: ModeOptions) -> None:
        """Raise `ValidationFailed`, before any work, if the result may not be written there."""
        form = getattr(options, "format", None)
        if self.output is not None or form is None:  # a chosen format changes the default name
            self.path(None)

    def path(self, media_type: str | None) -> Path | None:
        """The file to write; ``None`` for a result that goes into the answer.

        Parameters
        ----------
        media_type
            That of the result, if its format was chosen. The default name has its extension.
        """
        if self.output is not None:
            return self.folders.writable(self.output, overwrite=self.overwrite)
        if self.source is None:
            return None
        suffix = f".{EXTENSIONS[media_type]}" if media_type else self.source.suffix
        beside = self.source.with_name(f"{self.source.stem}{RESULT}{suffix}")
        return self.folders.writable(str(beside), overwrite=self.overwrite)

    def deliver(self, outcome: Outcome, options: ModeOptions) -> tuple[Path | None, bytes | None]:
        """Write the result whole or not at all; return its path, or its bytes.

        Raises
        ------
        ValidationFailed
            If the file exists by now.
        PayloadTooLarge
            For a result that has no path and is too large for an answer.
        """
        chosen = outcome.media_type if getattr(options, "format", None) else None
        with _WRITING:
            path = self.path(chosen)
            if path is None:
                return None, self._inline(outcome)
            if path.exists():
                overwrite(path, outcome.parts())
            else:
                write_new(FileTask(self.source, path), path, outcome.parts())
        return path, None

    def _inline(self, outcome: Outcome) -> bytes:
        if not outcome.media_type.startswith("image/"):
            raise ValidationFailed(
                FieldError("/output", f"is required for a result of type {outcome.media_type}")
            )
        if (outcome.length or 0) > MAX_INLINE_BYTES:
            example = self.folders.allowed[0] / f"clean.{EXTENSIONS[outcome.media_type]}"
            raise PayloadTooLarge(
                f"The result has {outcome.length:,} bytes; an answer holds at most "
                f"{MAX_INLINE_BYTES:,}. Name a file with output, such as "
                f"«{printable(example)}»."
            )
        return b"".join(outcome.parts())
