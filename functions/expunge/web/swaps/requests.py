"""Turns a new swap into a job request, and the job's errors back into the words of the swap."""

from __future__ import annotations

import json
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from expunge.errors import (
    ExpungeError,
    FieldError,
    IdempotencySpent,
    SourceUnreachable,
    ValidationFailed,
)
from expunge.jobs.request import Given, JobRequest
from expunge.swaps.pricing import Kind, Size
from expunge.web.swaps.fields import field_of, placed, told

if TYPE_CHECKING:
    from collections.abc import Iterator

    from expunge.web.swaps.swap_schemas import SwapCreate, SwapEstimate

MODE = "swap"
_SOURCE = "source"
_STILL = (Kind.IMAGE, Kind.MULTI_FACE_IMAGE)
_NOT_FOR: dict[str, tuple[Kind, ...]] = {
    "reference_frame_time_seconds": _STILL,
    "duration_seconds": _STILL,
    "file_size_bytes": _STILL,
    "keep_audio": (*_STILL, Kind.GIF),
    "codec": (*_STILL, Kind.GIF),
    "face_swaps": (Kind.IMAGE, Kind.GIF),
}
"""Fields that these types do not have; their default does no harm."""
_DEFAULTS: dict[str, Any] = {"keep_audio": True}
_OPTIONS = (
    *("target_face_index", "enable_face_enhancer", "reference_frame_time_seconds", "keep_audio"),
    *("consent", "codec", "visible_label"),
)
"""Fields that are options of the mode by the same name."""


def job_request(body: SwapCreate, *, base_url: str, **more: Any) -> JobRequest:  # noqa: ANN401
    """The job request of a swap.

    Raises
    ------
    ValidationFailed
        For fields that are missing for this type of swap, or that it does not have.
    """
    errors = list(_misfits(body))
    if errors:
        raise ValidationFailed(*errors)
    return JobRequest(
        mode=MODE,
        options=_options(body),
        image_url=body.target_url,
        companions={name: Given(image_url=url) for name, url in _sources(body).items()},
        webhook_url=body.webhook_url,
        base_url=base_url,
        shown=_shown(body),
        **more,
    )


def estimated(body: SwapEstimate) -> Size:
    """The size that a caller declares.

    Raises
    ------
    ValidationFailed
        For values without which there is no price.
    """
    needed = {Kind.GIF: ("duration_seconds", "file_size_bytes"), Kind.VIDEO: ("duration_seconds",)}
    missing = [name for name in needed.get(body.type, ()) if getattr(body, name) is None]
    if missing:
        reason = f"is required for the type «{body.type}»"
        raise ValidationFailed(*(FieldError(f"/{name}", reason) for name in missing))
    unknown = body.width is None or body.height is None
    width, height = (1 << 30, 1 << 30) if unknown else (body.width or 0, body.height or 0)
    return Size(body.faces, body.duration_seconds or 0.0, body.file_size_bytes or 0, width, height)


@contextmanager
def worded(body: SwapCreate) -> Iterator[None]:
    """Let errors of the job name the fields of the swap."""
    try:
        yield
    except ValidationFailed as error:
        renamed = (FieldError(field_of(one.pointer), one.detail) for one in error.errors)
        same = ValidationFailed(*renamed)
        error.errors, error.detail = same.errors, same.detail
        raise
    except IdempotencySpent as error:
        raise ValidationFailed(FieldError("/header/idempotency-key", error.detail)) from None
    except SourceUnreachable as error:
        pointer, reason = placed(error.detail)
        if not _urls(body).get(pointer, "").startswith("https:"):
            raise ValidationFailed(FieldError(pointer, reason)) from None
        error.detail = told(error.detail)
        raise
    except ExpungeError as error:
        error.detail = told(error.detail)
        raise


def _misfits(body: SwapCreate) -> Iterator[FieldError]:
    kind = body.type
    for name, kinds in _NOT_FOR.items():
        given = getattr(body, name)
        if kind in kinds and given is not None and given != _DEFAULTS.get(name):
            right = " and ".join(f"«{one}»" for one in Kind if one not in kinds)
            yield FieldError(f"/{name}", f"is only for the type {right}")
    several = body.face_swaps is not None and kind not in _NOT_FOR["face_swaps"]
    if kind is Kind.MULTI_FACE_IMAGE and not several:
        yield FieldError("/face_swaps", f"is required for the type «{kind}»")
    elif not several and body.source_url is None:
        yield FieldError("/source_url", "is required")
    if several:
        yield from _misfits_of_several(body)


def _misfits_of_several(body: SwapCreate) -> Iterator[FieldError]:
    if body.source_url is not None:
        yield FieldError("/source_url", "must be left out: each of face_swaps has its own")
    if body.target_face_index is not None:
        yield FieldError("/target_face_index", "must be left out: face_swaps name the faces")
    seen = set()
    for number, one in enumerate(body.face_swaps or ()):
        place, moment = f"/face_swaps/{number}", one.frame_time_seconds
        if body.type is Kind.VIDEO and moment is None:
            yield FieldError(f"{place}/frame_time_seconds", "is required in a video")
        if body.type is not Kind.VIDEO and moment is not None:
            yield FieldError(f"{place}/frame_time_seconds", f"is only for «{Kind.VIDEO}»")
        if (one.face_index, moment) in seen:
            yield FieldError(f"{place}/face_index", "names a face for the second time")
        seen.add((one.face_index, moment))


def _options(body: SwapCreate) -> dict[str, Any]:
    """The options of the mode; what was not given has the mode's default."""
    given = {name: getattr(body, name) for name in _OPTIONS}
    options = {name: value for name, value in given.items() if value is not None}
    if body.type is not Kind.VIDEO:
        options.pop("keep_audio", None)
    if body.face_swaps is not None:
        options["face_swaps"] = [
            one.model_dump(exclude={"source_url"}, exclude_none=True)
            | {"source": f"{_SOURCE}-{number}"}
            for number, one in enumerate(body.face_swaps)
        ]
    return options


def _sources(body: SwapCreate) -> dict[str, str]:
    """The URLs of the new faces, by the names of their companions."""
    if body.face_swaps is None:
        return {_SOURCE: body.source_url or ""}
    return {f"{_SOURCE}-{number}": one.source_url for number, one in enumerate(body.face_swaps)}


def _urls(body: SwapCreate) -> dict[str, str]:
    """The URLs of all files, by the pointers of their fields."""
    sources = {field_of(f"/{name}"): url for name, url in _sources(body).items()}
    return {"/target_url": body.target_url, **sources}


def _shown(body: SwapCreate) -> dict[str, Any]:
    """What the record keeps to show the swap, and to tell a retry from another request.

    Metadata are kept as text, so that they come back as they were.
    """
    shown = {"type": body.type.value, "duration_seconds": body.duration_seconds}
    shown["file_size_bytes"] = body.file_size_bytes
    if body.metadata is not None:
        shown["metadata"] = json.dumps(body.metadata)
    return {name: value for name, value in shown.items() if value is not None}
