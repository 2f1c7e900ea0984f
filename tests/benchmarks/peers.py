"""Other tools that strip or read metadata, if they are installed."""

from __future__ import annotations

import io
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory

ALL = ("JPEG", "progressive JPEG", "PNG", "WebP", "HEIC", "AVIF", "JXL", "GIF")
SUFFIXES = {"progressive JPEG": "jpg", "JPEG": "jpg"}
MEDIA_TYPES = {"JPEG": "image/jpeg", "progressive JPEG": "image/jpeg"}


@dataclass(frozen=True)
class Peer:
    """A tool, its call for one file, and the formats that it supports."""

    name: str
    forms: tuple[str, ...]
    strip: Callable[[Path, Path], object]


def run(*command: object) -> None:
    subprocess.run([str(word) for word in command], check=False, capture_output=True)


def mat2(source: Path, to: Path) -> None:
    run("mat2", source)  # it chooses the name itself, beside the source


COLD = {
    "jpegtran": Peer(
        "jpegtran",
        ("JPEG", "progressive JPEG"),
        lambda source, to: run("jpegtran", "-copy", "none", "-outfile", to, source),
    ),
    "webpmux": Peer(
        "webpmux", ("WebP",), lambda source, to: run("webpmux", "-strip", "exif", source, "-o", to)
    ),
    "exiftool": Peer(
        "exiftool cold", ALL, lambda source, to: run("exiftool", "-q", "-all=", "-o", to, source)
    ),
    "mat2": Peer("mat2", ("JPEG", "progressive JPEG", "PNG", "WebP", "HEIC", "GIF"), mat2),
}


@contextmanager
def strippers() -> Iterator[list[Peer]]:
    """Return every stripping tool on PATH; exiftool also as one running process."""
    present = [peer for command, peer in COLD.items() if shutil.which(command)]
    if not shutil.which("exiftool"):
        yield present
        return
    with exiftool() as ask:
        warm = Peer(
            "exiftool warm", ALL, lambda source, to: ask("-all=", "-o", str(to), str(source))
        )
        yield [*present, warm]


@contextmanager
def exiftool() -> Iterator[Callable[..., str]]:
    """Run one exiftool process that accepts commands until the block ends."""
    process = subprocess.Popen(
        ["exiftool", "-stay_open", "True", "-@", "-"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert process.stdin
    assert process.stdout
    stdin, stdout = process.stdin, process.stdout

    def ask(*arguments: str) -> str:
        stdin.write("\n".join((*arguments, "-execute", "")))
        stdin.flush()
        lines = []
        while (line := stdout.readline()).strip() != "{ready}":
            lines.append(line)
        return "".join(lines)

    try:
        yield ask
    finally:
        stdin.write("-stay_open\nFalse\n")
        stdin.close()
        process.wait()
        stdout.close()


def missing() -> list[str]:
    return sorted(command for command in COLD if not shutil.which(command))


def c2pa_reader() -> Callable[[bytes, str], object] | None:
    """Return the official reader, offline, if its package is installed."""
    if find_spec("c2pa") is None:
        return None
    import c2pa

    c2pa.load_settings('{"verify": {"remote_manifest_fetch": false}}')

    def read(file: bytes, media_type: str) -> object:
        try:
            with c2pa.Reader(media_type, io.BytesIO(file)) as reader:
                return reader.json()
        except c2pa.C2paError:
            return None

    return read


def stripped(peer: Peer, form: str, file: bytes) -> None:
    """Strip a new copy of the file with the tool."""
    with TemporaryDirectory() as folder:
        suffix = SUFFIXES.get(form, form.lower())
        source, to = Path(folder, f"in.{suffix}"), Path(folder, f"out.{suffix}")
        source.write_bytes(file)
        peer.strip(source, to)
