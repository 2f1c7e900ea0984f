"""The enabled modes, and whether their libraries are installed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from expunge.extras import is_installed, sentence
from expunge.operations import MODES
from expunge.settings import SettingsInvalid

if TYPE_CHECKING:
    from collections.abc import Iterable

    from expunge.settings import Settings


def modes_of(settings: Settings) -> tuple[str, ...]:
    """The enabled modes.

    Raises
    ------
    SettingsInvalid
        For an unknown mode.
    """
    chosen = settings.modes if settings.modes is not None else tuple(MODES)
    unknown = [name for name in chosen if name not in MODES]
    if unknown:
        raise SettingsInvalid(
            f"EXPUNGE_MODES: no such mode: {', '.join(unknown)}; the modes are: {', '.join(MODES)}"
        )
    return chosen


def lacking(modes: Iterable[str]) -> str | None:
    """Advice on missing libraries of these modes, or ``None`` if all can run."""
    names = tuple(modes)
    needed = {name: extra for name in names if (extra := MODES[name].extra) is not None}
    missing = sorted({extra for extra in needed.values() if not is_installed(extra)})
    if not missing:
        return None
    without = [name for name in names if needed.get(name) not in missing]
    cannot = ", ".join(name for name in names if name not in without)
    advice = f"{cannot} cannot run here. {' '.join(map(sentence, missing))}"
    return f"{advice}. Or disable them: EXPUNGE_MODES={','.join(without)}" if without else advice
