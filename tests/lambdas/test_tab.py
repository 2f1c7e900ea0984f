"""The function that sends browsers what they load, within the limits of Lambda."""

from __future__ import annotations

import base64
import json

import brotli
import pytest

from expunge import models
from tests.browser.pulled import pulled
from tests.lambdas import make_events
from tests.lambdas.samples import body
from tests.lambdas.test_size import MAX_ANSWER


@pytest.fixture(scope="module")
def tab(layer_of, start):
    folder = layer_of["TabLayer"] / "models"
    with start("TabFunction", layers=["web"], environ={"EXPUNGE_MODELS_DIR": str(folder)}) as made:
        yield made


def get(function, path):
    return function.invoke(make_events.request("GET", path))


@pulled
def test_every_file_of_the_list_comes_whole_and_small_enough(tab, record_property):
    tasks = body(get(tab, "/tab/files.json"))
    sizes = {}
    for task in tasks.values():
        assert task["reason"] is None
        for name, file in task["files"].items():
            answer = get(tab, file["url"])
            assert answer["statusCode"] == 200, name
            assert answer["isBase64Encoded"]
            content = base64.b64decode(answer["body"])
            sizes[name] = len(json.dumps(answer))
            if answer["headers"].get("content-encoding") == "br":
                content = brotli.decompress(content)
            assert len(content) == file["bytes"]
            assert "immutable" in answer["headers"]["cache-control"]

    for name, size in sizes.items():
        assert size <= MAX_ANSWER, name
    record_property("measured", f"answers of TabFunction, at most {max(sizes.values()):,} bytes")


@pulled
def test_a_viewer_that_takes_no_brotli_is_told_to_use_the_service(tab):
    url = body(get(tab, "/tab/files.json"))["metadata"]["files"]["pyodide.asm.wasm"]["url"]
    event = make_events.request("GET", url, headers={"accept-encoding": "identity"})

    answer = tab.invoke(event)

    assert answer["statusCode"] == 404
    assert "service" in body(answer)["detail"]


def test_the_function_sends_nothing_else(tab):
    assert get(tab, f"/tab/{models.catalogue()[0].file}")["statusCode"] == 404


def test_a_request_past_the_front_is_refused(tab):
    event = make_events.request("GET", "/tab/files.json")
    del event["headers"]["x-origin-secret"]

    assert tab.invoke(event)["statusCode"] == 403
