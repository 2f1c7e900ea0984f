"""The modes that are on, and whether they can run here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from expunge.extras import is_installed, sentence
from expunge.operations import MODES
from expunge.settings import SettingsInvalid

if TYPE_CHECKING:
    from collections.abc import Iterable

    from expunge.settings import Settings


def modes_of(settings: Settings) -> tuple[str, ...]:
    """The modes that are on.

    Raises
    ------
    SettingsInvalid
        For one that this build does not know.
    """
    chosen = settings.modes if settings.modes is not None else tuple(MODES)
    unknown = [name for name in chosen if name not in MODES]
    if unknown:
        raise SettingsInvalid(
            f"EXPUNGE_MODES: no such mode: {', '.join(unknown)}; the modes are: {', '.join(MODES)}"
        )
    return chosen


def lacking(modes: Iterable[str]) -> str | None:
    """What to install for these modes, or how to do without; ``None`` where all can run."""
    names = tuple(modes)
    needed = {name: extra for name in names if (extra := MODES[name].extra) is not None}
    missing = sorted({extra for extra in needed.values() if not is_installed(extra)})
    if not missing:
        return None
    without = [name for name in names if needed.get(name) not in missing]
    cannot = ", ".join(name for name in names if name not in without)
    said = f"{cannot} cannot run here. {' '.join(map(sentence, missing))}"
    return f"{said}. Or leave them out: EXPUNGE_MODES={','.join(without)}" if without else said
