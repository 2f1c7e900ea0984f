"""provisional"""

from __future__ import annotations

from typing import TYPE_CHECKING

from expunge.errors import ImageTooLarge

if TYPE_CHECKING:
    from expunge.imaging.source import Source


def peak_bytes(source: Source, mode: str) -> int:
    layout = source.layout
    return (128 << 20) + 4 * layout.width * layout.height if mode != "metadata" else 0


def too_large_for(source: Source, mode: str, limit: int) -> ImageTooLarge:
    return ImageTooLarge("x")
