"""Names of the known marks, for modules that do not need the registry."""

from __future__ import annotations

import os
import re
import sys
from enum import StrEnum
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from importlib.resources.abc import Traversable

VARIABLE = "EXPUNGE_MARKS_DIR"
"""The setting ``marks_dir``; also read here, since a library call has no `Settings`."""
STARS = ("gemini-sparkle", "gemini-sparkle-faint")
"""The marks that are drawn in closed form; all others have a file."""
NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
LONGEST = 64
"""Most characters of a name."""


class Evidence(StrEnum):
    """How a mark's appearance is known."""

    CAPTURED = "captured"
    """Solved from the tool's own output."""
    DOCUMENTED = "documented"
    """Its place, size and text are public; it is drawn in a free typeface."""


def own_folder(environ: Mapping[str, str] = os.environ, platform: str = sys.platform) -> Path:
    """Return the folder of the operator's or user's own marks.

    It is ``EXPUNGE_MARKS_DIR``, else ``expunge/marks`` in the user's data folder:
    ``$XDG_DATA_HOME`` or ``~/.local/share`` (XDG Base Directory Specification),
    ``~/Library/Application Support`` on macOS, ``%LOCALAPPDATA%`` on Windows.
    """
    chosen = environ.get(VARIABLE)
    return Path(chosen) if chosen else _data(environ, platform) / "expunge" / "marks"


def _data(environ: Mapping[str, str], platform: str) -> Path:
    if platform == "darwin":
        return Path.home() / "Library" / "Application Support"
    if platform == "win32":
        return Path(environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local")
    given = Path(environ.get("XDG_DATA_HOME", ""))
    return given if given.is_absolute() else Path.home() / ".local" / "share"


def packaged() -> Traversable:
    """Return the folder of the package's own marks."""
    return files("expunge.imaging.marks") / "entries"


def stems(folder: Traversable | Path) -> list[str]:
    """Return the names of a folder's marks, sorted; none if there is no such folder."""
    try:
        return sorted(file.name[:-5] for file in folder.iterdir() if file.name.endswith(".toml"))
    except OSError:
        return []


@cache
def known() -> tuple[str, ...]:
    """Return the name of every mark: of the package, then of the operator's folder."""
    ours = (*STARS, *stems(packaged()))
    return (*ours, *(name for name in stems(own_folder()) if name not in ours))


def spelled(name: str) -> str:
    """Return a mark's name for people; the name itself is for programs and never changes.

    >>> spelled("gemini-sparkle"), spelled("ai-generated-label")
    ('Gemini sparkle', 'AI generated label')
    """
    first, *rest = name.split("-")
    return " ".join([_SPELLED.get(first, first.capitalize()), *rest])


_SPELLED = {"ai": "AI", "openart": "OpenArt", "liblib": "LiblibAI", "runninghub": "RunningHub"}
