"""Handlers turn the garbage collector off while they are imported, and on for requests."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

import expunge.handlers

FOLDER = Path(expunge.handlers.__file__).parent
HANDLERS = [path for path in FOLDER.glob("*.py") if "\ndef handler(" in path.read_text("utf-8")]


@pytest.mark.parametrize("path", HANDLERS, ids=lambda path: path.stem)
def test_a_handler_turns_the_garbage_collector_on_at_its_end(path: Path) -> None:
    """A function that is called a million times would never free a cycle of objects."""
    last = ast.parse(path.read_text("utf-8")).body[-1]

    assert ast.unparse(last) == "imported()"


def test_the_handlers_are_found() -> None:
    assert len(HANDLERS) >= 4
