"""Prepares a job: gets its image, checks it by its structure, and fills in the record."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from expunge.errors import UnsupportedMediaType
from expunge.imaging.media_types import MOVIES, canonical
from expunge.imaging.source import Source
from expunge.jobs.archive import KEPT_SECONDS, additions, image_of
from expunge.jobs.job import Job, Retention, Status
from expunge.jobs.uploads import Uploaded
from expunge.operations import mode_named
from expunge.operations.options.base import ModeOptions

if TYPE_CHECKING:
    from collections.abc import Callable

    from expunge.accounts.callers import Caller
    from expunge.imaging.data import FileData
    from expunge.imaging.limits import Limits
    from expunge.jobs.capacity import Capacity
    from expunge.jobs.guard import Guard
    from expunge.jobs.request import JobRequest
    from expunge.jobs.sources import Sources
    from expunge.jobs.uploads import Uploads
    from expunge.operations import Mode
    from expunge.stores.ports import Change, Objects


@dataclass(frozen=True, slots=True)
class Draft:
    """A validated job that is not stored yet."""

    job: Job
    source: Source
    options: ModeOptions
    upload: Uploaded | None = None
    """The upload that its image came from, if any."""

    @property
    def claimed(self) -> tuple[Change, ...]:
        """The changes that keep its upload from expiring."""
        return (self.upload.claimed_by(self.job),) if self.upload else ()

    @property
    def archived(self) -> tuple[Change, ...]:
        """The changes that add its image to the operator's archive."""
        if self.job.retention is not Retention.ALL:
            return ()
        return tuple(additions(image_of(self.job, self.source)))


class Drafting:
    """Makes drafts of job requests."""

    def __init__(
        self,
        objects: Objects,
        uploads: Uploads,
        sources: Sources,
        *,
        guard: Guard,
        capacity: Capacity,
        clock: Callable[[], float],
        limits: Limits,
    ) -> None:
        self._guard = guard
        self._objects = objects
        self._uploads = uploads
        self._sources = sources
        self._capacity = capacity
        self._clock = clock
        self._limits = limits

    def draft(
        self, caller: Caller, request: JobRequest, mode: Mode, options: ModeOptions, *, job_id: str
    ) -> Draft:
        """Get the image, check that the mode supports it, and store it for a worker.

        Raises
        ------
        PayloadTooLarge, UnsupportedMediaType, ImageError
            For an unsupported, oversized or damaged file.
        UploadNotFound, UploadIncomplete, SourceUnreachable, LoopDetected
            If the request's upload or URL gives no image.
        """
        source, upload = self._source(caller, request)
        if request.answers_image and source.media_type in MOVIES:
            raise UnsupportedMediaType(
                "This is a video or an audio file, and this URL returns images. POST /api/v1/jobs "
                "takes it, with the modes «metadata» and «detect»."
            )
        mode.check(source, options)
        self._guard.inspect(caller, mode, source)
        at_once = request.needs_outcome
        memory = self._capacity.memory_for(mode, source, options, queued=not at_once)
        sync = mode.sync and not request.respond_async and source.file is None
        if sync and not at_once:
            sync = self._capacity.fits_request(mode, source, options, memory)
        job = self._job(job_id, caller, request, source, memory=memory, sync=sync)
        if upload:
            job = job.changed(
                input_key=upload.object_key,
                input_content=upload.content,
                filename=upload.filename,
            )
        elif not sync:
            job = job.changed(input_key=self._store_input(job, source))
        elif job.retention is Retention.ALL:
            job = job.changed(input_key=job.object_key("in", job.media_type))
        return Draft(job, source, options, upload)

    def check(self, request: JobRequest, mode: Mode, options: ModeOptions) -> Source:
        """The structure of the image in a request, which the mode supports; raises as `draft`."""
        declared, limits = request.declared, self._limits
        image = request.image or b""
        source = Source.of(image, declared=declared, partial=mode.partial, limits=limits)
        mode.check(source, options)
        return source

    def _source(self, caller: Caller, request: JobRequest) -> tuple[Source, Uploaded | None]:
        image, declared = request.image or b"", request.declared
        upload = None
        if request.object_key is not None:
            upload = self._uploads.fetch(caller, request.object_key)
            image, declared = upload.data, upload.declared
        elif request.image_url is not None:
            fetched = self._sources.get(
                caller, request.image_url, schemes=request.schemes, own=request.base_url
            )
            image = fetched.data if fetched else b""
        partial = mode_named(request.mode).partial
        if upload is not None and upload.file is not None:
            return self._opened(upload.file, declared, partial=partial), upload
        source = Source.of(image, declared=declared, partial=partial, limits=self._limits)
        return source, upload

    def _opened(self, file: FileData, declared: str | None, *, partial: bool) -> Source:
        """Read the structure of a movie in the store; a worker opens it again."""
        try:
            return Source.over(file, declared=declared, partial=partial, limits=self._limits)
        finally:
            file.close()

    def _job(
        self,
        job_id: str,
        caller: Caller,
        request: JobRequest,
        source: Source,
        *,
        memory: int,
        sync: bool,
    ) -> Job:
        return Job(
            id=job_id,
            owner=caller.owner_of(job_id),
            browser=None if caller.account else caller.browser,
            mode=request.mode,
            options=_stored_options(request, sync=sync),
            status=Status.QUEUED,
            sync=sync,
            media_type=source.media_type,
            created_at=self._clock(),
            record_seconds=_record_seconds(caller, request),
            surface=request.surface,
            key=caller.key,
            request=request.shown,
            purpose=request.purpose,
            retention=_retention(request, sync=sync),
            webhook_url=request.webhook_url,
            webhook_private=caller.reaches_private,
            webhook_secret=request.webhook_secret,
            base_url=request.base_url,
            guessed_type=_wrong_guess(request, source),
            pixels=source.layout.width * source.layout.height * source.layout.frames,
            memory=memory,
        )

    def _store_input(self, job: Job, source: Source) -> str:
        """Store an image from the request for the worker."""
        key = job.object_key("in", source.media_type)
        self._objects.put(key, source.data, content_type=source.media_type)
        return key


def _stored_options(request: JobRequest, *, sync: bool) -> dict[str, Any]:
    """The options in a job's record; only a worker reads those that identify people."""
    if not sync:
        return request.options
    return mode_named(request.mode).options_type.without_biometrics(request.options)


def _wrong_guess(request: JobRequest, source: Source) -> str | None:
    guess = request.guessed
    return guess if guess and canonical(guess) != canonical(source.media_type) else None


def _retention(request: JobRequest, *, sync: bool) -> Retention:
    """Which images stay: a worker's result must, for whoever waits for it."""
    if request.retention is Retention.REPORT and not sync:
        return Retention.RESULT
    return request.retention


def _record_seconds(caller: Caller, request: JobRequest) -> int:
    """Seconds for which the job can be read: at least as long as its stored images."""
    if request.retention is Retention.NOTHING:
        return 0
    return max(caller.record_seconds, KEPT_SECONDS if request.retention is Retention.ALL else 0)
