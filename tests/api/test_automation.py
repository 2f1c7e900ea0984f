"""The n8n and Zapier guides match the API."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from expunge.clean.request import CleanRequest
from expunge.web.native.schemas import JobView
from expunge.web.problems.schema import Problem

if TYPE_CHECKING:
    import httpx2
    from starlette.testclient import TestClient

    from expunge.service import Service

DOCS = Path(__file__).parents[2] / "docs" / "how-to"
PAGE = (DOCS / "automation" / "README.md").read_text()
WORKFLOW = json.loads((DOCS / "automation" / "n8n-workflow.json").read_text())
NODES = {node["name"]: node for node in WORKFLOW["nodes"]}
RECIPES = re.findall(r"```http\n(\w+) (\S+)\n(.*?)```", PAGE, re.DOTALL)
SOURCE = "https://pictures.example/photo.jpg"
ANSWERING = "n8n-nodes-base.respondToWebhook"


class Caller:
    """Sends the recipes of the page, with a source that exists and a key where one is named."""

    def __init__(self, client: TestClient, image: bytes) -> None:
        self.client = client
        upload = {"filename": "photo.jpg", "content_type": "image/jpeg", "size": len(image)}
        granted = client.post("/api/v1/uploads", json=upload).json()
        client.put(granted["upload_url"], content=image, headers=granted["headers"])
        self.source = granted["source_url"]
        client.post("/api/v1/auth/guest")
        token = client.cookies["expunge_csrf"]
        made = client.post("/api/v1/keys", json={"name": "n8n"}, headers={"x-csrf-token": token})
        self.key = made.json()["key"]
        client.cookies.clear()

    def send(self, method: str, path: str, rest: str) -> httpx2.Response:
        """One recipe: lines of headers, an empty line, and a body."""
        head, _, body = rest.rpartition("\n\n") if "{" in rest else (rest, "", "")
        lines = [line.partition(": ") for line in head.splitlines() if line]
        headers = {name: value.replace("uk_…", self.key) for name, _, value in lines}
        body = body.replace(SOURCE, self.source)
        headers |= {"content-type": "application/json"} if body else {}
        return self.client.request(method, path, content=body or None, headers=headers)


@pytest.fixture
def caller(client: TestClient, photo: bytes) -> Caller:
    return Caller(client, photo)


def test_there_are_recipes_for_both() -> None:
    assert len(RECIPES) >= 5
    assert "## n8n" in PAGE
    assert "## Zapier" in PAGE


def test_every_recipe_does_what_the_page_says(
    caller: Caller, service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    guard = service.hooks._courier._post._fetcher._guard
    monkeypatch.setattr(guard, "_resolve", lambda *_: ["93.184.216.34"])
    subscription = ""
    for method, path, rest in RECIPES:
        if path.startswith("/api/v1/clean"):
            pairs = [pair.split("=", 1) for pair in path.partition("?")[2].split("&")]
            assert CleanRequest.of([(name, value) for name, value in pairs]).mode == "metadata"
            continue
        asked = re.sub(r"hook_\w+", subscription, path)
        answer = caller.send(method, asked, rest)
        assert answer.status_code in {200, 201, 202, 204}, (method, path, answer.text)
        if path == "/api/v1/hooks":
            subscription = answer.json()["id"]
        if "respond-async" in rest:
            assert answer.status_code == 202
        elif path == "/api/v1/jobs":
            assert answer.json()["result_url"]


def links(name: str) -> list[list[str]]:
    """The nodes after a node, by output."""
    outputs = WORKFLOW["connections"].get(name, {"main": []})["main"]
    return [[link["node"] for link in output] for output in outputs]


def test_every_node_of_the_workflow_is_reached_and_every_way_ends_in_an_answer() -> None:
    reached, waiting = set(), [WORKFLOW["nodes"][0]["name"]]
    while waiting:
        name = waiting.pop()
        if name in reached:
            continue
        reached.add(name)
        after = links(name)
        assert all(after), f"{name} has an output that leads nowhere"
        assert bool(after) is (NODES[name]["type"] != ANSWERING), name
        waiting += [node for output in after for node in output]

    assert reached == set(NODES)
    assert len({node["id"] for node in WORKFLOW["nodes"]}) == len(NODES)


def test_the_workflow_asks_for_a_job_as_the_api_takes_it(caller: Caller) -> None:
    asked = NODES["Clean image"]["parameters"]
    config = "={{ $('Your expunge server').first().json"
    sent = {field["name"]: field["value"] for field in asked["bodyParameters"]["parameters"]}
    headers = {field["name"]: field["value"] for field in asked["headerParameters"]["parameters"]}
    assert sent.pop("image_url") == f"{config}.image_url }}}}"
    path = asked["url"].removeprefix(f"{config}.base_url }}}}")

    body = {"image_url": caller.source, **sent}
    answer = caller.client.request(asked["method"], path, json=body, headers=headers)

    assert answer.json()["status"] == "succeeded"


def test_the_workflow_sees_a_failure_and_its_status() -> None:
    node = NODES["Clean image"]
    assert node["parameters"]["options"]["response"]["response"] == {
        "fullResponse": True,
        "neverError": True,
        "responseFormat": "json",  # n8n does not take application/problem+json for JSON by itself
    }
    # so what n8n itself repeats is only a server that does not answer
    assert node["retryOnFail"]
    assert node["onError"] == "continueErrorOutput"
    assert links("Clean image")[1] == ["Return problem"]


def test_the_workflow_retries_only_what_is_retryable_and_not_forever() -> None:
    (condition,) = NODES["Is a retry worth it?"]["parameters"]["conditions"]["conditions"]

    assert condition["leftValue"] == "={{ $json.body?.retryable === true && $runIndex < 2 }}"
    assert links("Is a retry worth it?") == [["Wait as asked"], ["Return problem"]]
    assert "retry-after" in NODES["Wait as asked"]["parameters"]["amount"]


def test_the_workflow_answers_a_failure_with_its_status_and_problem() -> None:
    answer = NODES["Return problem"]["parameters"]
    (media_type,) = answer["options"]["responseHeaders"]["entries"]

    assert answer["options"]["responseCode"].startswith("={{ $json.statusCode >= 400 ? $json.s")
    assert media_type == {"name": "content-type", "value": "application/problem+json"}
    assert "$json.body :" in answer["responseBody"]  # the problem, as the server sent it


def test_the_workflow_reads_only_what_a_job_or_a_problem_has() -> None:
    text = json.dumps(WORKFLOW)
    used = set(re.findall(r"\$json\.body\?*\.(\w+)", text)) - {"image_url"}

    assert {"result_url", "retryable"} <= used
    assert used <= JobView.model_fields.keys() | Problem.model_fields.keys()
