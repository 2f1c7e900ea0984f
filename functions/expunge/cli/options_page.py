"""``docs/reference/options.md``: every option of every mode, and the interfaces that take it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from expunge.clean.request import no_picture
from expunge.cli.flags import flag_name
from expunge.operations import MODES
from expunge.operations.options.described import Option, options_of
from expunge.web.face_jobs.queries import DIFFERENT, LEFT_OUT, QUERIES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from expunge.operations import Mode

_PATHS = {"faces": "/api/v1/detect", "mask": "/api/v1/mask"}
_HEAD = """# Options of the modes

This page is generated from `functions/expunge/operations/options/`. An option has the same name
everywhere:

- in `POST /api/v1/jobs`, a member of `options` (in a form, `options` is that object as JSON text);
- on the command line, a flag of `expunge MODE`;
- in `GET /api/v1/clean`, a query parameter.

A request with an option that the mode does not have gets a 422 that points to it.

In a query and on the command line, separate list items by commas or repeat the parameter. For
faces, repeat it: `include=3&include=10,20,90,110`. A boolean flag also has a `--no-` form.
"""


def options_page() -> str:
    """Markdown page with a table for each mode."""
    return "\n".join([_HEAD, *(line for mode in MODES.values() for line in _section(mode))])


def _section(mode: Mode) -> Iterator[str]:
    yield f"## `{mode.name}`"
    yield ""
    yield mode.summary
    yield ""
    options = options_of(mode.options_type)
    if options:
        yield f"| option | values | default | description | command line{_heads(mode)} |"
        yield f"|---|---|---|---|---{'|---' * _heads(mode).count('|')}|"
        yield from (_row(mode, option) for option in options)
    else:
        yield "This mode takes no options."
    yield ""
    yield from _remarks(mode)


def _heads(mode: Mode) -> str:
    clean = "" if no_picture(mode.name) else " | `/clean`"
    return clean + (f" | `{_PATHS[mode.name]}`" if mode.name in QUERIES else "")


def _row(mode: Mode, option: Option) -> str:
    cells = [
        f"`{option.name}`",
        _values(option),
        _default(option.default),
        option.description,
        f"`{flag_name(option.name)}`",
    ]
    if not no_picture(mode.name):
        cells.append("yes" if option.in_url else "no")
    if mode.name in QUERIES:
        cells.append(_on_faces(mode, option))
    return f"| {' | '.join(cells)} |"


def _values(option: Option) -> str:
    """The allowed words, or else the type with its range."""
    words = ", ".join(f"`{word}`" for word in option.choices)
    if option.shows_people:
        return f"list of pictures in base64 or descriptors{_length(option.schema)}"
    if option.kind == "array":
        items = option.items or option.schema.get("prefixItems", [{}])[0]
        return f"list of {words or _kinds(items)}{_length(option.schema)}"
    return words or f"{_kinds(option.schema)}{_range(option.schema)}"


def _kinds(schema: dict[str, Any]) -> str:
    kinds = [str(one.get("type", "any")) for one in schema.get("anyOf", (schema,))]
    return " or ".join({"any": "number", "array": "box"}.get(kind, kind) for kind in kinds)


def _range(schema: dict[str, Any]) -> str:
    least, most = schema.get("minimum"), schema.get("maximum")
    if least is not None and most is not None:
        return f", {least:,} to {most:,}"
    if least is not None:
        return f", at least {least:,}"
    if most is not None:
        return f", at most {most:,}"
    if "pattern" in schema:
        return f" that matches `{schema['pattern']}`"
    longest = schema.get("maxLength")
    return f", at most {longest:,} characters" if longest else ""


def _length(schema: dict[str, Any]) -> str:
    least, most = schema.get("minItems"), schema.get("maxItems")
    if most is None:
        return ""
    return f", exactly {most}" if least == most else f", at most {most:,}"


def _default(value: object) -> str:
    return "–" if value in (None, []) else f"`{value if isinstance(value, str) else _json(value)}`"


def _json(value: object) -> str:
    return json.dumps(value)


def _on_faces(mode: Mode, option: Option) -> str:
    field = QUERIES[mode.name].model_fields.get(option.name)
    if field is None:
        return "no"
    own = field.default if field.default != option.default else None
    return "yes" if own is None else f"default {_default(getattr(own, 'value', own))}"


def _remarks(mode: Mode) -> Iterator[str]:
    """Differences of the faces API, with the reasons."""
    if mode.name not in QUERIES:
        return
    path = _PATHS[mode.name]
    for name, reason in LEFT_OUT[mode.name].items():
        yield f"- `{path}` has no `{name}`: {reason}."
    for (name, _), reason in DIFFERENT.items():
        if name in QUERIES[mode.name].model_fields:
            yield f"- `{name}` of `{path}`: {reason}."
    yield ""
