"""The service's metadata modes, as a browser tab runs them with Pyodide: text and bytes in and out.

A worker of the page imports this module and what it needs, and nothing else of the package
(`web/site/core.py` serves it). So neither it nor those modules import third-party libraries,
except where one file needs one; such a file is left to the service.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, TypeVar

from expunge.errors import ExpungeError, FieldError, ValidationFailed
from expunge.imaging.limits import MEBIBYTE, Limits
from expunge.imaging.provenance import own_label
from expunge.imaging.provenance.choices import Keep, OnConflict, Scope
from expunge.imaging.provenance.cleaning import policy, report
from expunge.imaging.provenance.signing.applying import settled
from expunge.imaging.provenance.strip import strip
from expunge.imaging.source import Source

if TYPE_CHECKING:
    from collections.abc import Callable
    from enum import StrEnum

NEEDS_SERVER = "needs_server"
"""Code of the error for a file that needs a library of the service."""
_LIMITS = Limits(file_bytes=100 * MEBIBYTE)
"""A tab uploads nothing, so it reads larger files than the service: several copies of a file must
fit into the memory of 32-bit WebAssembly."""
_Choice = TypeVar("_Choice", bound="StrEnum")


def strip_metadata(data: bytes, options: str) -> tuple[str, bytes | None]:
    """Remove metadata from one file, as the mode ``metadata`` does.

    Parameters
    ----------
    data
        The whole file.
    options
        JSON object: ``keep``, a list, ``scope`` and ``on_conflict``. A tab signs nothing.

    Returns
    -------
    tuple
        JSON with ``report`` and ``media_type``, and the resulting file; or JSON with ``error``:
        its ``code`` and ``detail``.
    """
    return _answered(lambda: _stripped(data, json.loads(options)))


def detect_metadata(data: bytes) -> str:
    """Report on one file, as the mode ``detect`` does without ``visible`` and ``verify``.

    Returns
    -------
    str
        JSON with ``report`` and ``media_type``, or with ``error``: its ``code`` and ``detail``.
    """
    return _answered(lambda: _detected(data))[0]


def keep_label(data: bytes, made: bytes) -> tuple[str, bytes | None]:
    """Give what a tab made of a file the label of this service, if the file has it.

    Returns
    -------
    tuple
        JSON with ``media_type`` and, if there is a label, ``own_label``, and the file that was
        made, with the label; or JSON with ``error``.
    """
    return _answered(lambda: _kept(data, made))


def _kept(data: bytes, made: bytes) -> tuple[dict[str, Any], bytes]:
    kept, label = own_label.kept(Source.of(data, limits=_LIMITS), made)
    told = {"own_label": label} if label else {}
    return {"media_type": Source.of(kept, limits=_LIMITS).media_type, **told}, kept


def _stripped(data: bytes, options: dict[str, Any]) -> tuple[dict[str, Any], bytes]:
    keep, scope, on_conflict = _choices(options)
    source = Source.of(data, limits=_LIMITS)
    chosen = policy(keep, scope)
    stripped, manifest, _ = settled(
        source, strip(source, chosen), scope, chosen.reasons, on_conflict
    )
    told = report(source, stripped, chosen.reasons, manifest)
    data, label = own_label.kept(source, stripped.data)
    told |= {"own_label": label} if label else {}
    return {"report": told, "media_type": source.media_type}, data


def _detected(data: bytes) -> tuple[dict[str, Any], None]:
    from expunge.imaging.provenance.detect import detect  # noqa: PLC0415 - half of the modules

    source = Source.of(data, partial=True, limits=_LIMITS)
    found = detect(source, verify=False)
    label = own_label.carried(source)
    told = found.report | ({"own_label": label.report()} if label else {})
    return {"report": told, "media_type": source.media_type}, None


def _choices(options: dict[str, Any]) -> tuple[frozenset[Keep], Scope, OnConflict]:
    for name in options.keys() - {"keep", "scope", "on_conflict"}:
        raise ValidationFailed(FieldError(f"/options/{name}", "there is no such field"))
    words = options.get("keep", [])
    if not isinstance(words, list):
        raise ValidationFailed(FieldError("/options/keep", "must be a list"))
    keep = frozenset(_word(Keep, word, "/options/keep") for word in words)
    scope = _word(Scope, options.get("scope", Scope.ALL), "/options/scope")
    asked = options.get("on_conflict", OnConflict.DROP)
    return keep, scope, _word(OnConflict, asked, "/options/on_conflict")


def _word(choices: type[_Choice], word: Any, pointer: str) -> _Choice:  # noqa: ANN401 - JSON
    try:
        return choices(word)
    except ValueError:
        known = ", ".join(choices)
        raise ValidationFailed(FieldError(pointer, f"unknown word; choose from: {known}")) from None


def _answered(
    work: Callable[[], tuple[dict[str, Any], bytes | None]],
) -> tuple[str, bytes | None]:
    """The outcome of some work as JSON, or its error."""
    try:
        answer, data = work()
    except ExpungeError as error:
        return _failed(error.code, error.detail), None
    except ModuleNotFoundError as error:
        detail = f"This file needs a library that a browser does not have ({error.name})."
        return _failed(NEEDS_SERVER, detail), None
    return json.dumps(answer), data


def _failed(code: str, detail: str) -> str:
    return json.dumps({"error": {"code": code, "detail": detail}})
