"""A mode's options as command-line flags."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any

import click
from click.core import ParameterSource

from expunge.cli import companions
from expunge.cli.faces import reference
from expunge.operations.options.described import options_of
from expunge.operations.options.text import from_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from expunge.errors import ValidationFailed
    from expunge.operations import Mode
    from expunge.operations.options.described import Option

ALIASES = {"strip_metadata": " /--keep-metadata", "face_swaps": "--faces"}
"""More names of a flag, in click's notation."""
_FILE = " On the command line: the path of the file."
_COMPANION = " On the command line: the index and the path of the picture."
_FACE = " On the command line: the path of a picture, or a descriptor; repeat it for more people."


def flags(mode: Mode) -> list[click.Parameter]:
    """One flag for each option of a mode."""
    return [_flag(option) for option in options_of(mode.options_type)]


def flag_name(option: str) -> str:
    """``max_faces`` as ``--max-faces``."""
    return "--" + option.replace("_", "-")


def given_options(ctx: click.Context, mode: Mode) -> dict[str, Any]:
    """The options on the command line, as the mode takes them; defaults are left out."""
    return dict(_given(ctx, mode))


def usage_message(error: ValidationFailed) -> str:
    """The errors in the options, each with the name of its flag."""
    return "; ".join(_by_flag(one.pointer.split("/"), one.detail) for one in error.errors)


def _given(ctx: click.Context, mode: Mode) -> Iterator[tuple[str, Any]]:
    for option in options_of(mode.options_type):
        if ctx.get_parameter_source(option.name) is ParameterSource.DEFAULT:
            continue
        value = ctx.params[option.name]
        if option.names_companions:
            yield option.name, companions.named(option, value)
        elif option.shows_people:
            yield option.name, [reference(one) for one in value]
        elif option.is_file:
            yield option.name, base64.b64encode(value.read_bytes()).decode()
        elif option.kind in ("array", "object", "any"):
            yield option.name, from_text(option, value if isinstance(value, tuple) else (value,))
        else:
            yield option.name, value


def _flag(option: Option) -> click.Option:
    name = flag_name(option.name)
    help_text = option.description + (_FILE if option.is_file else "")
    if option.kind == "boolean":
        names = [option.name, f"{name}/--no-{name[2:]}"]
        if option.name in ALIASES:
            names.append(ALIASES[option.name])
        return click.Option(names, default=option.default, show_default=True, help=help_text)
    if option.kind == "array":
        return click.Option(
            [option.name, name, *([ALIASES[option.name]] if option.name in ALIASES else [])],
            multiple=True,
            metavar=_list_metavar(option),
            help=f"{help_text}{_choices(option)}{_files(option)}",
        )
    return click.Option(
        [option.name, name],
        type=_type(option),
        default=option.default,
        show_default=option.default is not None,
        help=help_text,
    )


def _type(option: Option) -> click.ParamType[Any]:
    if option.is_file:
        from pathlib import Path

        return click.Path(exists=True, dir_okay=False, path_type=Path)
    if option.choices:
        return click.Choice(option.choices)
    least, most = option.schema.get("minimum"), option.schema.get("maximum")
    if option.kind == "integer":
        return click.IntRange(least, most)
    return click.FloatRange(least, most) if option.kind == "number" else click.STRING


def _list_metavar(option: Option) -> str:
    if option.names_companions:
        return "INDEX=FILE,…"
    if option.shows_people:
        return "FACE"
    if option.holds_lists:
        return "N|X1,Y1,X2,Y2" if "anyOf" in option.items else "X,Y,W,H|X1,Y1,X2,Y2,X3,Y3…"
    length = option.schema.get("maxItems")
    if length and length == option.schema.get("minItems"):
        return ",".join(["N"] * length)
    return "WORDS" if option.choices else "VALUES"


def _files(option: Option) -> str:
    if option.names_companions:
        return _COMPANION
    return _FACE if option.shows_people else ""


def _choices(option: Option) -> str:
    return f" Separated by commas: {', '.join(option.choices)}." if option.choices else ""


def _by_flag(path: list[str], detail: str) -> str:
    """``/options/NAME/…`` and the companion ``/NAME`` by the flag ``--NAME``."""
    names = path[2:] if path[1:2] == ["options"] else path[1:]
    return f"{flag_name(names[0])}: {detail}" if names else detail
