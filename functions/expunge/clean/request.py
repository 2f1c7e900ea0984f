"""What one query of ``/clean`` asks for."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from expunge.errors import FieldError, ValidationFailed
from expunge.operations import MODES, mode_named
from expunge.operations.options.described import options_of
from expunge.operations.options.text import from_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from expunge.operations import Mode

AUTO = "auto"
"""The one value of ``format`` that is not an option of the mode."""
_OWN = {"image", "mode", "download", "sig", "exp"}


@dataclass(frozen=True, slots=True)
class CleanRequest:
    """A picture by address, and what is to be done with it."""

    image: str
    mode: str
    options: dict[str, Any]
    auto: bool = False
    """Whether the browser may be given another format that it takes."""
    download: str | None = None
    """Save as a file of this name, rather than show."""
    targets: tuple[str, ...] = ()
    """The media types that ``auto`` may turn the picture into, the best first."""

    @property
    def work(self) -> str:
        """A digest of what is to be done, whatever the picture."""
        return _digest(self.mode, self.options, self.targets)

    @property
    def address(self) -> str:
        """A digest of what is to be done with what is at this address."""
        return _digest(self.image, self.work)

    def content(self, digest: str) -> str:
        """A digest of what is to be done with the picture of this digest."""
        return _digest(digest, self.work)

    @classmethod
    def of(cls, query: Sequence[tuple[str, str]]) -> CleanRequest:
        """Read a query.

        Raises
        ------
        ValidationFailed
            For a parameter that is missing, unknown, wrong or there twice.
        """
        given: dict[str, list[str]] = {}
        for name, value in query:
            given.setdefault(name, []).append(value)
        image, name = _one(given, "image"), _one(given, "mode")
        without = no_picture(name)
        if without:
            reason = f"{name} {without}; use POST /api/v1/jobs"
            raise ValidationFailed(FieldError("/query/mode", reason))
        auto = given.get("format") == [AUTO]
        own = _OWN | ({"format"} if auto else set())
        mode = mode_named(name)
        options = _options(mode, {n: v for n, v in given.items() if n not in own})
        return cls(image, name, options, auto, given.get("download", [None])[0])


def no_picture(mode: str) -> str | None:
    """Why a mode is not for ``/clean``; ``None`` where it is."""
    if mode == "swap":
        return "needs a second picture"
    known = MODES.get(mode)
    return "gives a report, not a picture" if known and not known.gives_image else None


def _one(given: dict[str, list[str]], name: str) -> str:
    values = given.get(name, [])
    if len(values) != 1 or not values[0]:
        reason = "is required" if not values else "is given once, and not empty"
        raise ValidationFailed(FieldError(f"/query/{name}", reason))
    return values[0]


def _options(mode: Mode, given: dict[str, list[str]]) -> dict[str, Any]:
    """Words as the mode's own types: lists may be repeated or separated by commas."""
    known = {option.name: option for option in options_of(mode.options_type)}
    options: dict[str, Any] = {}
    for name, values in given.items():
        if name not in known:
            options[name] = values[-1]  # for the mode's model to refuse
        elif len(values) > 1 and known[name].kind != "array":
            raise ValidationFailed(FieldError(f"/query/{name}", "is given once"))
        else:
            options[name] = from_text(known[name], values)
    checked = mode.options(options)
    return checked.model_dump(mode="json", exclude_unset=True)


def _digest(*parts: object) -> str:
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()
