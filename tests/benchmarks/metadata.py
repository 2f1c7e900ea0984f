"""Compare ``metadata``, in process, with a memory copy of the same bytes and with other tools."""

from __future__ import annotations

from collections import defaultdict
from statistics import median

from rich.console import Console
from rich.table import Table

import expunge
from tests.benchmarks import peers
from tests.benchmarks.pictures import CORPUS, files, re_encoded, real_files
from tests.benchmarks.timing import copied, timed

AIM_MS, AIM_MEDIAN_MS, AIM_WARM = 5.0, 0.5, 10
AIMS = dict.fromkeys(peers.ALL, 3.0) | {"JPEG": 10.0, "progressive JPEG": 10.0}
"""Target times as multiples of a copy, for files above 1 MB."""


def run(console: Console) -> None:
    """Print one row per file: milliseconds, rate, multiple of a copy, and other tools."""
    with peers.strippers() as present:
        table = Table(
            title="metadata, in process: milliseconds a file",
            caption=f"aims: at most {AIM_MS:g} ms up to 5 MB, and a {AIM_WARM}th of exiftool warm; "
            "peers include their own start",
        )
        columns = ("file", "MB", "ms", "MB/s", "copies", "aim", "× exiftool warm", "Pillow re-save")
        for column in (*columns, *(peer.name for peer in present)):
            table.add_column(column, justify="left" if column == "file" else "right")
        for form, file in files():
            table.add_row(*row(form, file, present))
    console.print(table)
    if CORPUS.is_dir():
        console.print(of_real_files())
    for name in peers.missing():
        console.print(f"{name} is not on PATH and was left out")


def row(form: str, file: bytes, present: list[peers.Peer]) -> list[str]:
    taken = timed(lambda: expunge.run("metadata", file))
    aim = f"≤ {AIMS[form]:g}" if len(file) > 1_000_000 else ""
    beside = {
        peer.name: timed(lambda peer=peer: peers.stripped(peer, form, file), 3)
        for peer in present
        if form in peer.forms
    }
    warm = beside.get("exiftool warm")
    return [
        form,
        f"{len(file) / 1e6:.2f}",
        f"{taken:.3f}",
        f"{len(file) / 1e3 / taken:,.0f}",
        f"{taken / copied(file):.1f}",
        aim,
        f"{warm / taken:.1f}" if warm else "",
        "" if form in ("HEIC", "AVIF", "JXL") else f"{timed(lambda: re_encoded(file), 3):.0f}",
        *(f"{beside[peer.name]:.0f}" if peer.name in beside else "" for peer in present),
    ]


def of_real_files() -> str:
    """Return the median time over the real samples, by format and for all."""
    spent: dict[str, list[float]] = defaultdict(list)
    for file in real_files():
        try:
            media_type = expunge.run("metadata", file).media_type
        except expunge.errors.ExpungeError:
            continue
        spent[media_type].append(timed(lambda file=file: expunge.run("metadata", file), 5))
    every = [ms for of_type in spent.values() for ms in of_type]
    by_type = ", ".join(f"{name[6:]} {median(of_type):.2f}" for name, of_type in spent.items())
    aim = f"aim: {AIM_MEDIAN_MS:g}"
    return f"{len(every)} real files: median {median(every):.2f} ms ({aim}); {by_type}"


if __name__ == "__main__":
    run(Console())
