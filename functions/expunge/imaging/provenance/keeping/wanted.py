"""The facts that a caller wants to keep."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from expunge.imaging.provenance import own_label, tc260
from expunge.imaging.provenance.fact import Budget, Fact, Kept
from expunge.imaging.provenance.rules import kept_as

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import TypeVar

    T = TypeVar("T")

MAX_FACTS = 40_000
"""Fields of one file that are read. Photoshop may list thousands of ancestors."""


@dataclass(slots=True)
class Wanted:
    """Selects facts of one file by the reasons to keep them."""

    reasons: Kept
    left: int = MAX_FACTS
    """Fields that may still be read. What comes after them goes."""
    budget: Budget = field(default_factory=Budget, compare=False)
    """Compressed text that may still be inflated."""
    _known: dict[tuple[str, str, str], Kept] = field(default_factory=dict, compare=False)
    """The answers so far: the proof asks for each fact again."""

    def __call__(self, fact: Fact) -> bool:
        """Whether a fact stays if its block does."""
        return bool(self._kept(fact) & (self.reasons | Kept.STRUCTURE))

    def any(self, facts: Iterable[Fact]) -> bool:
        """Whether one of the facts is a reason to keep their block."""
        return any(self._kept(fact) & self.reasons for fact in facts)

    def limited(self, fields: Iterable[T]) -> Iterator[T]:
        """Yield fields until the file's limit is used up."""
        each = iter(fields)
        while self.left > 0 and (found := next(each, None)) is not None:
            self.left -= 1
            yield found

    def _kept(self, fact: Fact) -> Kept:
        asked = (fact.place, fact.path, fact.value)
        if asked not in self._known:
            kept = kept_as(fact) | own_label.reasons(fact)
            for field_of_label in tc260.read(fact):
                kept |= kept_as(field_of_label)
            self._known[asked] = kept
        return self._known[asked]
