"""Prove that a new block holds exactly the wanted fields of the old one."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from expunge.imaging.provenance.fact import Fact


def is_proven(
    before: Iterable[Fact], after: Iterable[Fact], wanted: Callable[[Fact], bool]
) -> bool:
    """Whether the facts after are the wanted facts before, in any order, with the same values."""
    expected = sorted((f.reader, f.key, f.value) for f in before if wanted(f))
    return bool(expected) and expected == sorted((f.reader, f.key, f.value) for f in after)
