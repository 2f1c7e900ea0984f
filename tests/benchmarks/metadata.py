"""The ``metadata`` mode in process, beside a plain copy of the same bytes and other tools."""

from __future__ import annotations

import io
import shutil
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter

from PIL import Image
from rich.console import Console
from rich.table import Table

from expunge.operations import run as run_mode
from tests import samples
from tests.samples import jpeg, png, webp

SIDES = {"JPEG": (700, 1500, 2600), "PNG": (350, 800, 1250), "WebP": (350, 800, 1400)}
"""Of square pictures; with their noise they make files of about 0.4, 2 and 5 MB."""
AIM_MS = 5.0
AIMS = {"JPEG": 10.0, "progressive JPEG": 10.0, "PNG": 3.0, "WebP": 3.0}
"""Multiples of a copy, for files above 1 MB."""


@dataclass(frozen=True)
class Peer:
    """A tool on PATH that strips one format; it is started anew for each file."""

    forms: tuple[str, ...]
    command: Callable[[Path, Path], list[str]]


PEERS = {
    "jpegtran": Peer(
        ("JPEG", "progressive JPEG"),
        lambda source, to: ["jpegtran", "-copy", "none", "-outfile", str(to), str(source)],
    ),
    "webpmux": Peer(
        ("WebP",), lambda source, to: ["webpmux", "-strip", "exif", str(source), "-o", str(to)]
    ),
    "exiftool": Peer(
        tuple(AIMS), lambda source, to: ["exiftool", "-q", "-all=", "-o", str(to), str(source)]
    ),
}


def run(console: Console) -> None:
    """Print one row a file: milliseconds, rate, multiple of a copy, and the peers."""
    peers = {name: peer for name, peer in PEERS.items() if shutil.which(name)}
    table = Table(title="metadata, in process", caption=f"aim: at most {AIM_MS:g} ms for 5 MB")
    for column in ("file", "MB", "ms", "MB/s", "copies", "aim", "Pillow re-save ms", *peers):
        table.add_column(column, justify="left" if column == "file" else "right")
    for form, file in files():
        table.add_row(*row(form, file, peers))
    console.print(table)
    for name in PEERS.keys() - peers:
        console.print(f"{name} is not on PATH and was left out")


def row(form: str, file: bytes, peers: dict[str, Peer]) -> list[str]:
    taken = timed(lambda: run_mode("metadata", file))
    copies = taken / timed(lambda: bytearray(file))
    aim = f"≤ {AIMS[form]:g}" if len(file) > 1_000_000 else ""
    beside = [
        f"{timed(lambda peer=peer: outside(peer, file), 3):.0f}" if form in peer.forms else ""
        for peer in peers.values()
    ]
    return [
        form,
        f"{len(file) / 1e6:.2f}",
        f"{taken:.3f}",
        f"{len(file) / 1e3 / taken:,.0f}",
        f"{copies:.1f}",
        aim,
        f"{timed(lambda: saved_anew(file), 3):.0f}",
        *beside,
    ]


def timed(work: Callable[[], object], repeats: int = 25) -> float:
    """The median of milliseconds a call takes, once warm."""
    work()
    spans = []
    for _ in range(repeats):
        started = perf_counter()
        work()
        spans.append((perf_counter() - started) * 1e3)
    return median(spans)


def files() -> Iterator[tuple[str, bytes]]:
    """Pictures with the metadata of a camera and of a generator."""
    clothes = [part for name, part in jpeg.METADATA.items() if name not in ("garbage", "lone mpf")]
    for progressive, form in ((False, "JPEG"), (True, "progressive JPEG")):
        for side in SIDES["JPEG"]:
            picture = samples.picture(size=(side, side))
            plain = samples.encoded(picture, "JPEG", quality=95, progressive=progressive)
            yield form, jpeg.SOI + b"".join(clothes) + plain[2:]
    for side in SIDES["PNG"]:
        plain = samples.encoded(samples.picture(size=(side, side)), "PNG", compress_level=1)
        yield "PNG", png.inserted(plain, *png.METADATA.values())
    for side in SIDES["WebP"]:
        picture = samples.picture(size=(side, side))
        plain = samples.encoded(picture, "WEBP", lossless=True, method=0, quality=0)
        yield "WebP", webp.riff(plain[12:], *webp.METADATA.values())


def saved_anew(file: bytes) -> None:
    with Image.open(io.BytesIO(file)) as image:
        image.load()
        options: dict[str, dict[str, object]] = {
            "JPEG": {"quality": "keep"},
            "WEBP": {"lossless": True, "method": 0, "quality": 0},
        }
        image.save(io.BytesIO(), image.format, **options.get(image.format or "", {}))


def outside(peer: Peer, file: bytes) -> None:
    with TemporaryDirectory() as folder:
        source, to = Path(folder, "in"), Path(folder, "out")
        source.write_bytes(file)
        subprocess.run(peer.command(source, to), check=False, capture_output=True)


if __name__ == "__main__":
    run(Console())
