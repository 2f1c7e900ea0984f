"""Rules for the OpenAPI document, which report each missing part and its place."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from jsonschema import Draft202012Validator
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

if TYPE_CHECKING:
    from collections.abc import Iterator

Json = dict[str, Any]
PICTURES = {"cleanImage", "maskFaces"}
"""Operations that answer with a picture: there is no example of one."""
REPORTS = {("getHealth", "503")}
"""Answers that tell of something wrong and are no problems."""
LITERAL = {"example", "examples", "default", "enum", "const", "mapping"}
"""Members that hold data, where nothing is a schema."""


def shortcomings(spec: Json) -> list[str]:
    """A sentence for everything that an operation lacks."""
    return [
        f"{method.upper()} {path}: {sentence}"
        for path, methods in spec["paths"].items()
        for method, operation in methods.items()
        for sentence in _of_operation(spec, operation)
    ]


def _of_operation(spec: Json, operation: Json) -> Iterator[str]:
    if not re.fullmatch(r"[a-z]+([A-Z][a-z]+)*", operation["operationId"]):
        yield 'give the route operation_id="…", in camelCase: clients are generated with it.'
    known = [tag["name"] for tag in spec["tags"]]
    if not set(operation.get("tags", ())) & set(known):
        yield f"give its router tags=[…], one of those in web/openapi.py: {', '.join(known)}."
    summary = operation.get("summary", "")
    if len(summary.split()) < 2 or summary == summary.title():
        yield 'give the route summary="…", a phrase for the list of operations.'
    if not operation.get("description"):
        yield "give the function a docstring: it is the operation's description."
    for parameter in operation.get("parameters", ()):
        if not parameter.get("description"):
            yield f"give the parameter `{parameter['name']}` a description."
    for media_type, content in operation.get("requestBody", {}).get("content", {}).items():
        if not (_examples(spec, content) or _holds_file(spec, content)):
            yield f"give the model of its {media_type} body json_schema_extra with examples."
    yield from _of_answers(spec, operation)


def _of_answers(spec: Json, operation: Json) -> Iterator[str]:
    answers: Json = operation["responses"]
    if operation["operationId"] in PICTURES:
        return
    for status, given_answer in answers.items():
        answer = _resolved(spec, given_answer)
        for media_type, content in answer.get("content", {}).items():
            is_report = (operation["operationId"], status) in REPORTS
            if status >= "4" and not is_report and media_type != "application/problem+json":
                yield f"its {status} is no problem: use problems.responses."
            if not (_examples(spec, content) or _holds_file(spec, content)):
                yield f"give the model of its {status} answer json_schema_extra with examples."


def _examples(spec: Json, content: Json) -> list[Any]:
    """The examples of a body, or of the schema that it refers to."""
    if "example" in content:
        return [content["example"]]
    if "examples" in content:
        return [_resolved(spec, example)["value"] for example in content["examples"].values()]
    schema = _resolved(spec, content.get("schema", {}))
    found: list[Any] = schema.get("examples", [])
    return found


def _holds_file(spec: Json, content: Json) -> bool:
    """Whether a body is a file or a form with one: JSON has no example of a file."""
    schema = _resolved(spec, content.get("schema", {}))
    parts = [schema, *schema.get("properties", {}).values()]
    return any(part.get("items", part).get("format") == "binary" for part in parts)


def _resolved(spec: Json, node: Json) -> Json:
    found = spec
    if "$ref" not in node:
        return node
    for part in node["$ref"].removeprefix("#/").split("/"):
        found = found[part]
    return found


def references(node: object) -> Iterator[str]:
    """Every reference of a document."""
    if isinstance(node, dict):
        if isinstance(node.get("$ref"), str):
            yield node["$ref"]
        yield from node.get("discriminator", {}).get("mapping", {}).values()
    for part in node.values() if isinstance(node, dict) else node if isinstance(node, list) else ():
        yield from references(part)


def wrong_examples(spec: Json) -> tuple[int, list[str]]:
    """How many examples there are, and a sentence for each that is not what its schema says."""
    resource = Resource(contents=spec, specification=DRAFT202012)
    registry = Registry().with_resource("urn:spec", resource)
    count, wrong = 0, []
    for where, example in _all_examples(spec, spec, ""):
        count += 1
        validator = Draft202012Validator({"$ref": f"urn:spec#{where}"}, registry=registry)
        wrong += [f"{where}: {error.message[:300]}" for error in validator.iter_errors(example)]
    return count, wrong


def _all_examples(spec: Json, node: object, where: str) -> Iterator[tuple[str, Any]]:
    """Where the schema of each example is, and the example."""
    if isinstance(node, list):
        for index, part in enumerate(node):
            yield from _all_examples(spec, part, f"{where}/{index}")
    if not isinstance(node, dict):
        return
    if isinstance(node.get("schema"), dict):
        beside = {key: node[key] for key in ("example", "examples") if key in node}
        for example in _examples(spec, beside):
            yield f"{where}/schema", example
    elif isinstance(node.get("examples"), list):
        for example in node["examples"]:
            yield where, example
    for key, part in node.items():
        if key not in LITERAL:
            escaped = key.replace("~", "~0").replace("/", "~1")
            yield from _all_examples(spec, part, f"{where}/{escaped}")


def flags_of_bodies(spec: Json) -> Iterator[tuple[str, Json]]:
    """Every flag of a JSON body: the members whose default is true or false."""
    for name, schema in spec["components"]["schemas"].items():
        for member, part in schema.get("properties", {}).items():
            if isinstance(part.get("default"), bool):
                yield f"{name}.{member}", part
