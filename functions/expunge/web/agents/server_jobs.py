"""Jobs of an agent on a server: ordinary jobs of the API key's account."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, ClassVar

from pydantic import Field
from starlette.concurrency import run_in_threadpool

from expunge.accounts.meter import MeteredCall
from expunge.agents.answers import Answer, JobState
from expunge.agents.arguments import ImageArguments
from expunge.errors import JobFailed, PipelineError
from expunge.jobs.job import Job, Status
from expunge.jobs.operator_rules import MAX_PURPOSE
from expunge.jobs.request import JobRequest
from expunge.web.dependencies import purpose_of
from expunge.web.submitting import submit
from expunge.web.times import moment
from expunge.web.urls import absolute, base_url

if TYPE_CHECKING:
    from starlette.requests import Request

    from expunge.accounts.callers import Caller
    from expunge.operations import Mode
    from expunge.service import Service
    from expunge.web.waiting import JobWaiters


class ServerArguments(ImageArguments):
    """The arguments of a tool on a server."""

    sources: ClassVar[tuple[str, ...]] = ("image_url", "image_base64", "object_key")

    object_key: str | None = Field(
        default=None,
        description="The `object_key` of an upload: POST /api/v1/uploads with the same API key, "
        "then PUT the file to its `upload_url`. For files over 1 MB.",
    )
    purpose: str | None = Field(
        default=None,
        max_length=MAX_PURPOSE,
        description="What this is for, in a few words. Some servers require it.",
    )


class ServerJobs:
    """Implements `expunge.agents.server.ToolJobs` for one request."""

    arguments: type[ImageArguments] = ServerArguments
    writes_files = False

    def __init__(self, request: Request, service: Service, caller: Caller) -> None:
        self._request = request
        self._service = service
        self._caller = caller
        self._metered = False

    @property
    def modes(self) -> tuple[str, ...]:
        return self._service.modes

    async def start(self, mode: Mode, given: ImageArguments) -> Answer:
        assert isinstance(given, ServerArguments)
        job_request = JobRequest(
            mode.name,
            given.options or {},
            image=given.inline_image(),
            object_key=given.object_key,
            image_url=given.image_url,
            base_url=base_url(self._request),
            purpose=given.purpose or purpose_of(self._request),
        )
        submitted = await submit(self._request, self._service, self._caller, job_request)
        return await run_in_threadpool(self._answer, submitted.job)

    async def wait(self, job_id: str, seconds: float) -> Answer:
        job = await run_in_threadpool(self._found, job_id)
        if not job.status.ended and seconds > 0:
            waiters: JobWaiters = self._request.app.state.waiters
            job = await waiters.wait(self._caller, job, seconds)
        return await run_in_threadpool(self._answer, job)

    def _found(self, job_id: str) -> Job:
        """The job; a call that looks for one counts once toward the limit per minute."""
        if not self._metered:
            self._service.meter.take(self._caller, MeteredCall("requests"))
            self._metered = True
        return self._service.jobs.get(self._caller, job_id)

    def _answer(self, job: Job) -> Answer:
        if job.status is Status.FAILED:
            raise JobFailed(job.error_code or PipelineError.code, job.error_message or "")
        state = JobState(
            job_id=job.id, mode=job.mode, status=job.status.value, progress=job.progress
        )
        if job.status is Status.SUCCEEDED:
            return Answer(state.model_copy(update=self._result(job)))
        if not job.status.ended:
            state.next_step = f"The job is {job.status.value}. Call job_status with this job_id."
        return Answer(state)

    def _result(self, job: Job) -> dict[str, object]:
        url = self._service.jobs.result_url(job)
        facts: dict[str, object] = {"report": job.report, "media_type": job.media_type}
        if url is None:
            return facts
        expires: datetime | None = moment(job.result_expires_at)
        return facts | {
            "media_type": job.result_type or job.media_type,
            "result_url": absolute(base_url(self._request), url),
            "result_expires_at": expires,
        }
