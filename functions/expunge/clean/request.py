"""One query of ``/clean``, parsed."""

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
    from collections.abc import Mapping, Sequence

    from expunge.operations import Mode

AUTO = "auto"
"""The one value of ``format`` that is not an option of the mode."""
_OWN = {"image", "mode", "download", "purpose", "sig", "exp"}


@dataclass(frozen=True, slots=True)
class CleanRequest:
    """A source URL, with the mode and options to apply."""

    image: str
    mode: str
    options: dict[str, Any]
    auto: bool = False
    """Whether another format that the browser accepts may be returned."""
    download: str | None = None
    """File name for a download; ``None`` to display the image."""
    purpose: str | None = None
    """What the caller says it is for; it does not change the result."""
    targets: tuple[str, ...] = ()
    """Media types that ``auto`` may convert the image to, best first."""
    private: bool = False
    """Whether the image may come from a private target. Such requests share no results by URL with
    others, whose pages could then show what only a caller with a key may see."""

    @property
    def work(self) -> str:
        """A digest of mode, options and targets, without the image."""
        return _digest(self.mode, self.options, self.targets)

    @property
    def address(self) -> str:
        """A digest of the source URL and the work."""
        return _digest(self.image, self.work, *(["private"] if self.private else []))

    def content(self, digest: str) -> str:
        """A digest of the image (by its SHA-256 ``digest``) and the work."""
        return _digest(digest, self.work)

    @classmethod
    def of(cls, query: Sequence[tuple[str, str]]) -> CleanRequest:
        """Parse a query.

        Raises
        ------
        ValidationFailed
            For a parameter that is missing, unknown, invalid or repeated.
        """
        given: dict[str, list[str]] = {}
        for name, value in query:
            given.setdefault(name, []).append(value)
        image, name = _one(given, "image"), _one(given, "mode")
        mode = image_mode(name)
        auto = given.get("format") == [AUTO]
        own = _OWN | ({"format"} if auto else set())
        rest = {n: v for n, v in given.items() if n not in own}
        _check_is_encoded(image, rest, mode)
        options = options_in(mode, rest)
        if auto and options.get("receipt"):
            reason = f"cannot be signed for a format that varies; leave out format={AUTO}"
            raise ValidationFailed(FieldError("/query/receipt", reason))
        purpose = given.get("purpose", [""])[-1].strip() or None
        return cls(image, name, options, auto, given.get("download", [None])[0], purpose)


def image_mode(name: str, pointer: str = "/query/mode") -> Mode:
    """The mode with this name, whose result is one image.

    Raises
    ------
    ValidationFailed
        For a mode that gives none, and for an unknown name.
    """
    without = no_picture(name)
    if without:
        reason = f"{name} {without}; use POST /api/v1/jobs"
        raise ValidationFailed(FieldError(pointer, reason))
    if name not in MODES:
        known = ", ".join(known for known in MODES if no_picture(known) is None)
        raise ValidationFailed(FieldError(pointer, f"unknown mode; the modes are: {known}"))
    return mode_named(name)


def _check_is_encoded(image: str, rest: Mapping[str, list[str]], mode: Mode) -> None:
    """Recognise a source URL with a query of its own that was not percent-encoded."""
    known = {option.name for option in options_of(mode.options_type)}
    strange = [name for name in rest if name not in known]
    if strange and "?" in image:
        name = strange[0]
        raise ValidationFailed(
            FieldError(
                "/query/image",
                f"percent-encode `image`: «&{name}={rest[name][0]}» seems to belong to it, but was "
                "read as a parameter of this service. Write `&` as %26, as encodeURIComponent does",
            )
        )


def no_picture(mode: str) -> str | None:
    """Why ``/clean`` does not support a mode; ``None`` if it does."""
    known = MODES.get(mode)
    if known and known.companions:
        return "needs a second image"
    return "gives a report, not an image" if known and not known.gives_image else None


def _one(given: dict[str, list[str]], name: str) -> str:
    values = [value.strip() for value in given.get(name, [])]
    if len(values) != 1 or not values[0]:
        reason = "is required" if not values else "must be given once, and not be empty"
        raise ValidationFailed(FieldError(f"/query/{name}", reason))
    return values[0]


def options_in(mode: Mode, given: Mapping[str, list[str]]) -> dict[str, Any]:
    """Parameters as the mode's option types; list values may be repeated or comma-separated."""
    known = {option.name: option for option in options_of(mode.options_type)}
    options: dict[str, Any] = {}
    for name, values in given.items():
        if name not in known:
            options[name] = values[-1]  # for the mode's model to refuse
        elif known[name].is_for_moving:
            reason = "is for moving pictures, which only jobs take: POST /api/v1/jobs"
            raise ValidationFailed(FieldError(f"/query/{name}", reason))
        elif not known[name].in_url:
            reason = "is not taken in a URL; send it in the body of POST /api/v1/jobs"
            raise ValidationFailed(FieldError(f"/query/{name}", reason))
        elif len(values) > 1 and known[name].kind != "array":
            raise ValidationFailed(FieldError(f"/query/{name}", "must be given once"))
        else:
            options[name] = from_text(known[name], values)
    checked = mode.options(options)
    return checked.model_dump(mode="json", exclude_unset=True)


def _digest(*parts: object) -> str:
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()
