"""The MCP server: checks arguments, starts jobs, waits for them and reports progress."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

import anyio
from mcp.server import Server
from mcp.types import CallToolResult, ListToolsResult
from pydantic import BaseModel, ValidationError

import expunge
from expunge.agents.arguments import ImageArguments, StatusArguments
from expunge.agents.results import refusal, result_of
from expunge.agents.tools import STATUS, ImageTool, listed, offered
from expunge.errors import ExpungeError, FieldError, JobFailed, PipelineError, ValidationFailed
from expunge.operations import mode_named
from expunge.validation import field_errors

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Collection

    from mcp.server import ServerRequestContext
    from mcp.types import CallToolRequestParams, PaginatedRequestParams

    from expunge.agents.answers import Answer
    from expunge.operations import Mode

    Report = Callable[[float, float | None, str | None], Awaitable[None]]

log = logging.getLogger(__name__)
REPORT_SECONDS = 1.0
"""Longest time between two looks at a job's progress."""
INSTRUCTIONS = (
    "expunge removes metadata, AI provenance, visible AI marks and faces from images. Call "
    "`detect` or `faces` first to see what is there. Never claim that a result is free of every "
    "watermark."
)
_Model = TypeVar("_Model", bound=BaseModel)


class ToolJobs(Protocol):
    """Runs the jobs of one client."""

    @property
    def arguments(self) -> type[ImageArguments]:
        """The model of the arguments, with the sources of images that it takes."""
        ...

    @property
    def modes(self) -> Collection[str]:
        """Names of the enabled modes."""
        ...

    @property
    def writes_files(self) -> bool:
        """Whether results are written to the user's files."""
        ...

    async def start(self, mode: Mode, given: ImageArguments) -> Answer:
        """Start a job.

        Raises
        ------
        ExpungeError
            If it cannot start, or has failed already.
        """
        ...

    async def wait(self, job_id: str, seconds: float) -> Answer:
        """The job's state, as soon as it has ended or after so many seconds.

        Raises
        ------
        ExpungeError
            If there is no such job, or if it has failed.
        """
        ...


def server_of(jobs: ToolJobs) -> Server[Any]:
    """The MCP server of one client."""
    tools = _Tools(jobs)
    return Server(
        "expunge",
        title="expunge",
        version=expunge.__version__,
        instructions=INSTRUCTIONS,
        on_list_tools=tools.list,
        on_call_tool=tools.call,
    )


class _Tools:
    def __init__(self, jobs: ToolJobs) -> None:
        self._jobs = jobs
        self._offered = offered(jobs.modes)

    async def list(
        self, _: ServerRequestContext[Any], __: PaginatedRequestParams | None
    ) -> ListToolsResult:
        jobs = self._jobs
        tools = listed(jobs.modes, jobs.arguments, writes_files=jobs.writes_files)
        return ListToolsResult(tools=tools)

    async def call(
        self, context: ServerRequestContext[Any], params: CallToolRequestParams
    ) -> CallToolResult:
        try:
            report = context.session.report_progress
            return result_of(await self._answer(params.name, params.arguments or {}, report))
        except ExpungeError as error:
            code = error.job_code if isinstance(error, JobFailed) else error.code
            return refusal(code, error.detail)
        except Exception:
            log.exception("the tool %s crashed", params.name)
            return refusal(PipelineError.code, "The call could not be completed.")

    async def _answer(self, name: str, arguments: dict[str, Any], report: Report) -> Answer:
        if name == STATUS:
            asked = _checked(StatusArguments, arguments)
            answer = await self._jobs.wait(asked.job_id, 0)
            return await self._waited(answer, asked.wait_seconds, report)
        if name not in self._offered:
            known = ", ".join([*self._offered, STATUS])
            reason = f"unknown tool «{name[:100]}»; the tools are: {known}"
            raise ValidationFailed(FieldError("", reason))
        given = _checked(self._jobs.arguments, arguments)
        mode = _mode(self._offered[name], given.mode)
        given.check_source()
        answer = await self._jobs.start(mode, given)
        return await self._waited(answer, given.wait_seconds, report)

    async def _waited(self, answer: Answer, seconds: float, report: Report) -> Answer:
        """Wait for the job's end and report every step of its progress."""
        until, told = anyio.current_time() + seconds, -1
        while True:
            job = answer.job
            if job.progress > told:  # the protocol wants it to increase
                await report(job.progress, 100, job.status)
                told = job.progress
            left = until - anyio.current_time()
            if job.ended or left <= 0:
                return answer
            answer = await self._jobs.wait(job.job_id, min(left, REPORT_SECONDS))


def _checked(model: type[_Model], arguments: dict[str, Any]) -> _Model:
    try:
        return model.model_validate(arguments)
    except ValidationError as error:
        raise ValidationFailed(*field_errors(error)) from None


def _mode(tool: ImageTool, named: str | None) -> Mode:
    """The mode that a call names; a tool with one mode needs no name."""
    name = named if named is not None or len(tool.modes) > 1 else tool.modes[0]
    if name not in tool.modes:
        seen = "is required" if name is None else f"«{name[:100]}» is no mode of «{tool.name}»"
        raise ValidationFailed(FieldError("/mode", f"{seen}; give one of {', '.join(tool.modes)}"))
    return mode_named(name)
