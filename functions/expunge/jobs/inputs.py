"""Gets the images of a request, and reads their structure."""

from __future__ import annotations

import re
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from expunge.errors import ExpungeError, FieldError, UnsupportedMediaType, ValidationFailed
from expunge.imaging.limits import Limits
from expunge.imaging.media_types import MOVIES
from expunge.imaging.source import Source
from expunge.jobs.sources import Sources
from expunge.jobs.uploads import Uploads

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from expunge.accounts.callers import Caller
    from expunge.imaging.data import FileData
    from expunge.jobs.request import Given, JobRequest
    from expunge.jobs.uploads import Uploaded
    from expunge.operations import Mode
    from expunge.operations.options.base import ModeOptions

MAX_COMPANIONS = 20
"""Other images that a job may need."""
_NAME = re.compile(r"[a-z][a-z0-9-]{0,31}")
"""The name of a companion; it is part of an object key."""


@dataclass(frozen=True, slots=True)
class Inputs:
    """Reads images from requests, uploads and URLs."""

    uploads: Uploads
    sources: Sources
    limits: Limits

    def read(
        self, caller: Caller, request: JobRequest, mode: Mode
    ) -> tuple[Source, Uploaded | None]:
        """The image with its companions, and the upload that it came from, if any."""
        source, upload = self._get(caller, request, request.main, mode)
        named: dict[str, Source] = {}
        for name, given in request.companions.items():
            same = [one for one in named if request.companions[one] == given]
            named[name] = named[same[0]] if same else self._companion(caller, request, name, mode)
        return replace(source, companions=named) if named else source, upload

    def carried(self, request: JobRequest, mode: Mode) -> Source:
        """The image in a request, with the companions that the request itself has."""
        source = self._parsed(request.main, mode)
        named = {}
        for name, given in request.companions.items():
            if given.image is not None:
                with _about(name):
                    named[name] = _still(self._parsed(given, mode))
        return replace(source, companions=named) if named else source

    def _companion(self, caller: Caller, request: JobRequest, name: str, mode: Mode) -> Source:
        with _about(name):
            return _still(self._get(caller, request, request.companions[name], mode)[0])

    def _get(
        self, caller: Caller, request: JobRequest, given: Given, mode: Mode
    ) -> tuple[Source, Uploaded | None]:
        if given.object_key is not None:
            upload = self.uploads.fetch(caller, given.object_key)
            if upload.file is not None:
                return self._opened(upload.file, upload.declared, mode), upload
            return self._parsed(replace(given, image=upload.data), mode, upload.declared), upload
        if given.image_url is not None:
            fetched = self.sources.get(
                caller, given.image_url, schemes=request.schemes, own=request.base_url
            )
            given = replace(given, image=fetched.data if fetched else b"")
        return self._parsed(given, mode), None

    def _parsed(self, given: Given, mode: Mode, declared: str | None = None) -> Source:
        return Source.of(
            given.image or b"",
            declared=declared or given.declared,
            partial=mode.partial,
            limits=self.limits,
        )

    def _opened(self, file: FileData, declared: str | None, mode: Mode) -> Source:
        """Read the structure of a movie in the store; a worker opens it again."""
        try:
            return Source.over(file, declared=declared, partial=mode.partial, limits=self.limits)
        finally:
            file.close()


@contextmanager
def _about(name: str) -> Iterator[None]:
    """Let an error say which companion it is about."""
    try:
        yield
    except ExpungeError as error:
        error.detail = f"«{name}»: {error.detail}"
        error.args = (error.detail,)
        raise


def _still(source: Source) -> Source:
    if source.media_type in MOVIES or source.file is not None:
        raise UnsupportedMediaType("This must be an image, not a video or an audio file.")
    return source


def check_companions(given: Mapping[str, Given], mode: Mode, options: ModeOptions) -> None:
    """Check that a request has just the companions that its options name.

    Raises
    ------
    ValidationFailed
        With a pointer to each that is missing, not expected or given in two ways.
    """
    needed = options.companions
    if len(needed) > MAX_COMPANIONS:
        reason = f"name {len(needed)} images; at most {MAX_COMPANIONS} are accepted"
        raise ValidationFailed(FieldError("/options", reason))
    if odd := [name for name in needed if not _NAME.fullmatch(name)]:
        raise ValidationFailed(FieldError("/options", f"«{odd[0]}» must be a name like source-0"))
    missing = [
        FieldError(f"/{name}", f"«{mode.name}» needs this image")
        for name in needed
        if name not in given
    ]
    unknown = [
        FieldError(f"/{name}", f"«{mode.name}» with these options takes no such image")
        for name in given
        if name not in needed
    ]
    if missing or unknown:
        raise ValidationFailed(*missing, *unknown)


def url_pointer(name: str) -> str:
    """The JSON pointer of the URL of an image: of the job's own, or of a companion."""
    prefix, dash, number = (name or "image").partition("-")
    return f"/{prefix}_url{dash}{number}"
