"""The OpenAPI document: complete, true to itself, and the one that is committed."""

from __future__ import annotations

import json
from copy import deepcopy
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from fastapi import APIRouter
from jsonschema import Draft202012Validator
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

from expunge.operations import MODES
from expunge.operations.options.described import options_of
from expunge.web import app as web_app
from expunge.web.openapi import openapi_text
from tests.api.conftest import client_at
from tests.api.openapi_rules import references, shortcomings, wrong_examples

if TYPE_CHECKING:
    from starlette.testclient import TestClient

    from expunge.service import Service

COMMITTED = Path(__file__).parents[2] / "docs" / "reference" / "openapi.json"
OPERATIONS = [
    "beginCheckout",
    "beginGoogleSignIn",
    "beginGuestSession",
    "beginTopUp",
    "cancelBatch",
    "cancelJob",
    "changeApiKey",
    "changeKey",
    "cleanImage",
    "cleanPicture",
    "createApiKey",
    "createBatch",
    "createFirstKey",
    "createHook",
    "createJob",
    "createKey",
    "createTask",
    "createUpload",
    "deleteApiKey",
    "deleteHook",
    "deleteKey",
    "deleteStoredImage",
    "detectFaces",
    "downloadFaceJob",
    "downloadStoredImage",
    "eraseAccount",
    "finishGoogleSignIn",
    "followSignInLink",
    "getAdminSession",
    "getAdminStats",
    "getAdminTimeline",
    "getAlarms",
    "getApiKey",
    "getBatch",
    "getConfig",
    "getFaceJob",
    "getHealth",
    "getHookSecret",
    "getJob",
    "getMe",
    "getQueues",
    "getReceiptKeys",
    "getStoredImage",
    "getTask",
    "listApiKeys",
    "listBatches",
    "listCreditEntries",
    "listDeadLetters",
    "listDeliveries",
    "listFaceJobs",
    "listHooks",
    "listJobs",
    "listKeys",
    "listPacks",
    "listStoredImages",
    "listTasks",
    "listUnfinishedJobs",
    "logIn",
    "logOut",
    "maskFaces",
    "receiveBillingEvent",
    "redriveDeadLetters",
    "replaceHookSecret",
    "rotateHookSecret",
    "sendSignInLink",
    "signOut",
    "tryMask",
]
"""Clients are generated with these names: one that is gone or changed breaks them."""


def test_the_committed_document_is_the_one_served(client: TestClient) -> None:
    assert COMMITTED.read_text() == openapi_text(client.app), "run: make docs"


def test_every_operation_has_all_that_it_owes(spec: dict[str, Any]) -> None:
    assert not (lacking := shortcomings(spec)), "\n".join(lacking)


def test_operations_keep_their_ids(spec: dict[str, Any]) -> None:
    ids = sorted(o["operationId"] for path in spec["paths"].values() for o in path.values())

    new, gone = sorted(set(ids) - set(OPERATIONS)), sorted(set(OPERATIONS) - set(ids))
    assert not gone, f"clients call {gone}: keep the id, or leave the old route beside the new"
    assert not new, f"add {new} to OPERATIONS in this file: from now on the id is promised"
    assert len(ids) == len(set(ids))


def test_every_example_is_what_its_schema_says(spec: dict[str, Any]) -> None:
    count, wrong = wrong_examples(spec)

    assert count > 300
    assert not wrong, "\n".join(wrong)


def test_an_example_that_breaks_its_schema_is_told(spec: dict[str, Any]) -> None:
    spec = deepcopy(spec)
    spec["components"]["schemas"]["MaskOptions"]["examples"] = [{"strength": 5000}]
    content = spec["paths"]["/api/v1/jobs"]["post"]["requestBody"]["content"]
    content["application/json"]["examples"]["mask"]["value"]["options"] = {"shape": "heart"}

    _, wrong = wrong_examples(spec)

    assert any("/components/schemas/MaskOptions: 5000 is greater" in one for one in wrong)
    assert any("/paths/~1api~1v1~1jobs/post/requestBody" in one for one in wrong)


def test_every_reference_leads_somewhere_and_every_schema_is_referred_to(
    spec: dict[str, Any],
) -> None:
    found = set(references(spec))
    components = {
        f"#/components/{kind}/{name}"
        for kind in ("schemas", "examples", "responses")
        for name in spec["components"][kind]
    }

    assert not found - components
    assert not components - found


def test_a_bare_route_is_told_what_it_lacks(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Bare:
        router = APIRouter()

    @Bare.router.post("/api/v1/polish")
    def polish(shine: int, body: dict[str, int]) -> dict[str, int]:
        return body | {"shine": shine}

    router = web_app.native.router
    monkeypatch.setattr(router, "routes", [*router.routes, *Bare.router.routes])
    spec = client_at(service, "203.0.113.5").get("/openapi.json").json()

    told = [one for one in shortcomings(spec) if one.startswith("POST /api/v1/polish: ")]

    for word in ("operation_id=", "tags=[", 'summary="', "docstring", "`shine`", "body", "answer"):
        assert [sentence for sentence in told if word in sentence], word
    answers = spec["paths"]["/api/v1/polish"]["post"]["responses"]
    assert {"400", "413", "414", "415", "422", "431", "500"} <= answers.keys()


def job_validator(spec: dict[str, Any]) -> Draft202012Validator:
    resource = Resource(contents=spec, specification=DRAFT202012)
    registry = Registry().with_resource("urn:spec", resource)
    return Draft202012Validator(
        {"$ref": "urn:spec#/components/schemas/JobCreate"}, registry=registry
    )


@pytest.mark.parametrize("mode", MODES)
def test_a_job_is_described_by_its_mode(spec: dict[str, Any], mode: str) -> None:
    validator = job_validator(spec)
    mapping = spec["components"]["schemas"]["JobCreate"]["discriminator"]["mapping"]
    variant = spec["components"]["schemas"][mapping[mode].rsplit("/", 1)[-1]]
    job = {"object_key": "in/a.png", "mode": mode}

    assert variant["properties"]["mode"]["const"] == mode
    assert validator.is_valid(job)
    assert validator.is_valid(job | {"options": None})
    assert not validator.is_valid(job | {"options": {"hat": 1}})
    assert not validator.is_valid(job | {"mode": "polish"})
    named = spec["components"]["schemas"][f"{mode.capitalize()}Options"]
    assert list(named["properties"]) == [o.name for o in options_of(MODES[mode].options_type)]
    assert named["additionalProperties"] is False


@pytest.mark.parametrize(
    ("mode", "options"),
    [
        ("metadata", {"keep": ["hats"]}),
        ("metadata", {"scope": 1}),
        ("detect", {"deep": "true"}),
        ("detect", {"deep": 1}),
        ("visible", {"region": [1, 2, 3]}),
        ("visible", {"marks": ["hat"]}),
        ("mask", {"irreversible": "yes", "method": "solid"}),
        ("mask", {"strength": 1000}),
        ("mask", {"include": [[1, 2]]}),
        ("mask", {"colour": "red"}),
        ("invisible", {"strength": "utmost"}),
        ("all", {"model": "m" * 65}),
    ],
)
def test_what_the_document_refuses_the_service_refuses_too(
    client: TestClient, spec: dict[str, Any], mode: str, options: dict[str, Any]
) -> None:
    job = {"object_key": "in/2026-05-24/up_01KAYZ.png", "mode": mode, "options": options}
    assert not job_validator(spec).is_valid(job)

    answer = client.post("/api/v1/jobs", json=job)

    assert (answer.status_code, answer.json()["code"]) == (422, "validation_error")
    (name,) = options.keys() - {"method"}
    assert answer.json()["errors"][0]["pointer"].startswith(f"/options/{name}")


def test_an_unknown_mode_is_told_those_there_are(client: TestClient) -> None:
    answer = client.post("/api/v1/jobs", json={"object_key": "in/a.png", "mode": "polish"})

    (error,) = answer.json()["errors"]
    assert answer.status_code == 422
    assert error["pointer"] == "/mode"
    assert error["detail"].endswith(", ".join(MODES))


@pytest.mark.parametrize("mode", MODES)
def test_a_form_describes_its_options_too(spec: dict[str, Any], mode: str) -> None:
    form = spec["components"]["schemas"]["JobForm"]["properties"]

    assert mode in form["mode"]["enum"]
    assert form["options"]["contentMediaType"] == "application/json"
    reference = f"#/components/schemas/{mode.capitalize()}Options"
    assert {"$ref": reference} in form["options"]["contentSchema"]["anyOf"]
    for example in form["options"]["examples"]:
        assert isinstance(json.loads(example), dict)
