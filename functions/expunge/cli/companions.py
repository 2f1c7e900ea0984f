"""The second pictures of a command: ``--source FACE`` and ``--faces 0=a.jpg,1=b.jpg``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from expunge.cli.lines import printable

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from expunge.operations.options.described import Option

SOURCE = "source"


def source_flag() -> click.Parameter:
    """The flag of the one companion that most commands need."""
    return click.Option(
        ["companion_file", f"--{SOURCE}"],
        metavar="FACE",
        type=click.Path(exists=True, dir_okay=False, path_type=Path),
        help="The picture with the new face.",
    )


def named(option: Option, values: Sequence[str]) -> list[object]:
    """Items such as ``0=a.jpg`` as the option takes them: the n-th names ``source-n``.

    An item without a file stays text, for the option's model to refuse.
    """
    first, second = option.items["required"]
    return [
        {first: int(index) if index.isdecimal() else index, second: f"{SOURCE}-{number}"}
        if file
        else item
        for number, (item, index, file) in enumerate(_items(values))
    ]


def files_of(given: dict[str, object]) -> dict[str, bytes]:
    """The content of every companion, by name.

    Raises
    ------
    click.UsageError
        For a file that cannot be read.
    """
    single, several = given.get("companion_file"), given.get("face_swaps")
    files = {} if single is None else {SOURCE: _read(Path(str(single)), f"--{SOURCE}")}
    items = _items(several if isinstance(several, tuple) else ())
    numbered = {f"{SOURCE}-{number}": file for number, (_, _, file) in enumerate(items) if file}
    return files | {name: _read(Path(file), "--faces") for name, file in numbered.items()}


def _items(values: Sequence[str]) -> Iterator[tuple[str, str, str]]:
    """Each item, its index and its file."""
    for item in (part for value in values for part in value.split(",") if part.strip()):
        index, _, file = item.partition("=")
        yield item, index.strip(), file.strip()


def _read(path: Path, flag: str) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        reason = error.strerror or "it cannot be read"
        raise click.UsageError(f"{flag}: {printable(path)}: {reason}") from None
