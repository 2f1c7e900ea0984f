"""``docs/reference/api.md``: the OpenAPI document as a page to read and to search."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

Schema = dict[str, Any]

_HEAD = """# API reference

This page is generated from [openapi.json](openapi.json) (OpenAPI 3.1). A running server shows the
same at `/docs`, where you can send requests. Errors are [problems](problems.md).
"""
_REFERENCE = "#/components/schemas/"
_PROBLEM = "application/problem+json"


def api_page(document: str) -> str:
    """Markdown page with every operation by tag, then every schema.

    Parameters
    ----------
    document
        The OpenAPI document, as JSON text.
    """
    spec = json.loads(document)
    schemas = spec["components"]["schemas"]
    shared = spec["components"].get("responses", {})
    for methods in spec["paths"].values():
        for operation in methods.values():
            operation["responses"] = {
                status: shared[answer["$ref"].rsplit("/", 1)[-1]] if "$ref" in answer else answer
                for status, answer in operation["responses"].items()
            }
    lines = [_HEAD, *_operations(spec["paths"]), "## Schemas", ""]
    for name in sorted(schemas):
        lines += _schema(name, schemas[name])
    return "\n".join(lines)


def _operations(paths: dict[str, Any]) -> Iterator[str]:
    by_tag: dict[str, list[tuple[str, str, Schema]]] = {}
    for path, methods in paths.items():
        for method, operation in methods.items():
            by_tag.setdefault(operation["tags"][0], []).append((method, path, operation))
    for tag, operations in by_tag.items():
        yield f"## {tag.capitalize()}"
        yield ""
        for method, path, operation in operations:
            yield from _operation(method.upper(), path, operation)


def _operation(method: str, path: str, operation: Schema) -> Iterator[str]:
    yield f"### {operation['summary']}"
    yield ""
    yield f"`{method} {path}`"
    yield ""
    if operation.get("description"):
        yield operation["description"]
        yield ""
    if operation.get("parameters"):
        yield "| parameter | in | type | description |"
        yield "|---|---|---|---|"
        for parameter in operation["parameters"]:
            yield from _parameters(parameter)
        yield ""
    if content := operation.get("requestBody", {}).get("content"):
        yield f"Body: {_content(content)}."
        yield ""
        yield from _example(content.get("application/json", {}))
    yield from _answers(operation["responses"])


def _parameters(parameter: Schema) -> Iterator[str]:
    """The rows of a parameter: one for each member of an object, as these are sent one by one."""
    whole = parameter["schema"]
    if not parameter.get("explode"):
        yield _parameter(parameter)
        return
    for name, schema in whole["properties"].items():
        required = name in whole.get("required", ())
        yield _parameter({"name": name, "in": "query", "required": required, "schema": schema})


def _parameter(parameter: Schema) -> str:
    name = f"`{parameter['name']}`" + (" (required)" if parameter.get("required") else "")
    schema = parameter["schema"]
    description = parameter.get("description") or schema.get("description", "")
    return _row(name, parameter["in"], _type(schema), description)


def _answers(responses: dict[str, Schema]) -> Iterator[str]:
    """A list of the answers, and one line with all problems."""
    problems = []
    for status, response in sorted(responses.items()):
        content = response.get("content", {})
        if content.keys() == {_PROBLEM}:
            problems.append(f"{status} «{response['description']}»")
            continue
        description = response["description"].removesuffix(".")
        kinds = {kind: of for kind, of in content.items() if kind != _PROBLEM}
        yield f"- **{status}** {description}{f': {_content(kinds)}' if kinds else ''}"
    if problems:
        yield f"- [Problems](problems.md): {', '.join(problems)}"
    yield ""


def _example(content: Schema) -> Iterator[str]:
    """The first example of a JSON body."""
    named: Schema = next(iter(content.get("examples", {}).values()), {})
    if example := content.get("example", named.get("value")):
        yield "```json"
        yield json.dumps(example, indent=1, ensure_ascii=False)
        yield "```"
        yield ""


def _content(content: dict[str, Schema]) -> str:
    return " or ".join(f"`{kind}` ({_type(of.get('schema', {}))})" for kind, of in content.items())


def _schema(name: str, schema: Schema) -> Iterator[str]:
    yield f"### {name}"
    yield ""
    if schema.get("description"):
        yield schema["description"]
        yield ""
    if "properties" not in schema:
        yield f"{_type(schema)}."
        yield ""
        return
    yield "| member | type | description |"
    yield "|---|---|---|"
    required = schema.get("required", ())
    for member, of in schema["properties"].items():
        label = f"`{member}`" + (" (required)" if member in required else "")
        yield _row(label, _type(of), of.get("description", ""))
    yield ""


def _type(schema: Schema) -> str:
    """A schema in a few words, with links to those that have names."""
    if "$ref" in schema:
        name = schema["$ref"].removeprefix(_REFERENCE)
        return f"[{name}](#{name.lower()})"
    for several in ("oneOf", "anyOf", "allOf"):
        if several in schema:
            return " or ".join(dict.fromkeys(map(_type, schema[several])))
    if "const" in schema or "enum" in schema:
        words = schema.get("enum", [schema.get("const")])
        return ", ".join(f"`{json.dumps(word).strip(chr(34))}`" for word in words)
    kind = str(schema.get("type", "any"))
    if kind == "array":
        return f"list of {_type(schema.get('items', {}))}"
    return f"{kind}{_limits(schema)}"


def _limits(schema: Schema) -> str:
    if schema.get("format"):
        return f" ({schema['format']})"
    least, most = schema.get("minimum"), schema.get("maximum")
    if least is not None and most is not None:
        return f", {least:g} to {most:,.10g}"
    longest = schema.get("maxLength")
    return f", at most {longest:,} characters" if longest else ""


def _row(*cells: str) -> str:
    flat = (re.sub(r"\s+", " ", str(cell)).replace("|", "\\|") for cell in cells)
    return f"| {' | '.join(flat)} |"
