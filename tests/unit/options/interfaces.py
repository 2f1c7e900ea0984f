"""The interfaces that take options, and checks that each takes every option."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from expunge import operations
from expunge.clean.request import CleanRequest
from expunge.cli.flags import given_options
from expunge.cli.modes import ModeCommand
from expunge.operations import MODES
from expunge.operations.options.described import options_of
from expunge.web.face_jobs.queries import DIFFERENT, LEFT_OUT, QUERIES

if TYPE_CHECKING:
    from expunge.operations.options.base import ModeOptions

QUERIES_FILE = "functions/expunge/web/face_jobs/queries.py"
OPERATIONS = Path(operations.__file__).parent
OPTIONS_FOLDER = "functions/expunge/operations/options"


def with_options(mode: str, options: type[ModeOptions]) -> dict[str, Any]:
    """The modes, with another option model for one of them."""
    return MODES | {mode: replace(MODES[mode], options_type=options)}


def by_query(mode: str, query: list[tuple[str, str]]) -> dict[str, Any]:
    """The options that `/clean` reads."""
    required = [("image", "https://pictures.example/a.png"), ("mode", mode)]
    return CleanRequest.of([*required, *query]).options


def by_flags(mode: str, arguments: list[str]) -> dict[str, Any]:
    """The options that the command line reads, before the mode validates them."""
    command = ModeCommand(MODES[mode])
    with command.make_context(mode, [*arguments, __file__]) as ctx:
        return given_options(ctx, MODES[mode])


def help_of(mode: str) -> str:
    command = ModeCommand(MODES[mode])
    with click.Context(command, info_name=mode) as ctx:
        return command.get_help(ctx)


def missing_on_faces(mode: str) -> list[str]:
    """A message for every option that the faces API neither takes nor lists in ``LEFT_OUT``."""
    query, left_out = QUERIES[mode], LEFT_OUT[mode]
    options = {option.name: option for option in options_of(MODES[mode].options_type)}
    model = MODES[mode].options_type.__name__
    sentences = [
        f"The option `{name}` of `{mode}` is not in the faces API. In {QUERIES_FILE}, give "
        f'{query.__name__} a field `{name}: … = taken({model}, "{name}")`, or say in '
        f'LEFT_OUT["{mode}"] why it has none.'
        for name in options
        if name not in query.model_fields and name not in left_out
    ]
    sentences += [
        f'In {QUERIES_FILE}, LEFT_OUT["{mode}"] names `{name}`, which '
        + ("is taken, too." if name in query.model_fields else f"{model} does not have.")
        for name in left_out
        if name not in options or name in query.model_fields
    ]
    sentences += [
        f"In {QUERIES_FILE}, {query.__name__} has `{name}`, which {model} does not have."
        for name in query.model_fields
        if name not in options
    ]
    return sentences


def differing_on_faces(mode: str) -> list[str]:
    """A message for every parameter whose choices or range differ from the option's."""
    parameters = QUERIES[mode].model_json_schema(ref_template="{model}")["properties"]
    return [
        f"`{name}` of the faces API has {part} {parameters[name].get(part)}, the option has "
        f"{option.schema.get(part)}: make it with `taken` in {QUERIES_FILE}, or give a reason in "
        "DIFFERENT."
        for option in options_of(MODES[mode].options_type)
        if (name := option.name) in parameters
        for part in ("type", "enum", "minimum", "maximum", "maxLength", "pattern")
        if parameters[name].get(part) != option.schema.get(part) and (name, part) not in DIFFERENT
    ]


def lacking_in_mode(name: str) -> list[str]:
    """A message for everything that is missing in a mode's definition."""
    mode, file = MODES[name], f"{OPTIONS_FOLDER}/{name}.py"
    sentences = []
    if not mode.summary.endswith("."):
        sentences.append(f"The mode `{name}` needs a sentence as summary, in MODES.")
    if not mode.options_type.model_json_schema().get("examples"):
        sentences.append(
            f"{mode.options_type.__name__} in {file} needs an example: "
            'model_config = ConfigDict(json_schema_extra={"examples": [{…}]}).'
        )
    for option in options_of(mode.options_type):
        if not option.description.strip().endswith("."):
            sentences.append(f"`{option.name}` in {file} needs a sentence as description.")
        if option.kind in ("any", "object", "null"):
            sentences.append(
                f"`{option.name}` in {file} has several types, or is an object: it cannot be a "
                "flag or a query parameter. Give it one type, or split it into several options."
            )
        if option.kind == "boolean" and _takes(mode.options_type, option.name, "true"):
            sentences.append(f"`{option.name}` in {file} takes text for a boolean; use StrictBool.")
    return sentences


def unread(mode: str) -> list[str]:
    """A message for every option that no mode reads."""
    code = "\n".join(path.read_text() for path in OPERATIONS.rglob("*.py"))
    return [
        f"Nothing reads `options.{option.name}`: {mode} takes it and ignores it. Use "
        f"it in functions/expunge/operations/{mode}.py."
        for option in options_of(MODES[mode].options_type)
        if not re.search(rf"\b(options|self)\.{option.name}_?\b", code)
    ]


def _takes(options: type[ModeOptions], name: str, value: object) -> bool:
    try:
        options.model_validate({name: value})
    except ValueError as error:
        return f"{name}\n" not in str(error)
    return True
