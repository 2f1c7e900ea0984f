"""The tools: names, descriptions, annotations and schemas.

Every mode that needs one image belongs to one tool. The schema of a mode's options is made from
``operations/options``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from mcp.types import Tool, ToolAnnotations

from expunge.agents.answers import JobState
from expunge.agents.arguments import StatusArguments
from expunge.operations import MODES
from expunge.operations.options.described import Schema, json_schema, options_of

if TYPE_CHECKING:
    from collections.abc import Collection

    from pydantic import BaseModel

    from expunge.agents.arguments import ImageArguments
    from expunge.operations import Mode

STATUS = "job_status"
_UNKNOWABLE = (
    "Watermarks that cannot be checked here, such as SynthID, may remain: never call a result free "
    "of watermarks."
)


@dataclass(frozen=True, slots=True)
class ImageTool:
    """A tool that runs one of several modes on an image."""

    name: str
    title: str
    description: str
    modes: tuple[str, ...]

    @property
    def reads_only(self) -> bool:
        return not any(MODES[name].gives_image for name in self.modes)


IMAGE_TOOLS = (
    ImageTool(
        "detect",
        "Detect metadata and AI marks",
        "Report metadata, AI provenance (C2PA, IPTC, generator parameters) and visible AI marks of "
        "an image; with `invisible`, also the open invisible watermarks of Stable Diffusion, Flux "
        "and InvokeAI. Changes nothing. What cannot be known is reported as unknown.",
        ("detect",),
    ),
    ImageTool(
        "clean",
        "Clean an image",
        "Remove metadata (`metadata`, lossless), visible AI marks (`visible`), disturb invisible "
        f"watermarks (`invisible`), or all of these (`all`). {_UNKNOWABLE}",
        tuple(
            mode.name
            for mode in MODES.values()
            if mode.gives_image and mode.name != "mask" and not mode.companions
        ),
    ),
    ImageTool("mask", "Hide faces", f"{MODES['mask'].summary} Removes metadata, too.", ("mask",)),
    ImageTool("faces", "Find faces", MODES["faces"].summary, ("faces",)),
)


def offered(enabled: Collection[str]) -> dict[str, ImageTool]:
    """The tools with the modes that are enabled, by name; none without a mode."""
    tools = {}
    for tool in IMAGE_TOOLS:
        modes = tuple(name for name in tool.modes if name in enabled)
        if modes:
            tools[tool.name] = ImageTool(tool.name, tool.title, tool.description, modes)
    return tools


def listed(
    enabled: Collection[str], arguments: type[ImageArguments], *, writes_files: bool
) -> list[Tool]:
    """All tools as MCP lists them.

    Parameters
    ----------
    writes_files
        Whether results are written to the user's files, which a call may ask to overwrite.
    """
    tools = [_image_tool(tool, arguments, writes_files) for tool in offered(enabled).values()]
    return [*tools, _status_tool()]


def _image_tool(tool: ImageTool, arguments: type[ImageArguments], writes_files: bool) -> Tool:
    return Tool(
        name=tool.name,
        title=tool.title,
        description=f"{tool.description} Give the image as one of: {', '.join(arguments.sources)}.",
        input_schema=_input_schema(tool, arguments),
        output_schema=json_schema(JobState),
        annotations=ToolAnnotations(
            title=tool.title,
            read_only_hint=tool.reads_only,
            destructive_hint=writes_files and not tool.reads_only,
            idempotent_hint=tool.reads_only,
            open_world_hint=True,  # image_url
        ),
    )


def _status_tool() -> Tool:
    title = "Get the state of a job"
    return Tool(
        name=STATUS,
        title=title,
        description="Wait for a job that an earlier call started, and return its state and result.",
        input_schema=_object(_fields(StatusArguments), ["job_id"]),
        output_schema=json_schema(JobState),
        annotations=ToolAnnotations(
            title=title, read_only_hint=True, idempotent_hint=True, open_world_hint=False
        ),
    )


def _input_schema(tool: ImageTool, arguments: type[ImageArguments]) -> Schema:
    fields = _fields(arguments)
    modes = [MODES[name] for name in tool.modes]
    fields["options"] |= _options(modes)
    if len(modes) == 1:
        del fields["mode"]
        return _object(fields, [])
    said = " ".join(f"`{mode.name}`: {mode.summary}" for mode in modes)
    fields["mode"] |= {"enum": list(tool.modes), "description": said}
    return _object(fields, ["mode"])


def _options(modes: list[Mode]) -> Schema:
    """The schema of a mode's options; of several modes, one schema for each."""
    each: list[Schema] = [
        {"title": f"Options of {mode.name}"} | _object(_fields(mode.options_type), [])
        for mode in modes
    ]
    return each[0] if len(each) == 1 else {"anyOf": each, "type": "object"}


def _fields(model: type[BaseModel]) -> dict[str, Schema]:
    """The fields of a model, each with its description, and with its default if it has one."""
    fields = {}
    for option in options_of(model):
        facts: dict[str, Any] = {"description": option.description}
        if option.default is not None:
            facts["default"] = option.default
        fields[option.name] = option.schema | facts
    return fields


def _object(fields: dict[str, Schema], required: list[str]) -> Schema:
    schema: Schema = {"type": "object", "properties": fields, "additionalProperties": False}
    return schema | {"required": required} if required else schema
