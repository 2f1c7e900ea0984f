"""The enabled modes and scopes, and whether their libraries and weights are installed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from expunge import models
from expunge.extras import is_installed, sentence
from expunge.imaging.provenance.choices import Scope
from expunge.operations import MODES
from expunge.settings import SettingsInvalid

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from expunge.operations.options.base import ModeOptions
    from expunge.settings import Settings


def modes_of(settings: Settings) -> tuple[str, ...]:
    """The enabled modes: without the scope ``all``, none that always removes all metadata.

    Raises
    ------
    SettingsInvalid
        For an unknown mode, and for one that the scopes rule out.
    """
    ruled_out = () if Scope.ALL in scopes_of(settings) else tuple(_strip_all())
    if settings.modes is None:
        return tuple(name for name in MODES if name not in ruled_out)
    chosen = settings.modes
    unknown = [name for name in chosen if name not in MODES]
    if unknown:
        raise SettingsInvalid(
            f"EXPUNGE_MODES: no such mode: {', '.join(unknown)}; the modes are: {', '.join(MODES)}"
        )
    if contradicting := [name for name in chosen if name in ruled_out]:
        raise SettingsInvalid(
            f"EXPUNGE_MODES: {', '.join(contradicting)} removes all metadata, and EXPUNGE_SCOPES "
            "does not name «all»; leave out the one or add the other"
        )
    return chosen


def _strip_all() -> Iterator[str]:
    return (name for name, mode in MODES.items() if mode.options_type.strips_all)


def scopes_of(settings: Settings) -> tuple[str, ...]:
    """The enabled scopes of ``metadata``.

    Raises
    ------
    SettingsInvalid
        For an unknown scope, and for none.
    """
    known = tuple(scope.value for scope in Scope)
    if settings.scopes is None:
        return known
    wrong = [name for name in settings.scopes if name not in known]
    if wrong or not settings.scopes:
        seen = f"no such scope: {', '.join(wrong)}" if wrong else "names no scope"
        raise SettingsInvalid(f"EXPUNGE_SCOPES: {seen}; the scopes are: {', '.join(known)}")
    return tuple(dict.fromkeys(settings.scopes))


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


def lacks_weights(options: ModeOptions) -> bool:
    """Whether options need a network whose weights are not installed here."""
    entries = {model.name: model for model in models.catalogue()} if options.models else {}
    return not all(name in entries and entries[name].path().is_file() for name in options.models)
