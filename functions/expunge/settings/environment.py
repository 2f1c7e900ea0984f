"""Variables of the environment as the names of settings, and back in messages."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

PREFIX = "EXPUNGE_"
RENAMED = {"job_seconds": "job_timeout_seconds"}
"""Old names of settings, from earlier versions, and their new names. An old name still works;
`renamed` has the message that tells the operator the new one."""


class SettingsInvalid(Exception):
    """Settings are wrong; the message has one line for each, with its variable."""


def variable(name: str) -> str:
    """The variable of a setting: ``EXPUNGE_DATA`` for ``data``."""
    return PREFIX + name.upper()


def renamed(environ: Mapping[str, str]) -> list[str]:
    """A message for each variable with an old name; entry points print them once."""
    given = _given(environ)
    return [
        f"{variable(old)} is now called {variable(new)}; the old name still works"
        for old, new in RENAMED.items()
        if old in given
    ]


def values(environ: Mapping[str, str]) -> dict[str, str]:
    """The text of every setting that has one, by its present name.

    Raises
    ------
    SettingsInvalid
        If the old and the new name of a setting have different values.
    """
    given = _given(environ)
    for old, new in RENAMED.items():
        if given.get(old, given.get(new)) != given.get(new, given.get(old)):
            raise SettingsInvalid(
                f"{variable(old)} is the old name of {variable(new)}, and the two differ; remove "
                "the old one"
            )
    return {RENAMED.get(name, name): value for name, value in given.items()}


def sentence(error: Mapping[str, object]) -> str:
    """One finding of pydantic as a line that begins with the variable."""
    loc = error["loc"]
    name = variable(str(loc[0])) if isinstance(loc, tuple) and loc else "settings"
    if error["type"] == "extra_forbidden":
        return f"{name}: there is no such setting"
    return f"{name}: {error['msg']}"


def _given(environ: Mapping[str, str]) -> dict[str, str]:
    return {
        name.removeprefix(PREFIX).lower(): value
        for name, value in environ.items()
        if name.startswith(PREFIX) and value
    }
