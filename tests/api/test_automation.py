"""The n8n and Zapier guides match the API."""

from __future__ import annotations

import json
import re
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from expunge.clean.request import CleanRequest
from expunge.web.native.hook_schemas import HookCreate
from expunge.web.native.schemas import JobCreate, JobView

if TYPE_CHECKING:
    from starlette.testclient import TestClient

DOCS = Path(__file__).parents[2] / "docs" / "how-to"
PAGE = (DOCS / "automation" / "README.md").read_text()
WORKFLOW = json.loads((DOCS / "automation" / "n8n-workflow.json").read_text())
RECIPES = re.findall(r"```http\n(\w+) (\S+)\n(.*?)```", PAGE, re.DOTALL)
BODIES = {"/api/v1/jobs": JobCreate, "/api/v1/hooks": HookCreate}


@pytest.fixture
def spec(client: TestClient) -> dict[str, Any]:
    return client.get("/openapi.json").json()


def operation(spec: dict[str, Any], method: str, path: str) -> dict[str, Any]:
    """What the document says of a call; ids stand for their parameters."""
    named = re.sub(r"/(hook|job)_\w+", r"/{\1_id}", path.partition("?")[0])
    return spec["paths"][named][method.lower()]


def nodes(kind: str) -> list[dict[str, Any]]:
    return [node for node in WORKFLOW["nodes"] if node["type"] == f"n8n-nodes-base.{kind}"]


@pytest.mark.parametrize(("method", "path", "rest"), RECIPES)
def test_a_recipe_asks_what_the_api_has(
    spec: dict[str, Any], method: str, path: str, rest: str
) -> None:
    asked = operation(spec, method, path)
    headers, _, body = rest.partition("\n\n") if "\n\n" in rest else ("", "", rest)
    known = {p["name"].lower() for p in asked.get("parameters", []) if p["in"] == "header"}
    assert {line.partition(":")[0].lower() for line in headers.split("\n") if line} <= known
    if body.strip():
        BODIES[path].model_validate(json.loads(body))
    elif "?" in path:
        pairs = [pair.split("=", 1) for pair in path.partition("?")[2].split("&")]
        assert CleanRequest.of([(name, value) for name, value in pairs]).mode == "metadata"


def test_there_are_recipes_for_both() -> None:
    assert len(RECIPES) >= 5
    assert "## n8n" in PAGE
    assert "## Zapier" in PAGE


def test_the_workflow_asks_for_a_job_as_the_api_takes_it(spec: dict[str, Any]) -> None:
    (node,) = nodes("httpRequest")
    asked = node["parameters"]
    path = asked["url"].removeprefix("={{ $json.base_url }}")
    parameters = operation(spec, asked["method"], path)["parameters"]
    sent = {field["name"]: field["value"] for field in asked["bodyParameters"]["parameters"]}
    headers = {header["name"].lower() for header in asked["headerParameters"]["parameters"]}

    assert headers <= {p["name"] for p in parameters if p["in"] == "header"}
    assert sent["image_url"] == "={{ $json.image_url }}"
    JobCreate.model_validate(sent | {"image_url": "https://pictures.example/a.png"})


def test_the_workflow_answers_with_what_a_job_has() -> None:
    (node,) = nodes("respondToWebhook")
    used = set(re.findall(r"\$json\.(\w+)", node["parameters"]["responseBody"]))

    assert used == {"result_url", "result_expires_at", "report"}
    assert used <= JobView.model_fields.keys()


def test_the_workflow_hangs_together() -> None:
    names = [node["name"] for node in WORKFLOW["nodes"]]
    links = [
        (start, link["node"])
        for start, outs in WORKFLOW["connections"].items()
        for branch in outs["main"]
        for link in branch
    ]

    assert links == list(pairwise(names))
    assert len({node["id"] for node in WORKFLOW["nodes"]}) == len(names)
    (settings,) = nodes("set")
    given = {field["name"] for field in settings["parameters"]["assignments"]["assignments"]}
    used = set(re.findall(r"\$json\.(\w+)", json.dumps(nodes("httpRequest")[0])))
    assert used <= given
