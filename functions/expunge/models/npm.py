"""Download of one file from an npm package, without npm."""

from __future__ import annotations

import io
import os
import re
import tarfile
import urllib.request
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

PUBLIC = "https://registry.npmjs.org"
"""The default that npm documents, for a machine on which nothing else is set."""
MAX_PACKAGE = 100_000_000
"""Most bytes of a package's archive."""
_LINE = re.compile(r"^\s*registry\s*=\s*(\S+)", re.MULTILINE)


def member(package: str, path: str) -> bytes:
    """Read one file of a package, such as ``pyodide@314.0.7``.

    Raises
    ------
    OSError
        If the registry does not answer, or the package or the file is missing.
    """
    try:
        with tarfile.open(fileobj=io.BytesIO(_archive(package))) as archive:
            file = archive.extractfile(f"package/{path}")
            data = file.read() if file else None
    except (KeyError, tarfile.TarError) as error:
        raise OSError(f"the package has no file {path}: {error}") from None
    if data is None:
        raise OSError(f"{path} is not a file of the package")
    return data


def registry(environ: Mapping[str, str] = os.environ, home: Path | None = None) -> str:
    """The registry that npm would use: ``npm_config_registry``, the user's ``.npmrc``, else npm's.

    npm reads its variables in any case.
    """
    given = {name.lower(): value for name, value in environ.items()}.get("npm_config_registry")
    return (given or _from_file(home or Path.home()) or PUBLIC).rstrip("/")


def _from_file(home: Path) -> str | None:
    try:
        found = _LINE.search((home / ".npmrc").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return found[1].strip("\"'") if found else None


@lru_cache(maxsize=1)
def _archive(package: str) -> bytes:
    """The package's archive; one is kept, since several files of it may be wanted."""
    name, _, version = package.rpartition("@")
    url = f"{registry()}/{name}/-/{name.rpartition('/')[2]}-{version}.tgz"
    if not url.startswith(("https://", "http://")):
        raise OSError(f"the registry {url} is not a URL")
    with urllib.request.urlopen(url, timeout=60) as answer:  # noqa: S310 - checked above
        data: bytes = answer.read(MAX_PACKAGE + 1)
    if len(data) > MAX_PACKAGE:
        raise OSError(f"the package has more than {MAX_PACKAGE:,} bytes")
    return data
