"""Compare ``metadata``, in process, with a memory copy of the same bytes and with other tools."""

from __future__ import annotations

from rich.console import Console
from rich.table import Table

import expunge
from tests.benchmarks import peers
from tests.benchmarks.pictures import files, re_encoded
from tests.benchmarks.timing import copied, timed

AIM_MS = 5.0
AIMS = dict.fromkeys(peers.ALL, 3.0) | {"JPEG": 10.0, "progressive JPEG": 10.0}
"""Target times as multiples of a copy, for files above 1 MB."""


def run(console: Console) -> None:
    """Print one row per file: milliseconds, rate, multiple of a copy, and other tools."""
    with peers.strippers() as present:
        table = Table(
            title="metadata, in process: milliseconds a file",
            caption=f"aim: at most {AIM_MS:g} ms up to 5 MB; peers include their own start",
        )
        columns = ("file", "MB", "ms", "MB/s", "copies", "aim", "Pillow re-save")
        for column in (*columns, *(peer.name for peer in present)):
            table.add_column(column, justify="left" if column == "file" else "right")
        for form, file in files():
            table.add_row(*row(form, file, present))
    console.print(table)
    for name in peers.missing():
        console.print(f"{name} is not on PATH and was left out")


def row(form: str, file: bytes, present: list[peers.Peer]) -> list[str]:
    taken = timed(lambda: expunge.run("metadata", file))
    aim = f"≤ {AIMS[form]:g}" if len(file) > 1_000_000 else ""
    beside = [
        f"{timed(lambda peer=peer: peers.stripped(peer, form, file), 3):.0f}"
        if form in peer.forms
        else ""
        for peer in present
    ]
    return [
        form,
        f"{len(file) / 1e6:.2f}",
        f"{taken:.3f}",
        f"{len(file) / 1e3 / taken:,.0f}",
        f"{taken / copied(file):.1f}",
        aim,
        "" if form in ("HEIC", "AVIF", "JXL") else f"{timed(lambda: re_encoded(file), 3):.0f}",
        *beside,
    ]


if __name__ == "__main__":
    run(Console())
