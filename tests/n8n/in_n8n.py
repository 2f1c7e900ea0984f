"""The workflow of the guide and the node, in a real n8n beside a real server: ``make n8n-real``.

``N8N`` is the command of an installed n8n 2.x, and the node is built (``make n8n``). It is no part
of the suite, since n8n is 3 GB: `tests/api/test_automation.py` and the node's own tests hold the
parts.
"""

from __future__ import annotations

import io
import json
import os
import shutil
import socket
import subprocess
import threading
import time
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx2
import pytest
from PIL import Image

import expunge
from expunge.bootstrap import build
from expunge.embedded import worker
from expunge.settings import Settings
from tests.browser.conftest import served

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[2]
NODE = ROOT / "integrations" / "n8n-nodes-expunge"
WORKFLOW = ROOT / "docs" / "how-to" / "automation" / "n8n-workflow.json"
SAMPLE = (Path(expunge.__file__).parent / "web" / "pages" / "sample.jpg").read_bytes()
N8N = os.environ.get("N8N", "n8n")
PATIENCE = 300
IMAGE_OUT = {"respondWith": "binary", "responseDataSource": "set", "inputFieldName": "data"}
JSON_OUT = {"respondWith": "json", "responseBody": "={{ JSON.stringify($json) }}"}
REFUSED = 418
"""What a workflow answers here if the node fails."""
NODES: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "metadata": ({"options": {"scope": "private"}}, IMAGE_OUT),
    "mask": ({"options": {"method": "solid", "include": "[0]"}}, IMAGE_OUT),
    "invisible": ({"options": {}}, IMAGE_OUT),
    "detect": ({"options": {"deep": True}}, JSON_OUT),
    "faces": ({"options": {}}, JSON_OUT),
    "all": ({"options": {}, "wait": False}, JSON_OUT),
}
"""Operations of the node with their parameters, and what the workflow answers."""


def clean_workflow(server: str) -> dict[str, Any]:
    """The workflow of the guide, with the server's URL set as the guide says."""
    workflow: dict[str, Any] = json.loads(WORKFLOW.read_text("utf-8"))
    (settings,) = (node for node in workflow["nodes"] if node["name"] == "Your expunge server")
    settings["parameters"]["assignments"]["assignments"][0]["value"] = server
    return workflow | {"id": "guide"}


def node_workflow() -> dict[str, Any]:
    """A workflow with a webhook for each mode: an image comes, and the node's output goes."""
    nodes: list[dict[str, Any]] = []
    connections: dict[str, Any] = {}
    for mode, (parameters, answer) in NODES.items():
        given = {"operation": mode, "source": "binary", "binaryPropertyName": "data0", **parameters}
        hook = {"httpMethod": "POST", "path": mode, "responseMode": "responseNode"}
        options = {"options": {"binaryPropertyName": "data"}}
        failed = JSON_OUT | {"options": {"responseCode": REFUSED}}
        nodes += [
            node(f"Hook {mode}", "n8n-nodes-base.webhook", 2, hook | options) | {"webhookId": mode},
            node(mode, "n8n-nodes-expunge.expunge", 1, {"resource": "image"} | given)
            | {"credentials": {"expungeApi": {"id": "server", "name": "server"}}}
            | {"onError": "continueErrorOutput"},
            node(f"Good {mode}", "n8n-nodes-base.respondToWebhook", 1.1, answer),
            node(f"Bad {mode}", "n8n-nodes-base.respondToWebhook", 1.1, failed),
        ]
        connections[f"Hook {mode}"] = {"main": [[link(mode)]]}
        connections[mode] = {"main": [[link(f"Good {mode}")], [link(f"Bad {mode}")]]}
    facts = {"id": "node", "name": "node", "settings": {"executionOrder": "v1"}}
    return facts | {"nodes": nodes, "connections": connections}


def node(name: str, of: str, version: float, parameters: dict[str, Any]) -> dict[str, Any]:
    place = {"id": name, "name": name, "position": [0, 0]}
    return place | {"type": of, "typeVersion": version, "parameters": parameters}


def link(name: str) -> dict[str, Any]:
    return {"node": name, "type": "main", "index": 0}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    service = build(Settings(data=tmp_path_factory.mktemp("server"), quotas="off"))
    stop = threading.Event()
    working = threading.Thread(target=worker.drain, args=(service, service.inbox, stop))
    working.start()
    with served(service) as url:
        yield url
    stop.set()
    working.join()
    service.close()


@pytest.fixture(scope="module")
def webhooks(server: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx2.Client]:
    """A client of the webhooks of an n8n that has the workflows."""
    home = tmp_path_factory.mktemp("n8n")
    with closing(socket.socket()) as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = os.environ | {
        "N8N_USER_FOLDER": str(home),
        "N8N_LISTEN_ADDRESS": "127.0.0.1",
        "N8N_PORT": str(port),
        "N8N_RUNNERS_BROKER_PORT": str(port + 1),
        "N8N_DIAGNOSTICS_ENABLED": "false",
    }
    installed = home / ".n8n" / "nodes" / "node_modules" / NODE.name
    shutil.copytree(NODE / "dist", installed / "dist")
    shutil.copy(NODE / "package.json", installed)
    credentials = {"id": "server", "name": "server", "type": "expungeApi"}
    imports = {
        "credentials": [credentials | {"data": {"baseUrl": f"{server}/", "apiKey": ""}}],
        "workflow": [clean_workflow(server), node_workflow()],
    }
    for kind, things in imports.items():
        file = home / f"{kind}.json"
        file.write_text(json.dumps(things))
        n8n(environment, f"import:{kind}", f"--input={file}")
    for workflow in imports["workflow"]:
        n8n(environment, "publish:workflow", f"--id={workflow['id']}")
    with (
        started(environment),
        httpx2.Client(base_url=f"http://127.0.0.1:{port}/webhook", timeout=PATIENCE) as client,
    ):
        patiently(client)
        yield client


def n8n(environment: dict[str, str], *arguments: str) -> None:
    subprocess.run([N8N, *arguments], env=environment, check=True, capture_output=True)


@contextmanager
def started(environment: dict[str, str]) -> Iterator[None]:
    with subprocess.Popen(
        [N8N, "start"], env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as process:
        yield
        process.terminate()


def patiently(client: httpx2.Client) -> None:
    """Wait until every webhook answers; n8n registers them one by one."""
    end = time.monotonic() + PATIENCE
    waiting = ["clean-image", *NODES]
    while waiting:
        with suppress(httpx2.TransportError):
            if client.post(waiting[-1]).status_code != httpx2.codes.NOT_FOUND:
                waiting.pop()
                continue
        assert time.monotonic() < end, f"n8n did not register {waiting}"
        time.sleep(1)


def sent(data: bytes = SAMPLE, name: str = "photo.jpg") -> dict[str, tuple[str, bytes]]:
    return {"data": (name, data)}


def test_the_workflow_answers_with_a_link(webhooks: httpx2.Client, server: str) -> None:
    upload = {"filename": "a.jpg", "content_type": "image/jpeg", "size": len(SAMPLE)}
    granted = httpx2.post(f"{server}/api/v1/uploads", json=upload).json()
    httpx2.put(granted["upload_url"], content=SAMPLE, headers=granted["headers"])

    answer = webhooks.post("clean-image", json={"image_url": granted["source_url"]})

    assert answer.status_code == 200
    cleaned = httpx2.get(answer.json()["url"]).content
    assert cleaned == expunge.run("metadata", SAMPLE).image


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"image_url": "https://nothing.invalid/a.jpg"}, 400, "source_unreachable"),
        ({}, 422, "validation_error"),
    ],
)
def test_the_workflow_answers_a_failure_with_its_status_and_problem(
    webhooks: httpx2.Client, body: dict[str, str], status: int, code: str
) -> None:
    answer = webhooks.post("clean-image", json=body)

    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert answer.headers["content-type"].startswith("application/problem+json")


@pytest.mark.parametrize(
    "mode", [mode for mode, (_, answer) in NODES.items() if answer is IMAGE_OUT]
)
def test_the_node_takes_an_image_and_returns_one(webhooks: httpx2.Client, mode: str) -> None:
    answer = webhooks.post(mode, files=sent())

    assert (answer.status_code, answer.headers["content-type"]) == (200, "image/jpeg")
    assert Image.open(io.BytesIO(answer.content)).size == Image.open(io.BytesIO(SAMPLE)).size
    assert answer.content != SAMPLE


@pytest.mark.parametrize(("mode", "status"), [("detect", "succeeded"), ("all", "queued")])
def test_the_node_returns_a_report_or_a_job(
    webhooks: httpx2.Client, mode: str, status: str
) -> None:
    job = webhooks.post(mode, files=sent()).json()

    assert (job["mode"], job["status"]) == (mode, status)


def test_the_node_says_what_was_wrong(webhooks: httpx2.Client) -> None:
    answer = webhooks.post("metadata", files=sent(b"\xff\xd8 cut off", "broken.jpg"))

    assert answer.status_code == REFUSED
    assert ": " in answer.json()["error"]
