"""Compare the metadata part of ``detect``, in process, with exiftool and the C2PA reader."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from shutil import which
from tempfile import TemporaryDirectory

from rich.console import Console
from rich.table import Table

import expunge
from tests.benchmarks import peers, pictures
from tests.benchmarks.pictures import CORPUS, files
from tests.benchmarks.timing import timed

AIM_MS = 3.0


def run(console: Console) -> None:
    """Print one row per file, and one for all real files if they are available."""
    table = Table(
        title="detect, in process: milliseconds a file",
        caption=f"aim: metadata part at most {AIM_MS:g} ms in the median",
    )
    columns = ("file", "MB", "all", "reading", "metadata", "C2PA", "exiftool warm", "c2pa-python")
    for column in columns:
        table.add_column(column, justify="left" if column == "file" else "right")
    credentials = peers.c2pa_reader()
    for form, file in files():
        table.add_row(*row(form, file, credentials))
    console.print(table)
    if CORPUS.is_dir():
        console.print(real_files())
    if credentials is None:
        console.print("c2pa-python is not installed and was left out")
    if not which("exiftool"):
        console.print("exiftool is not on PATH and was left out")


def row(form: str, file: bytes, credentials: Callable[[bytes, str], object] | None) -> list[str]:
    stages = expunge.run("detect", file, visible=False).timings_ms
    media_type = peers.MEDIA_TYPES.get(form, f"image/{form.lower()}")
    return [
        form,
        f"{len(file) / 1e6:.2f}",
        f"{timed(lambda: expunge.run('detect', file, visible=False)):.2f}",
        *(f"{stages[stage]:.2f}" for stage in ("read", "metadata", "c2pa")),
        f"{asked(form, file):.1f}" if which("exiftool") else "",
        f"{timed(lambda: credentials(file, media_type), 3):.1f}" if credentials else "",
    ]


def asked(form: str, file: bytes) -> float:
    """Return milliseconds of a running exiftool that prints all metadata."""
    with TemporaryDirectory() as folder, peers.exiftool() as ask:
        path = Path(folder, f"in.{peers.SUFFIXES.get(form, form.lower())}")
        path.write_bytes(file)
        return timed(lambda: ask("-j", "-G1", "-a", "-u", str(path)), 5)


def real_files() -> str:
    """Return median and maximum of the metadata part over the real samples."""
    spent = []
    for file in pictures.real_files():
        try:
            spent.append(expunge.run("detect", file, visible=False).timings_ms["metadata"])
        except expunge.errors.ExpungeError:
            continue
    spent.sort()
    middle = spent[len(spent) // 2]
    return (
        f"{len(spent)} real files: metadata part {middle:.2f} ms median, {spent[-1]:.2f} ms worst"
    )


if __name__ == "__main__":
    run(Console())
