"""What the `/clean` surface asks for when it codes a result in another format."""

from __future__ import annotations

from expunge.operations.options.base import ModeOptions


class ConvertOptions(ModeOptions):
    """The formats that will do, the best one first."""

    targets: tuple[str, ...]
