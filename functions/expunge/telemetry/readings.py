"""States that are read when metrics are asked for, such as the length of a queue."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Reading:
    """One value of a gauge, as it is now."""

    name: str
    text: str
    """What it is, with its unit."""
    value: float
    labels: Mapping[str, str] = field(default_factory=dict)
