"""Reads ``multipart/form-data`` in memory.

`RequestGuard` has limited the body, so it needs no temporary files. Each part is copied once: from
the chunks that arrived.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header
from starlette.concurrency import run_in_threadpool

from expunge.errors import FieldError, InvalidRequest, UnsupportedMediaType, ValidationFailed
from expunge.imaging.media_types import bare, claimed

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from python_multipart.multipart import MultipartCallbacks
    from starlette.requests import Request

FORM = "multipart/form-data"
IMAGE = "image"
SOURCE = re.compile(r"source(-\d{1,2})?")
"""The names of a job's other images."""
MAX_PARTS = 32
MAX_TEXT = 65_536
"""Bytes of a part that is not a file."""
PARSED_AT_ONCE = 65_536
"""Bytes that are parsed between other requests; of more, what resembles a boundary takes long."""


@dataclass(slots=True)
class Part:
    """One field of a form: a file or a text; see `is_file`."""

    name: str = ""
    content_type: str | None = None
    data: bytes = b""
    filename: str = field(default="", compare=False)

    @property
    def text(self) -> str:
        """The value of a text field."""
        return self.data.decode("utf-8-sig", "replace")


def is_file(name: str) -> bool:
    """Whether a field of this name is a file.

    Clients differ in when they send a ``filename``: some files have none, and in JavaScript a text
    of a `Blob` always has one. So the field's name decides.
    """
    return name == IMAGE or SOURCE.fullmatch(name) is not None


async def read_form(request: Request) -> dict[str, Part]:
    """The parts of a form by name.

    Raises
    ------
    InvalidRequest
        For a body that does not parse, a duplicate name, or parts that are too many or too
        long.
    """
    return (await _collected(request)).parts


async def read_files(request: Request, most: int) -> tuple[list[Part], dict[str, Part]]:
    """The files of a form, up to ``most`` of one name, and its other parts by name.

    Raises
    ------
    InvalidRequest
        As `read_form`.
    """
    collected = await _collected(request, most)
    return collected.files, collected.parts


async def _collected(request: Request, most: int = 0) -> _Collector:
    _, options = parse_options_header(request.headers["content-type"])
    boundary = options.get(b"boundary")
    if not boundary:
        raise InvalidRequest("The Content-Type of the form names no boundary.")
    chunks = [chunk async for chunk in request.stream()]
    if sum(map(len, chunks)) <= PARSED_AT_ONCE:
        return _parsed(boundary, chunks, most)
    return await run_in_threadpool(_parsed, boundary, chunks, most)


def _parsed(boundary: bytes, chunks: Iterable[bytes], most: int) -> _Collector:
    collector = _Collector(most)
    try:
        parser = MultipartParser(boundary, collector.callbacks())
        for chunk in chunks:
            parser.write(chunk)
        parser.finalize()
    except FormParserError as error:
        raise InvalidRequest(f"The form does not parse: {error}") from None
    if not collector.ended:
        raise InvalidRequest("The form ends before its closing boundary.")
    return collector


async def read_image(request: Request) -> tuple[bytes, str | None]:
    """The file in the form's only field ``image``, and its declared media type, if any.

    Clients guess that type from the file's name.

    Raises
    ------
    UnsupportedMediaType
        For a body that is not a form.
    InvalidRequest, ValidationFailed
        For a form that does not parse, lacks the image, or has other fields.
    """
    media_type = bare(request.headers.get("content-type"))
    if media_type != FORM:
        raise UnsupportedMediaType(
            "The body must be multipart/form-data with the image as the file «image», "
            f"not {media_type or 'without a content type'}."
        )
    form = await read_form(request)
    refuse_unknown(form, {IMAGE})
    if IMAGE not in form:
        raise ValidationFailed(FieldError("/image", "is required"))
    image = form[IMAGE]
    return image.data, claimed(image.content_type)


def refuse_unknown(form: Mapping[str, Part], known: Collection[str]) -> None:
    unknown = [
        FieldError(f"/{name}", "there is no such field") for name in form if name not in known
    ]
    if unknown:
        raise ValidationFailed(*unknown)


class _Collector:
    """Collects the parser's events into parts; up to ``most`` files may share a name."""

    def __init__(self, most: int = 0) -> None:
        self.parts: dict[str, Part] = {}
        self.files: list[Part] = []
        self._most = most
        self.ended = False
        self._part = Part()
        self._pieces: list[bytes] = []
        self._header = b""
        self._value = b""

    def callbacks(self) -> MultipartCallbacks:
        return {
            "on_part_begin": self.part_begin,
            "on_part_data": self.part_data,
            "on_part_end": self.part_end,
            "on_header_field": self.header_field,
            "on_header_value": self.header_value,
            "on_header_end": self.header_end,
            "on_end": self.end,
        }

    def part_begin(self) -> None:
        self._part = Part()

    def header_field(self, data: bytes, start: int, end: int) -> None:
        self._header += data[start:end]

    def header_value(self, data: bytes, start: int, end: int) -> None:
        self._value += data[start:end]

    def header_end(self) -> None:
        name, value = self._header.lower(), self._value
        self._header = self._value = b""
        if name == b"content-disposition":
            _, options = parse_options_header(value)
            self._part.name = options.get(b"name", b"").decode("utf-8", "replace")
            self._part.filename = options.get(b"filename", b"").decode("utf-8", "replace")
        elif name == b"content-type":
            self._part.content_type = value.decode("latin-1")

    def part_data(self, data: bytes, start: int, end: int) -> None:
        self._pieces.append(data[start:end])

    def part_end(self) -> None:
        part = self._part
        part.data = self._pieces[0] if len(self._pieces) == 1 else b"".join(self._pieces)
        self._pieces.clear()
        if self._most and part.name == IMAGE:
            if len(self.files) == self._most:
                raise InvalidRequest(f"The form has more than {self._most} files.")
            self.files.append(part)
            return
        if not part.name or part.name in self.parts:
            raise InvalidRequest(f"The form has a part without a name, or «{part.name}» twice.")
        if not is_file(part.name) and len(part.data) > MAX_TEXT:
            raise InvalidRequest(f"«{part.name}» has more than {MAX_TEXT:,} bytes of text.")
        if len(self.parts) == MAX_PARTS:
            raise InvalidRequest(f"The form has more than {MAX_PARTS} parts.")
        self.parts[part.name] = part

    def end(self) -> None:
        self.ended = True
