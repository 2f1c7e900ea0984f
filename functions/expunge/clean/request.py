"""What one query of ``/clean`` asks for."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from expunge.errors import FieldError, ValidationFailed
from expunge.operations import mode_named

if TYPE_CHECKING:
    from collections.abc import Sequence

    from expunge.operations import Mode

AUTO = "auto"
"""The one value of ``format`` that is not an option of the mode."""
NO_PICTURE = {
    "detect": "gives a report, not a picture",
    "faces": "gives a report, not a picture",
    "swap": "needs a second picture",
}
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
        if name in NO_PICTURE:
            reason = f"{name} {NO_PICTURE[name]}; use POST /api/v1/jobs"
            raise ValidationFailed(FieldError("/query/mode", reason))
        auto = given.get("format") == [AUTO]
        own = _OWN | ({"format"} if auto else set())
        mode = mode_named(name)
        options = _options(mode, {n: v for n, v in given.items() if n not in own})
        return cls(image, name, options, auto, given.get("download", [None])[0])


def _one(given: dict[str, list[str]], name: str) -> str:
    values = given.get(name, [])
    if len(values) != 1 or not values[0]:
        reason = "is required" if not values else "is given once, and not empty"
        raise ValidationFailed(FieldError(f"/query/{name}", reason))
    return values[0]


def _options(mode: Mode, given: dict[str, list[str]]) -> dict[str, Any]:
    """Words as the mode's own types: lists may be repeated or separated by commas."""
    known = mode.operation.Options.model_json_schema().get("properties", {})
    options: dict[str, Any] = {}
    for name, values in given.items():
        if _is_list(known.get(name, {})):
            options[name] = [part for value in values for part in value.split(",") if part]
        elif len(values) > 1:
            raise ValidationFailed(FieldError(f"/query/{name}", "is given once"))
        else:
            options[name] = values[0]
    checked = mode.options(options)
    return checked.model_dump(mode="json", exclude_unset=True)


def _is_list(schema: dict[str, Any]) -> bool:
    return any(s.get("type") == "array" for s in (schema, *schema.get("anyOf", ())))


def _digest(*parts: object) -> str:
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()
