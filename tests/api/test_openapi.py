"""The OpenAPI document: complete, true to itself, and the one that is committed."""

from __future__ import annotations

from copy import deepcopy
from itertools import product
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
from expunge.web.native.schemas import SMALL_PNG
from expunge.web.openapi import openapi_text
from tests.api.conftest import client_at
from tests.api.openapi_rules import references, shortcomings, wrong_examples

if TYPE_CHECKING:
    from starlette.testclient import TestClient

    from expunge.service import Service

COMMITTED = Path(__file__).parents[2] / "docs" / "reference" / "openapi.json"
GIVEN = {
    "image_base64": SMALL_PNG,
    "object_key": "in/2026-05-24/up_01KAYZ.png",
    "image_url": "https://127.0.0.1/photo.png",
}
"""The ways to name the image of a job."""
OPERATIONS = [
    "beginCheckout",
    "beginGoogleSignIn",
    "beginGuestSession",
    "beginTopUp",
    "cancelBatch",
    "cancelJob",
    "cancelSwap",
    "changeApiKey",
    "changeKey",
    "cleanImage",
    "cleanPicture",
    "createApiKey",
    "createBatch",
    "createFaceDetection",
    "createFirstKey",
    "createHook",
    "createJob",
    "createKey",
    "createSwap",
    "createSwapComplaint",
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
    "estimateSwap",
    "finishGoogleSignIn",
    "followSignInLink",
    "getAdminSession",
    "getAdminStats",
    "getAdminTimeline",
    "getAlarms",
    "getApiKey",
    "getBatch",
    "getConfig",
    "getFaceDetection",
    "getFaceJob",
    "getHealth",
    "getHookSecret",
    "getJob",
    "getMe",
    "getQueues",
    "getReceiptKeys",
    "getStoredImage",
    "getSwap",
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
    "listSwaps",
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
    return validator_of(spec, "JobCreate")


def validator_of(spec: dict[str, Any], schema: str) -> Draft202012Validator:
    resource = Resource(contents=spec, specification=DRAFT202012)
    registry = Registry().with_resource("urn:spec", resource)
    return Draft202012Validator(
        {"$ref": f"urn:spec#/components/schemas/{schema}"}, registry=registry
    )


@pytest.mark.parametrize("mode", MODES)
def test_a_job_is_described_by_its_mode(spec: dict[str, Any], mode: str) -> None:
    validator = job_validator(spec)
    mapping = spec["components"]["schemas"]["JobCreate"]["discriminator"]["mapping"]
    variant = spec["components"]["schemas"][mapping[mode].rsplit("/", 1)[-1]]
    job = {"object_key": "in/a.png", "mode": mode}
    if MODES[mode].companions:
        assert not validator.is_valid(job), "it has no face"
        job["source_key"] = "in/b.png"
        assert not validator.is_valid(job | {"source_url": "https://pictures.example/b.png"})
        assert validator.is_valid(job | {"source_key": None, "sources": {"a": {"object_key": "c"}}})
    else:
        assert not validator.is_valid(job | {"source_key": "in/b.png"})

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
    form = {"image": "(a file)", "mode": mode, "object_key": "", "image_url": ""}
    validator = validator_of(spec, "JobForm")
    options = spec["components"]["schemas"][f"{mode.capitalize()}Options"]
    (example, *_) = options.get("examples", [{}])

    assert mode in spec["components"]["schemas"]["JobForm"]["properties"]["mode"]["enum"]
    assert validator.is_valid(form | {"options": {}})
    assert validator.is_valid(form | {"options": example})
    assert not validator.is_valid(form | {"options": {"hat": 1}})
    assert not validator.is_valid(form | {"image_url": "https://pictures.example/a.png"})


def test_a_whole_number_is_an_integer_as_json_schema_says(
    client: TestClient, spec: dict[str, Any]
) -> None:
    upload = {"filename": "a.png", "content_type": "image/png", "size": 204.0}
    large = upload | {"size": 10_485_761}

    assert client.post("/api/v1/uploads", json=upload).status_code in {200, 201}
    assert validator_of(spec, "UploadCreate").is_valid(upload)
    assert client.post("/api/v1/uploads", json=large).status_code == 413
    assert not validator_of(spec, "UploadCreate").is_valid(large)
    assert MODES["mask"].options({"exclude": [1.0]}).exclude == (1,)


@pytest.mark.parametrize(("body", "status"), [("metadata", 200), ("all", 422)])
def test_clean_takes_a_mode_twice_if_both_agree(client: TestClient, body: str, status: int) -> None:
    url = "/api/v1/clean?mode=metadata"
    job = {"image_base64": SMALL_PNG, "content_type": "image/png", "mode": body}

    assert client.post(url, json=job).status_code == status


def test_the_document_takes_as_many_images_as_the_service(
    client: TestClient, spec: dict[str, Any]
) -> None:
    validator = job_validator(spec)
    for sources in product((None, "", "given", ...), repeat=len(GIVEN)):
        if sources.count("given") == 1 and sources.count(...) == 1:
            continue  # much the same as other combinations, and each fetches or cleans an image
        job: dict[str, Any] = {"mode": "metadata", "content_type": "image/png"}
        for name, source in zip(GIVEN, sources, strict=True):
            if source is not ...:
                job[name] = GIVEN[name] if source == "given" else source

        answer = client.post("/api/v1/jobs", json=job).json()

        refused = "exactly one of" in answer.get("detail", "")
        assert refused is (sources.count("given") != 1), sources
        assert validator.is_valid(job) is not refused, sources


@pytest.mark.parametrize(
    ("item", "valid"),
    [
        ({"object_key": "in/a.png"}, True),
        ({"object_key": "in/a.png", "image_url": ""}, True),
        ({"object_key": "in/a.png", "mode": "mask", "options": {"method": "solid"}}, True),
        ({"object_key": "in/a.png", "options": {"scope": "ai"}}, True),
        ({"object_key": "in/a.png", "options": {"method": "solid"}}, False),
        ({"object_key": "in/a.png", "image_url": "https://pictures.example/a.png"}, False),
        ({"mode": "mask"}, False),
    ],
)
def test_an_item_of_a_batch_has_one_image_and_options_of_its_mode(
    client: TestClient, spec: dict[str, Any], item: dict[str, Any], *, valid: bool
) -> None:
    batch = {"mode": "metadata", "items": [item]}

    answer = client.post("/api/v1/batches", json=batch)

    assert validator_of(spec, "BatchCreate").is_valid(batch) is valid
    assert (answer.status_code != 422) is valid
    without = {"items": [item]}
    assert validator_of(spec, "BatchCreate").is_valid(without) is (valid and "mode" in item)
