"""Removes metadata, AI provenance, watermarks and faces from images before you share them.

``expunge.run(mode, image, **options)`` is the library's only function.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from expunge.operations import run
    from expunge.operations.outcome import Outcome

__all__ = ["Outcome", "run"]
__version__ = "0.2.0"


def __getattr__(name: str) -> Any:  # noqa: ANN401
    """Import the library on first use, so that a server starts faster."""
    if name == "run":
        from expunge.operations import run  # noqa: PLC0415

        return run
    if name == "Outcome":
        from expunge.operations.outcome import Outcome  # noqa: PLC0415

        return Outcome
    raise AttributeError(name)
