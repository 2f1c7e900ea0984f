"""The modules that a browser tab runs, as one ZIP file made from the installed package.

It holds `expunge.imaging.tab` and what that imports, found by reading the imports of each module,
also those within functions: a reader of one format is loaded when a file has it.
"""

from __future__ import annotations

import ast
import hashlib
import io
import zipfile
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from expunge.imaging.containers.formats import FORMATS

if TYPE_CHECKING:
    from collections.abc import Iterator

PACKAGE = Path(__file__).parents[2]
ENTRY = "expunge.imaging.tab"
_BY_NAME = tuple(f"expunge.imaging.containers.{form.module}" for form in FORMATS)
"""Modules that are imported by a name that the code computes."""
_STAMP = (1980, 1, 1, 0, 0, 0)
"""Time of every member, the earliest that a ZIP file can hold: equal modules make equal files."""


@dataclass(frozen=True, slots=True)
class Core:
    """The ZIP file."""

    data: bytes
    digest: str
    """The first 16 hexadecimal digits of its SHA-256: part of its URL."""


@cache
def core() -> Core:
    """Make the ZIP file once a process."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(set(modules().values())):
            member = zipfile.ZipInfo(path.relative_to(PACKAGE.parent).as_posix(), _STAMP)
            member.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(member, path.read_bytes())
    data = made.getvalue()
    return Core(data, hashlib.sha256(data).hexdigest()[:16])


def modules() -> dict[str, Path]:
    """Every module of the ZIP file, by name."""
    found: dict[str, Path] = {}
    wanted = [ENTRY, *_BY_NAME]
    while wanted:
        name = wanted.pop()
        path = _file(name)
        if path is None or name in found:
            continue
        found[name] = path
        wanted.append(name.rpartition(".")[0])  # importing a module imports its package first
        if name != PACKAGE.name:  # which loads the library's public names on first use
            wanted += _imported(path)
    return found


def _file(name: str) -> Path | None:
    """The file of a module of this package; ``None`` for any other name."""
    top, *parts = name.split(".")
    if top != PACKAGE.name:
        return None
    place = PACKAGE.joinpath(*parts)
    for path in (place / "__init__.py", place.with_suffix(".py")):
        if path.is_file():
            return path
    return None


def _imported(path: Path) -> list[str]:
    return [name for node in _run(ast.parse(path.read_bytes())) for name in _names(node)]


def _run(node: ast.AST) -> Iterator[ast.AST]:
    """Every node below this one, except what only type checkers read."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.If) and getattr(child.test, "id", "") == "TYPE_CHECKING":
            continue
        yield child
        yield from _run(child)


def _names(node: ast.AST) -> list[str]:
    """The names that an import may load: ``from a import b`` loads ``a``, and ``a.b`` if it is
    a module."""
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom) and node.module:
        return [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
    return []
