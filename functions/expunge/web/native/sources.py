"""The other images of a new job: the faces that ``swap`` puts in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from expunge import base64_file
from expunge.errors import FieldError, PayloadTooLarge, ValidationFailed
from expunge.imaging.media_types import claimed
from expunge.jobs.request import Given
from expunge.web.multipart import SOURCE
from expunge.web.native.schemas import SourceImage

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from expunge.web.multipart import Part
    from expunge.web.native.schemas import JobCreate

MAX_BASE64_BYTES = 1_048_576
"""Maximum size of a decoded image in JSON."""


def companions(created: JobCreate, form: Mapping[str, Part]) -> dict[str, Given]:
    """The other images by name, from the members of a body and the files of a form.

    Raises
    ------
    ValidationFailed
        For one that is given in two ways.
    PayloadTooLarge
        For one in base64 that is over its limit.
    """
    found: dict[str, Given] = {}
    for name, given in _given(created, form):
        if name in found:
            raise ValidationFailed(FieldError(f"/{name}", "is given twice; give it in one way"))
        found[name] = given
    return found


def _given(created: JobCreate, form: Mapping[str, Part]) -> Iterator[tuple[str, Given]]:
    for name, part in form.items():
        if SOURCE.fullmatch(name) and part.data:  # browsers send a field without a file, too
            yield name, Given(part.data, guessed=claimed(part.content_type))
    if created.source_key is not None:
        yield "source", Given(object_key=created.source_key)
    if created.source_url is not None:
        yield "source", Given(image_url=created.source_url)
    if created.source_base64 is not None:
        yield "source", _in_base64(created.source_base64, "/source_base64")
    for name, one in (created.sources or {}).items():
        yield name, _of(name, one)


def _of(name: str, one: SourceImage) -> Given:
    ways = one.model_dump(exclude_none=True)
    if len(ways) != 1:
        reason = f"give exactly one of {', '.join(SourceImage.model_fields)}"
        raise ValidationFailed(FieldError(f"/sources/{name}", reason))
    if one.image_base64 is not None:
        return _in_base64(one.image_base64, f"/sources/{name}/image_base64")
    return Given(object_key=one.object_key, image_url=one.image_url)


def _in_base64(text: str, pointer: str) -> Given:
    data, stated = read_base64(text, pointer)
    return Given(data, guessed=claimed(stated))


def read_base64(text: str, pointer: str) -> tuple[bytes, str | None]:
    """See `base64_file.read`; the length is checked first."""
    if base64_file.length(text) > MAX_BASE64_BYTES:
        raise PayloadTooLarge(
            f"{pointer[1:]} may hold at most {MAX_BASE64_BYTES:,} bytes decoded. Send the file as "
            "multipart/form-data, or through POST /api/v1/uploads."
        )
    return base64_file.read(text, pointer)
