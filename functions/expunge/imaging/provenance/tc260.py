"""Read China's label for synthetic content from any text value.

GB 45438-2025, annex E: a JSON object ``AIGC`` with ``Label`` (1 certain, 2 possible,
3 suspected), ``ContentProducer``, ``ProduceID``, ``ContentPropagator``, ``PropagateID`` and two
reserved codes. A pattern finds it, so a label inside other JSON counts too.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from expunge.imaging.provenance.fact import Fact

_MARKS = ("ContentProducer", "ProduceID", "ContentPropagator", "AIGC")
_FIELD = re.compile(
    r"""["']?\b(Label|ContentProducer|ProduceID|ContentPropagator|PropagateID|ReservedCode[12])"""
    r"""\b\\?["']?\s*[:=]\s*\\?["']?([^"'\\,}\n]{1,300})"""
)
MAX_FIELDS = 7


def read(fact: Fact) -> Iterator[Fact]:
    """Yield the fields of the label in a fact's value, if any."""
    if "Label" not in fact.value:
        return
    if not fact.key.endswith("AIGC") and not any(mark in fact.value for mark in _MARKS):
        return
    for index, match in enumerate(_FIELD.finditer(fact.value)):
        if index == MAX_FIELDS:
            return
        name, value = match[1], match[2].strip()
        yield replace(fact, reader="tc260", key=name, path=f"{fact.path}/{name}", value=value)
