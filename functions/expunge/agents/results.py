"""Answers and errors as results of MCP tools."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING

from mcp.types import CallToolResult, ImageContent, ResourceLink, TextContent

if TYPE_CHECKING:
    from mcp.types import ContentBlock

    from expunge.agents.answers import Answer


def result_of(answer: Answer) -> CallToolResult:
    """The answer as structured content, as text, and with the image or a link to it."""
    job = answer.job
    structured = job.model_dump(mode="json", exclude_none=True)
    content: list[ContentBlock] = [
        TextContent(type="text", text=job.model_dump_json(exclude_none=True))
    ]
    if answer.image is not None and job.media_type:
        data = base64.b64encode(answer.image).decode()
        content.append(ImageContent(type="image", data=data, mime_type=job.media_type))
    if job.result_url:
        content.append(
            ResourceLink(
                type="resource_link",
                name=job.job_id,
                uri=job.result_url,
                mime_type=job.media_type,
            )
        )
    return CallToolResult(content=content, structured_content=structured)


def refusal(code: str, detail: str) -> CallToolResult:
    """An error that the model may read and correct; ``code`` is a problem code."""
    return CallToolResult(
        content=[TextContent(type="text", text=f"{code}: {detail}")], is_error=True
    )
