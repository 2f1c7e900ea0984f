"""The tools have every mode and every option, in schemas that agents can rely on."""

from __future__ import annotations

from typing import Any

import jsonschema
import pytest

from expunge.agents.arguments import ImageArguments
from expunge.agents.tools import IMAGE_TOOLS, STATUS, listed
from expunge.cli.mcp.arguments import LocalArguments
from expunge.operations import MODES
from expunge.web.agents.server_jobs import ServerArguments

ALONE = [mode for mode in MODES.values() if not mode.companions]
"""Modes of one image, which is what a tool gives them."""
DOORS: list[tuple[type[ImageArguments], bool]] = [(LocalArguments, True), (ServerArguments, False)]


def schemas(arguments: type[ImageArguments]) -> dict[str, dict[str, Any]]:
    tools = listed(tuple(MODES), arguments, writes_files=False)
    return {tool.name: tool.input_schema for tool in tools}


def options_schema(mode: str, arguments: type[ImageArguments]) -> dict[str, Any]:
    [tool] = [tool for tool in IMAGE_TOOLS if mode in tool.modes]
    options = schemas(arguments)[tool.name]["properties"]["options"]
    if len(tool.modes) == 1:
        return options
    [own] = [one for one in options["anyOf"] if one["title"] == f"Options of {mode}"]
    return own


@pytest.mark.parametrize("arguments", [door for door, _ in DOORS])
@pytest.mark.parametrize("mode", ALONE, ids=lambda mode: mode.name)
def test_every_option_of_every_mode_is_in_its_tool(
    mode: Any, arguments: type[ImageArguments]
) -> None:
    properties = options_schema(mode.name, arguments)["properties"]

    fields = {field.alias or name: field for name, field in mode.options_type.model_fields.items()}
    assert set(properties) == set(fields)
    for name, field in fields.items():
        assert properties[name]["description"] == field.description


@pytest.mark.parametrize("mode", ALONE, ids=lambda mode: mode.name)
def test_the_examples_of_a_mode_fit_its_schema_and_unknown_options_do_not(mode: Any) -> None:
    schema = options_schema(mode.name, ServerArguments)

    for example in mode.options_type.model_config["json_schema_extra"]["examples"]:
        jsonschema.validate(example, schema)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({"no_such_option": 1}, schema)


@pytest.mark.parametrize(("arguments", "writes_files"), DOORS)
def test_tools_say_what_they_change(arguments: type[ImageArguments], writes_files: bool) -> None:
    for tool in listed(tuple(MODES), arguments, writes_files=writes_files):
        changes = tool.name in {"clean", "mask"}
        assert tool.annotations.read_only_hint is not changes
        assert bool(tool.annotations.destructive_hint) is (changes and writes_files)
        assert tool.title
        assert tool.description
        jsonschema.Draft202012Validator.check_schema(tool.input_schema)
        jsonschema.Draft202012Validator.check_schema(tool.output_schema)
        assert tool.input_schema["type"] == tool.output_schema["type"] == "object"


def test_a_mode_that_is_off_is_not_offered() -> None:
    tools = listed(("metadata", "faces"), ServerArguments, writes_files=False)

    assert [tool.name for tool in tools] == ["clean", "faces", STATUS]
    assert "mode" not in tools[0].input_schema["properties"]
