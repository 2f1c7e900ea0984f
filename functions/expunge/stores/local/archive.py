"""The backup file: a tar of a data folder, with a manifest as its last member.

The manifest has the size and SHA-256 of every other member, so a truncated or changed file is
detected. Members keep their modification times, which decide the age of objects.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import tarfile
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING, Any

from expunge.stores.local.layout import DATABASES, OBJECTS, OUTBOX, RECORDS, SECRETS

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from typing import BinaryIO

MANIFEST = "manifest.json"
FORMAT = 1
_MOST_MANIFEST = 1 << 30
_CHUNK = 1 << 20
_FOLDERS = f"(?:{OBJECTS}|{OUTBOX})(?:/[A-Za-z0-9][A-Za-z0-9._-]*){{1,2}}"
_MEMBER = re.compile("|".join([*map(re.escape, (*DATABASES, *SECRETS)), _FOLDERS]))
"""The files of a data folder; a restore writes no other name."""


class NotABackup(Exception):
    """The file is not a valid backup; the message says what was seen."""


@dataclass(frozen=True, slots=True)
class Contents:
    """The contents of a backup."""

    files: int
    bytes: int
    version: str
    """The version of expunge that wrote it."""


def pack(folder: Path, out: BinaryIO, *, made_at: float, version: str) -> Contents:
    """Write every file below ``folder`` to a backup; ``version`` is that of this expunge."""
    digests: dict[str, tuple[int, str]] = {}
    with tarfile.open(fileobj=out, mode="w", format=tarfile.PAX_FORMAT) as tar:
        for path in sorted(path for path in folder.rglob("*") if path.is_file()):
            name = path.relative_to(folder).as_posix()
            member = tarfile.TarInfo(name)
            facts = path.stat()
            member.size, member.mtime, member.mode = facts.st_size, facts.st_mtime, 0o600
            with path.open("rb") as file:
                counted = _Digesting(file)
                tar.addfile(member, counted)
            digests[name] = (facts.st_size, counted.sha256.hexdigest())
        manifest = {
            "format": FORMAT,
            "expunge": version,
            "made_at": made_at,
            "files": digests,
        }
        text = json.dumps(manifest).encode()
        member = tarfile.TarInfo(MANIFEST)
        member.size, member.mtime, member.mode = len(text), made_at, 0o600
        tar.addfile(member, BytesIO(text))
    return Contents(len(digests), sum(size for size, _ in digests.values()), version)


def unpack(source: BinaryIO, folder: Path) -> Contents:
    """Extract a backup to ``folder``, and check it against the manifest.

    Raises
    ------
    NotABackup
        If the file is no backup, or was truncated or changed. Some files may be extracted by then.
    """
    seen: dict[str, tuple[int, str]] = {}
    manifest: dict[str, Any] | None = None
    with _tar_errors(), tarfile.open(fileobj=source, mode="r|") as tar:
        for member in tar:
            if member.name == MANIFEST:
                manifest = _manifest(tar, member)
            else:
                seen[member.name] = _extracted(tar, member, folder)
    if manifest is None:
        raise NotABackup("it has no manifest at its end: it was truncated, or never complete")
    promised = {name: tuple(facts) for name, facts in manifest["files"].items()}
    for name in sorted(promised.keys() | seen.keys()):
        if promised.get(name) != seen.get(name):
            raise NotABackup(f"{name} does not match the manifest: the file was changed")
    if RECORDS not in seen:
        raise NotABackup(f"it contains no {RECORDS}")
    total = sum(size for size, _ in seen.values())
    return Contents(len(seen), total, str(manifest["expunge"]))


def _extracted(tar: tarfile.TarFile, member: tarfile.TarInfo, folder: Path) -> tuple[int, str]:
    if not member.isreg() or _MEMBER.fullmatch(member.name) is None:
        raise NotABackup(f"it contains {member.name!r}, which does not belong in a data folder")
    target = folder / member.name
    target.parent.mkdir(parents=True, exist_ok=True)
    file = tar.extractfile(member)
    assert file is not None
    with target.open("xb") as out:
        target.chmod(0o600)
        digesting = _Digesting(file)
        while chunk := digesting.read(_CHUNK):
            out.write(chunk)
    os.utime(target, (member.mtime, member.mtime))
    return member.size, digesting.sha256.hexdigest()


def _manifest(tar: tarfile.TarFile, member: tarfile.TarInfo) -> dict[str, Any]:
    file = tar.extractfile(member) if member.size <= _MOST_MANIFEST else None
    try:
        manifest: dict[str, Any] = json.loads(file.read() if file else b"")
        number, known = manifest["format"], isinstance(manifest["files"], dict)
    except (ValueError, KeyError, TypeError):
        number, known = None, False
    if not isinstance(number, int) or not known:
        raise NotABackup("its manifest cannot be read")
    if number > FORMAT:
        raise NotABackup(f"it was made by expunge {manifest.get('expunge')}, which is newer")
    return manifest


@contextmanager
def _tar_errors() -> Iterator[None]:
    try:
        yield
    except tarfile.TarError as error:
        raise NotABackup(f"it cannot be read as a tar file ({error})") from None
    except (EOFError, FileExistsError):
        raise NotABackup("it was truncated or changed") from None


class _Digesting:
    """A file that computes a digest of its bytes as they are read."""

    def __init__(self, file: Any) -> None:  # noqa: ANN401
        self._file = file
        self.sha256 = hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        data: bytes = self._file.read(size)
        self.sha256.update(data)
        return data
