"""What `expunge document` writes beside the pages of other tests: the API page, the n8n node."""

from __future__ import annotations

import json
from itertools import chain
from pathlib import Path
from typing import Any

import pytest

from expunge.cli.api_page import api_page
from expunge.cli.n8n_modes import FILE, n8n_modes
from expunge.operations import MODES
from expunge.operations.options.described import options_of
from expunge.web.site.markdown import render

ROOT = Path(__file__).parents[3]
REFERENCE = ROOT / "docs" / "reference"
NODE = ROOT / "integrations" / "n8n-nodes-expunge"
TYPES = {"boolean", "color", "json", "multiOptions", "number", "options", "string"}
"""Types of n8n's fields that the node can show."""


@pytest.fixture(scope="module")
def spec() -> dict[str, Any]:
    document: dict[str, Any] = json.loads((REFERENCE / "openapi.json").read_text("utf-8"))
    return document


def test_the_api_page_is_up_to_date() -> None:
    document = (REFERENCE / "openapi.json").read_text("utf-8")

    assert (REFERENCE / "api.md").read_text("utf-8") == api_page(document), "run: make docs"


def names_in(parameter: dict[str, Any]) -> list[str]:
    """The names that a URL or header has: an exploded object has one for each member."""
    if parameter.get("explode"):
        return list(parameter["schema"]["properties"])
    return [parameter["name"]]


def test_the_api_page_has_every_operation_parameter_and_member(spec: dict[str, Any]) -> None:
    page = (REFERENCE / "api.md").read_text("utf-8")
    for path, methods in spec["paths"].items():
        for method, operation in methods.items():
            _, found, text = page.partition(f"\n`{method.upper()} {path}`\n")
            assert found, (method, path)
            rows = text.partition("\n### ")[0]
            parameters = chain.from_iterable(map(names_in, operation.get("parameters", ())))
            assert all(f"| `{name}`" in rows for name in parameters), path
    for name, schema in spec["components"]["schemas"].items():
        rows = page.partition(f"\n### {name}\n")[2].partition("\n### ")[0]
        assert rows, name
        assert all(f"| `{member}`" in rows for member in schema.get("properties", ())), name


def test_a_name_of_a_schema_leads_to_it() -> None:
    schema = {"$ref": "#/components/schemas/JobView"}
    answers = {"200": {"description": "Done.", "content": {"application/json": {"schema": schema}}}}
    get = {"tags": ["jobs"], "summary": "Get a job", "responses": answers}
    schemas = {"JobView": {"properties": {"a|b": {"type": "integer", "minimum": 1, "maximum": 9}}}}
    spec = {"paths": {"/a": {"get": get}}, "components": {"schemas": schemas}}

    html = render(api_page(json.dumps(spec)), "a.md", lambda file: file).html

    assert '<a href="#jobview">JobView</a>' in html
    assert 'id="jobview"' in html
    assert "<code>a|b</code>" in html
    assert "integer, 1 to 9" in html


def test_the_node_for_n8n_has_every_mode_with_every_option() -> None:
    assert (ROOT / FILE).read_text("utf-8") == n8n_modes(), "run: make docs"

    modes = json.loads(n8n_modes())
    alone = {name: mode for name, mode in MODES.items() if not mode.companions}
    assert modes.keys() == alone.keys()
    for name, mode in alone.items():
        options = options_of(mode.options_type)
        fields = modes[name]["options"]
        assert [field["name"] for field in fields] == [option.name for option in options]
        assert {field["type"] for field in fields} <= TYPES
        for field, option in zip(fields, options, strict=True):
            assert tuple(field.get("choices", ())) == option.choices
            if option.choices and field["type"] == "options":
                assert field["default"] in option.choices


def test_the_package_for_n8n_is_as_its_verification_asks() -> None:
    package = json.loads((NODE / "package.json").read_text("utf-8"))
    codex = json.loads((NODE / "nodes" / "Expunge" / "Expunge.node.json").read_text("utf-8"))

    assert "dependencies" not in package
    assert package["peerDependencies"] == {"n8n-workflow": "*"}
    assert "n8n-community-node-package" in package["keywords"]
    assert package["license"] == "MIT"
    assert (NODE / "LICENSE").read_text("utf-8").startswith("MIT License")
    assert codex["node"] == f"{package['name']}.expunge"
    for built in (*package["n8n"]["nodes"], *package["n8n"]["credentials"]):
        source = NODE / built.removeprefix("dist/").replace(".js", ".ts")
        assert source.is_file(), source
    lock = (NODE / "package-lock.json").read_text("utf-8")
    assert '"resolved"' not in lock  # a registry is the builder's choice
