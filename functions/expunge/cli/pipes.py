"""Standard input and standard output as files of bytes."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from expunge.errors import PayloadTooLarge

if TYPE_CHECKING:
    from collections.abc import Iterable

    from expunge.imaging.limits import Limits

STANDARD = "-"
"""Standard input as a FILE, standard output as a result."""


def check_input() -> None:
    """Raise a usage error if no image can come from standard input."""
    if sys.stdin is None:
        raise click.UsageError("standard input is closed")
    if sys.stdin.isatty():
        raise click.UsageError("standard input is a terminal; pipe an image into it, or name files")


def check_output() -> None:
    """Raise a usage error if no image should go to standard output."""
    if sys.stdout is None:
        raise click.UsageError("standard output is closed")
    if sys.stdout.isatty():
        raise click.UsageError(
            "standard output is a terminal; redirect it (> FILE), or name a file with --output"
        )


def read_input(limits: Limits) -> bytes:
    """Read standard input to its end.

    Raises
    ------
    expunge.errors.PayloadTooLarge
        If it is longer than the limit; no more of it is read.
    """
    data = sys.stdin.buffer.read(limits.file_bytes + 1)
    if len(data) > limits.file_bytes:
        raise PayloadTooLarge(
            f"standard input has more than {limits.file_bytes:,} bytes; --max-mb raises the limit"
        )
    return data


def write_output(parts: Iterable[bytes]) -> None:
    """Write to standard output, and wait until the reader has taken it."""
    sys.stdout.buffer.writelines(parts)
    sys.stdout.buffer.flush()
