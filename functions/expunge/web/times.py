"""Converts Unix seconds to UTC times of whole seconds, for answers."""

from __future__ import annotations

from datetime import UTC, datetime


def moment(seconds: float | None) -> datetime | None:
    """Unix seconds as a UTC time of whole seconds; ``None`` stays ``None``."""
    return None if seconds is None else known_moment(seconds)


def known_moment(seconds: float) -> datetime:
    """Unix seconds as a UTC time of whole seconds."""
    return datetime.fromtimestamp(int(seconds), UTC)
