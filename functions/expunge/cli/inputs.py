"""Find the images in the files and folders of a command, by content."""

from __future__ import annotations

import errno
import os
import stat
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from expunge.cli.lines import Refused
from expunge.cli.pipes import read_input
from expunge.errors import MalformedImage, PayloadTooLarge, UnsupportedMediaType
from expunge.imaging.containers.formats import sniff
from expunge.imaging.containers.recognised import recognised
from expunge.imaging.data import FileData
from expunge.imaging.media_types import EXTENSIONS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from expunge.imaging.limits import Limits

UNFINISHED = ".expunge-"
"""Prefix of the name of a result that is being written."""
HEAD = 65_536
"""Bytes that tell what a file is."""
_MORE = (
    "jpeg",
    "jpe",
    "jfif",
    "jif",
    "mpo",
    "insp",
    "apng",
    "avifs",
    "hif",
    "heics",
    "heifs",
    "tif",
    "m4v",
    "m4b",
    "3g2",
    "qt",
)
SUFFIXES = {f".{extension}" for extension in (*EXTENSIONS.values(), *_MORE)}
"""Names that promise an image, in lower case."""
_NOTHING = (errno.ENOENT, errno.ELOOP)


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A file or folder that a folder run does not process, and why."""

    path: Path
    reason: str
    failed: bool = False
    """Whether it may hold images that could not be found."""


def walk(folder: Path, is_output: Callable[[Path], bool]) -> Iterator[Path | LeftOut]:
    """Yield everything below a folder that is not a folder, sorted; links are not followed."""
    folders = [folder]
    while folders:
        here = folders.pop()
        try:
            with os.scandir(here) as found:
                entries = sorted(found, key=lambda entry: entry.name)
        except OSError as error:
            yield LeftOut(here, f"the folder cannot be read: {error.strerror}", failed=True)
            continue
        inside = []
        for entry in entries:
            path = here / entry.name
            if not entry.is_dir(follow_symlinks=False):
                yield path
            elif is_output(path):
                yield LeftOut(path, "the output folder")
            else:
                inside.append(path)
        folders += reversed(inside)


def why_left_out(path: Path) -> str | None:
    """Why a file in a folder is not an image to process; ``None`` if it is.

    A file that cannot be read, or whose name promises an image, counts as one. It then fails.
    """
    try:
        mode = path.stat().st_mode
    except OSError as error:
        return "a symbolic link to nothing" if error.errno in _NOTHING else None
    if stat.S_ISDIR(mode):
        return "a symbolic link to a folder"
    if not stat.S_ISREG(mode):
        return "not a regular file"
    if path.name.startswith(UNFINISHED):
        return "an unfinished result of another run"
    try:
        reason = _why_no_image(path)
    except OSError:
        return None
    promises = path.suffix.lower() in SUFFIXES and not path.name.startswith(".")
    return None if promises else reason


def _why_no_image(path: Path) -> str | None:
    with path.open("rb") as file:
        head = file.read(HEAD)
    try:
        sniff(head)
    except MalformedImage as error:
        return error.detail
    except UnsupportedMediaType:
        return recognised(head)
    return None


@contextmanager
def opened(path: Path | None, limits: Limits) -> Iterator[bytes | FileData]:
    """Read a file, or standard input for ``None``, up to the size limit.

    A movie is opened, and stays on the disk.

    Raises
    ------
    Refused
        If it is not a regular file.
    expunge.errors.PayloadTooLarge
        If it is larger than the limit; a file is then not read.
    """
    if path is None:
        yield read_input(limits)
        return
    if not path.is_file():
        raise Refused("is not a regular file")
    with path.open("rb") as file:
        if is_movie(file.read(HEAD)):
            limits.check_movie_bytes(path.stat().st_size)
            yield FileData(file)
            return
    yield read(path, limits)


def is_movie(head: bytes) -> bool:
    """Whether a file's first bytes are those of a movie."""
    try:
        return sniff(head).streams
    except (MalformedImage, UnsupportedMediaType):
        return False


def read(path: Path, limits: Limits) -> bytes:
    """Read an image whole.

    Raises
    ------
    expunge.errors.PayloadTooLarge
        If it is larger than the limit; it is then not read.
    """
    try:
        limits.check_bytes(path.stat().st_size)
    except PayloadTooLarge as error:
        raise PayloadTooLarge(f"{error.detail}; --max-mb raises the limit") from None
    return path.read_bytes()
