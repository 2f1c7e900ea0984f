"""Gets the images of a request, and reads their structure."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import ExitStack, contextmanager, nullcontext
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Any, BinaryIO

from expunge.errors import ExpungeError, FieldError, UnsupportedMediaType, ValidationFailed
from expunge.imaging.data import FileData
from expunge.imaging.limits import Limits
from expunge.imaging.media_types import MOVIES
from expunge.imaging.source import Source
from expunge.jobs.at_once import at_once
from expunge.jobs.sources import Sources
from expunge.jobs.uploads import Uploaded, Uploads
from expunge.net.ports import never

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from expunge.accounts.callers import Caller
    from expunge.jobs.request import Given, JobRequest
    from expunge.operations import Mode
    from expunge.operations.options.base import ModeOptions

MAX_COMPANIONS = 20
"""Other images that a job may need."""
_NAME = re.compile(r"[a-z][a-z0-9-]{0,31}")
"""The name of a companion; it is part of an object key."""


@dataclass(frozen=True, slots=True)
class _Found:
    """A file as it came."""

    data: bytes
    declared: str | None
    file: FileData | None = None
    """A movie that is read piece by piece, in place of the data."""
    upload: Uploaded | None = None


@dataclass(frozen=True, slots=True)
class Inputs:
    """Reads images from requests, uploads and URLs."""

    uploads: Uploads
    sources: Sources
    limits: Limits
    scratch: Callable[[], BinaryIO]
    """See `Objects.scratch`."""

    @contextmanager
    def read(
        self, caller: Caller, request: JobRequest, mode: Mode
    ) -> Iterator[tuple[Source, Uploaded | None]]:
        """The image with its companions, and the upload that it came from, if any.

        A movie that is read piece by piece is open until the exit.
        """
        takes = mode.structural or mode.moving
        movies = takes and request.movies and not request.answers_image
        with ExitStack() as opened:
            with self.sources.place(caller) if request.fetches else nullcontext():
                self._check_receiver(caller, request)
                files = self._files(caller, request, opened, movies=movies)
            yield self._source(request, mode, files), files[""].upload

    def _check_receiver(self, caller: Caller, request: JobRequest) -> None:
        """Look where the messages would go, before any file is fetched for them."""
        if request.webhook_url is not None:
            self.sources.check_receiver(
                caller, request.webhook_url, pointer="/webhook_url", schemes=request.schemes
            )

    def _files(
        self, caller: Caller, request: JobRequest, opened: ExitStack, *, movies: bool
    ) -> dict[str, _Found]:
        """The files of a request by their names, equal ones once.

        They come at the same time, so several slow ones last no longer than the slowest.
        """
        find = partial(self._find, caller, request, opened)
        if not request.companions:
            return {"": find("", movies=movies)}
        first: dict[Given, str] = {}
        for name, given in request.companions.items():
            first.setdefault(given, name)
        calls = {"": partial(find, "", movies=movies)}
        found = at_once(calls | {name: partial(find, name) for name in first.values()})
        return {"": found[""]} | {
            name: found[first[given]] for name, given in request.companions.items()
        }

    def _source(self, request: JobRequest, mode: Mode, files: Mapping[str, _Found]) -> Source:
        source = self._parsed(files[""], mode)
        stills: dict[int, Source] = {}
        for name in request.companions:
            if id(files[name]) not in stills:
                with _about(name):
                    stills[id(files[name])] = self._still(files[name], mode)
        named = {name: stills[id(files[name])] for name in request.companions}
        return replace(source, companions=named) if named else source

    def carried(self, request: JobRequest, mode: Mode) -> Source:
        """The image in a request, with the companions that the request itself has."""
        source = self._parsed(_Found(request.image or b"", request.declared), mode)
        named = {}
        for name, given in request.companions.items():
            if given.image is not None:
                with _about(name):
                    named[name] = self._still(_Found(given.image, given.declared), mode)
        return replace(source, companions=named) if named else source

    def _find(
        self,
        caller: Caller,
        request: JobRequest,
        opened: ExitStack,
        name: str,
        abandoned: Callable[[], bool] = never,
        *,
        movies: bool = False,
    ) -> _Found:
        with _about(name):
            found = self._got(caller, request, request.given[name], abandoned, movies=movies)
        if found.file:
            opened.callback(found.file.close)
        return found

    def _got(
        self,
        caller: Caller,
        request: JobRequest,
        given: Given,
        abandoned: Callable[[], bool],
        *,
        movies: bool,
    ) -> _Found:
        if given.object_key is not None:
            upload = self.uploads.fetch(caller, given.object_key)
            return _Found(upload.data, upload.declared, upload.file, upload)
        if given.image_url is None:
            return _Found(given.image or b"", given.declared)
        fetched = self.sources.get(
            caller,
            given.image_url,
            schemes=request.schemes,
            own=request.base_url,
            abandoned=abandoned,
            movies=movies,
        )
        if fetched is None or fetched.file is None:
            return _Found(fetched.data if fetched else b"", given.declared)
        return _Found(b"", given.declared, FileData(fetched.file, self.scratch))

    def _still(self, found: _Found, mode: Mode) -> Source:
        source = None if found.file else self._parsed(found, mode)
        if source is None or source.media_type in MOVIES:
            raise UnsupportedMediaType("This must be an image, not a video or an audio file.")
        return source

    def _parsed(self, found: _Found, mode: Mode) -> Source:
        how: dict[str, Any] = {"declared": found.declared, "partial": mode.partial}
        how["limits"] = self.limits
        return Source.over(found.file, **how) if found.file else Source.of(found.data, **how)


@contextmanager
def _about(name: str) -> Iterator[None]:
    """Let an error say which companion it is about, if any."""
    try:
        yield
    except ExpungeError as error:
        if not name:
            raise
        error.detail = f"«{name}»: {error.detail}"
        error.args = (error.detail,)
        raise


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
    return f"/{name or 'image'}_url" if name in ("", "source") else f"/sources/{name}/image_url"
