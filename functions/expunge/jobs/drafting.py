"""Prepares a job: gets its images, checks them by their structure, and fills in the record."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from expunge.errors import UnsupportedMediaType
from expunge.imaging.media_types import MOVIES, canonical
from expunge.imaging.source import Source
from expunge.jobs.archive import KEPT_SECONDS, additions, image_of
from expunge.jobs.capacity import needs_media
from expunge.jobs.job import Job, Retention, Status
from expunge.jobs.uploads import Uploaded
from expunge.operations import check_input, mode_named
from expunge.operations.options.base import ModeOptions
from expunge.operations.parts import shares

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from expunge.accounts.callers import Caller
    from expunge.jobs.capacity import Capacity
    from expunge.jobs.inputs import Inputs
    from expunge.jobs.request import JobRequest
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
        inputs: Inputs,
        *,
        capacity: Capacity,
        clock: Callable[[], float],
        check_space: Callable[[int], object],
    ) -> None:
        self._objects = objects
        self._inputs = inputs
        self._capacity = capacity
        self._clock = clock
        self._check_space = check_space

    @contextmanager
    def draft(
        self,
        caller: Caller,
        request: JobRequest,
        mode: Mode,
        options: ModeOptions,
        *,
        job_id: str,
    ) -> Iterator[Draft]:
        """Get the images, and check that the mode supports them; nothing is stored yet.

        A movie that is read piece by piece is open until the exit.

        Raises
        ------
        PayloadTooLarge, UnsupportedMediaType, ImageError
            For an unsupported, oversized or damaged file.
        UploadNotFound, UploadIncomplete, SourceUnreachable, LoopDetected
            If the request's upload or URL gives no image.
        """
        with self._inputs.read(caller, request, mode) as (source, upload):
            yield self._drafted(caller, request, mode, options, source, upload, job_id=job_id)

    def _drafted(
        self,
        caller: Caller,
        request: JobRequest,
        mode: Mode,
        options: ModeOptions,
        source: Source,
        upload: Uploaded | None,
        *,
        job_id: str,
    ) -> Draft:
        moves = mode.moves(source)
        _check_still(request, source, moves=moves)
        check_input(mode, source, options)
        at_once = request.needs_outcome
        memory = self._capacity.memory_for(mode, source, options, queued=not at_once)
        stages = self._capacity.stages_for(mode, source, options)
        sync = mode.sync and not request.respond_async and source.file is None and not moves
        if sync and not at_once:
            sync = self._capacity.fits_request(mode, source, options, memory)
        job = self._job(job_id, caller, request, source, memory=memory, sync=sync)
        if upload:
            job = job.changed(
                input_key=upload.object_key,
                input_content=upload.content,
                filename=upload.filename,
            )
        elif not sync or job.retention is Retention.ALL:
            job = job.changed(input_key=job.object_key("in", job.media_type))
        if not sync:
            job = job.changed(companions=_companion_keys(job, source))
        if stages:
            job = job.in_stages(stages, shares(mode, stages))
        return Draft(job, source, options, upload)

    def store(self, draft: Draft) -> None:
        """Store the images of a queued job for its worker; an upload is stored already.

        Raises
        ------
        StorageFull
            If there is no space for them.
        """
        job, source = draft.job, draft.source
        if job.sync:
            return
        copies = {job.companions[name]: one for name, one in source.companions.items()}
        if draft.upload is None and job.input_key is not None:
            copies[job.input_key] = source
        self._check_space(sum(len(one.content) for one in copies.values()))
        for key, one in copies.items():
            self._put(key, one)

    def _put(self, key: str, source: Source) -> None:
        if source.file is None:
            self._objects.put(key, source.data, content_type=source.media_type)
        else:
            self._objects.put_file(key, source.file.binary, content_type=source.media_type)

    def check(self, request: JobRequest, mode: Mode, options: ModeOptions) -> Source:
        """The structure of the image in a request, which the mode supports; raises as `draft`."""
        source = self._inputs.carried(request, mode)
        _check_still(request, source, moves=mode.moves(source))
        if not request.elsewhere:
            check_input(mode, source, options)
        return source

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
            media=needs_media(mode_named(request.mode), source),
        )


def _check_still(request: JobRequest, source: Source, *, moves: bool) -> None:
    """Refuse what moves where only a still image can be answered or was paid."""
    if request.answers_image and (moves or source.media_type in MOVIES):
        raise UnsupportedMediaType(
            "This is an animation, a video or an audio file, and this URL returns still images. "
            "POST /api/v1/jobs takes it, if the mode does."
        )
    if moves and request.of_still:
        raise UnsupportedMediaType(
            "This is an animation or a video, and this request is for a still image. Create a job "
            "for it by POST /api/v1/jobs."
        )


def _companion_keys(job: Job, source: Source) -> dict[str, str]:
    named = source.companions.items()
    return {name: job.object_key("in", one.media_type, name) for name, one in named}


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
