"""The faces surface by its reference document: every field, default, header and status code.

The tables here were written by hand from that document, and from nothing else; a key that the
document does not name is allowed only where `MORE` says so.
"""

from __future__ import annotations

import base64
import io
import itertools
import re
from typing import TYPE_CHECKING, Any
from uuid import UUID

import numpy as np
import pytest
from PIL import Image

from expunge.settings import Settings
from tests.api.conftest import client_at
from tests.api.faces.conftest import (
    ADMIN,
    EMPTY,
    JPEG,
    LEFT,
    PASSWORD,
    PIXELS,
    PNG,
    RIGHT,
    New,
    administrator,
    basic,
    send,
)

if TYPE_CHECKING:
    from starlette.testclient import TestClient

    from expunge.service import Service

NUMBER = (int, float)
POINT = {"x": NUMBER, "y": NUMBER}
DETECTION = {
    "index": int,
    "bbox": {"x1": NUMBER, "y1": NUMBER, "x2": NUMBER, "y2": NUMBER},
    "confidence": NUMBER,
    "landmarks": dict.fromkeys(
        ("left_eye", "right_eye", "nose", "left_mouth", "right_mouth"), POINT
    ),
    "size": {"width": NUMBER, "height": NUMBER},
    "area": NUMBER,
    "center": POINT,
    "relative": {"x_center": NUMBER, "y_center": NUMBER, "width": NUMBER, "height": NUMBER},
}
SUMMARY = {
    "face_count": int,
    "avg_confidence": NUMBER,
    "min_confidence": NUMBER,
    "max_confidence": NUMBER,
    "total_face_area": NUMBER,
    "face_area_ratio": NUMBER,
}
PROCESSING = {
    "model": str,
    "input_size": [int],
    "confidence_threshold": NUMBER,
    "nms_threshold": NUMBER,
    "inference_ms": NUMBER,
    "total_ms": NUMBER,
}
STAGES = (
    "decode_ms",
    "preprocess_ms",
    "blob_ms",
    "inference_ms",
    "postprocess_ms",
    "nms_ms",
    "mask_ms",
    "encode_ms",
    "storage_ms",
)
PROFILING = dict.fromkeys(STAGES, NUMBER) | {
    "total_ms": NUMBER,
    "candidates_before_nms": int,
    "candidates_after_nms": int,
    "det_scale": NUMBER,
    "input_resolution": str,
    "det_resolution": str,
    "input_bytes": int,
    "output_bytes": int,
    "input_pixels": int,
    "model_name": str,
}
DETECT_RESPONSE = {
    "request_id": str,
    "image_id": str,
    "job_id": str,
    "image": {"width": int, "height": int, "channels": int, "size_bytes": int},
    "detections": [DETECTION],
    "summary": SUMMARY,
    "processing": PROCESSING,
    "profiling": PROFILING,
}
MASK_RESPONSE = DETECT_RESPONSE | {
    "masking": {"method": str, "strength": int, "padding": NUMBER, "regions_masked": int},
    "output": {"format": str, "quality": int, "size_bytes": int, "image_base64": str},
}
HEALTH = {
    "status": str,
    "model": str,
    "model_loaded": bool,
    "input_size": [int],
    "supports_landmarks": bool,
    "database_enabled": bool,
    "database_ready": bool,
    "storage_enabled": bool,
    "storage_ready": bool,
}
PAGE = {"items": list, "total": int, "page": int, "per_page": int, "pages": int}
API_KEY = {
    "id": str,
    "name": str,
    "key_prefix": str,
    "key_suffix": str,
    "key_preview": str,
    "is_active": bool,
    "request_count": int,
    "last_used_at": (str, type(None)),
    "created_at": str,
}
NULL_WHEN_DETECTING = {"mask_ms", "encode_ms", "output_bytes"}
MORE = {"processing": {"plan"}, "": {"version", "modes", "stores"}}
"""What is ours beside the reference's, by the member that has it."""
QUERY = {
    "detect": {"confidence": 0.5, "nms_threshold": 0.4, "max_faces": 0},
    "mask": {
        "confidence": 0.5,
        "nms_threshold": 0.4,
        "max_faces": 0,
        "method": "gaussian",
        "strength": 199,
        "padding": 0.15,
        "format": "jpeg",
        "quality": 95,
    },
}
METHODS = ["gaussian", "pixelate", "solid", "elliptical"]
FORMATS = {"jpeg": "image/jpeg", "png": "image/png", "webp": "image/webp"}
HEADERS = [
    "X-Request-Id",
    "X-Face-Count",
    "X-Inference-Ms",
    "X-Mask-Ms",
    "X-Encode-Ms",
    "X-Total-Ms",
    "X-Model",
    "X-Image-Id",
    "X-Job-Id",
]


def conforms(
    value: Any, shape: Any, where: str = "", nullable: frozenset[str] = frozenset()
) -> None:
    """Exactly these members, each of its type; those named in ``nullable`` are null."""
    name = where.rpartition("/")[2]
    if name in nullable:
        assert value is None, where
    elif isinstance(shape, dict):
        assert value.keys() - MORE.get(name, set()) == shape.keys(), where
        for member, inner in shape.items():
            conforms(value[member], inner, f"{where}/{member}", nullable)
    elif isinstance(shape, list):
        assert isinstance(value, list), where
        for item in value:
            conforms(item, shape[0], where, nullable)
    else:
        assert isinstance(value, shape), (where, value)


def test_health(reader: TestClient) -> None:
    answer = reader.get("/health")
    assert answer.status_code == 200
    conforms(answer.json(), HEALTH)
    assert answer.json()["status"] == "ok"
    assert answer.json()["model"] == "centerface"


def test_health_is_503_without_the_model_where_it_is_needed(
    new_service: New, monkeypatch: pytest.MonkeyPatch
) -> None:
    from expunge import models

    def missing(name: str) -> None:
        raise models.ModelMissing(name)

    monkeypatch.setattr(models, "installed", missing)
    needed, spared = new_service(), new_service(modes=("metadata",))
    answer = client_at(needed, "203.0.113.5").get("/health")
    assert (answer.status_code, answer.json()["model_loaded"]) == (503, False)
    assert client_at(spared, "203.0.113.5").get("/health").status_code == 200


@pytest.mark.parametrize("path", ["detect", "mask"])
def test_query_parameters_have_the_references_defaults(reader: TestClient, path: str) -> None:
    operation = reader.get("/openapi.json").json()["paths"][f"/api/v1/{path}"]["post"]
    query = {p["name"]: p["schema"] for p in operation["parameters"] if p["in"] == "query"}

    assert {name: query[name]["default"] for name in QUERY[path]} == QUERY[path]
    assert query.keys() - QUERY[path].keys() == {"plan", "model"}, "ours"
    if path == "mask":
        assert query["method"]["enum"][:4] == METHODS
        assert query["format"]["enum"] == list(FORMATS)
    assert "multipart/form-data" in operation["requestBody"]["content"]


def test_detect(app: TestClient) -> None:
    answer = app.post("/api/v1/detect?confidence=0.6&max_faces=5", **send(JPEG))

    assert answer.status_code == 200
    found = answer.json()
    conforms(found, DETECT_RESPONSE, nullable=frozenset(NULL_WHEN_DETECTING))
    assert list(found) == list(DETECT_RESPONSE)
    assert found["image"] == {
        "width": 320, "height": 200, "channels": 3, "size_bytes": len(JPEG),
    }  # fmt: skip
    assert found["summary"]["face_count"] == len(found["detections"]) == 2
    assert found["processing"]["confidence_threshold"] == 0.6
    assert found["processing"]["nms_threshold"] == 0.4
    assert str(UUID(found["request_id"])) == answer.headers["x-request-id"]
    assert re.fullmatch("img_[0-9A-Z]{34}", found["image_id"])


def test_a_detection_agrees_with_itself(app: TestClient) -> None:
    found = app.post("/api/v1/detect", **send(PNG)).json()
    boxes = []
    for index, face in enumerate(found["detections"]):
        box = face["bbox"]
        wide, tall = box["x2"] - box["x1"], box["y2"] - box["y1"]
        boxes.append([box["x1"], box["y1"], box["x2"], box["y2"]])
        assert face["index"] == index
        assert face["size"] == pytest.approx({"width": wide, "height": tall}, abs=0.02)
        assert face["area"] == pytest.approx(wide * tall, rel=0.01)
        middle = {"x": box["x1"] + wide / 2, "y": box["y1"] + tall / 2}
        assert face["center"] == pytest.approx(middle, abs=0.02)
        expected = {
            "x_center": middle["x"] / 320,
            "y_center": middle["y"] / 200,
            "width": wide / 320,
            "height": tall / 200,
        }
        assert face["relative"] == pytest.approx(expected, abs=1e-3)
    assert np.array(sorted(boxes)) == pytest.approx(np.array([LEFT, RIGHT]), abs=3)
    sure = [face["confidence"] for face in found["detections"]]
    area = sum(face["area"] for face in found["detections"])
    assert found["summary"] == pytest.approx(
        {
            "face_count": 2,
            "avg_confidence": sum(sure) / 2,
            "min_confidence": min(sure),
            "max_confidence": max(sure),
            "total_face_area": area,
            "face_area_ratio": area / 64_000,
        },
        abs=1e-3,
    )


def test_no_face_is_an_answer_too(app: TestClient) -> None:
    found = app.post("/api/v1/detect", **send(EMPTY)).json()
    conforms(found, DETECT_RESPONSE, nullable=frozenset(NULL_WHEN_DETECTING))
    assert (found["detections"], found["summary"]["face_count"]) == ([], 0)


def test_max_faces_limits_and_zero_does_not(app: TestClient) -> None:
    for most, expected in ((0, 2), (1, 1), (5, 2)):
        answer = app.post(f"/api/v1/detect?max_faces={most}", **send(PNG))
        assert len(answer.json()["detections"]) == expected


def test_mask(app: TestClient) -> None:
    for method, form in itertools.product(METHODS, FORMATS):
        answer = app.post(f"/api/v1/mask?method={method}&format={form}&strength=199", **send(PNG))

        assert answer.status_code == 200
        assert answer.headers["content-type"] == FORMATS[form]
        for name in HEADERS:
            assert answer.headers[name]
        assert answer.headers["x-face-count"] == "2"
        assert answer.headers["x-model"] == "centerface"
        shown = np.asarray(Image.open(io.BytesIO(answer.content)).convert("RGB")).astype(int)
        assert shown.shape == PIXELS.shape
        for x1, y1, x2, y2 in (LEFT, RIGHT):
            face = PIXELS[(y1 + y2) // 2, (x1 + x2) // 2]
            assert np.abs(shown[y1:y2, x1:x2] - face).sum(axis=2).mean() > 20, "it is hidden"


@pytest.mark.parametrize("path", ["/api/v1/detect", "/api/v1/mask"])
def test_a_file_that_its_name_calls_another_type_is_said_to_be_one(
    path: str, app: TestClient
) -> None:
    corrected = {}
    for declared in ("image/jpeg", "image/png", 'x/"y\u00e9'):
        files = {"image": ("photo", PNG, declared)}
        corrected[declared] = app.post(path, files=files).headers.get("x-corrected")

    assert corrected["image/png"] is None
    assert corrected["image/jpeg"] == 'declared="image/jpeg", actual="image/png"'
    assert corrected['x/"y\u00e9'].startswith('declared="x/y')


def test_quality_goes_for_all_that_is_coded_anew(app: TestClient) -> None:
    def masked(data: bytes, query: str) -> bytes:
        return bytes(app.post(f"/api/v1/mask?{query}", **send(data)).content)

    for data, form in ((PNG, "jpeg"), (PNG, "webp"), (JPEG, "jpeg"), (JPEG, "webp")):
        sizes = [len(masked(data, f"format={form}&quality={quality}")) for quality in (20, 60, 95)]
        assert sizes == sorted(set(sizes))
        assert len(masked(data, f"format={form}")) >= sizes[-1] * 0.9, "95 unless asked"


def test_a_jpeg_keeps_its_pixels_outside_the_masks(app: TestClient) -> None:
    shown, before = (
        np.asarray(Image.open(io.BytesIO(data)).convert("RGB"))
        for data in (app.post("/api/v1/mask?method=solid", **send(JPEG)).content, JPEG)
    )
    assert np.array_equal(shown[176:], before[176:])
    assert not np.array_equal(shown, before)


def test_mask_has_the_references_defaults(app: TestClient) -> None:
    assert app.post("/api/v1/mask", **send(PNG)).headers["content-type"] == "image/jpeg"


def test_errors_are_problems_whose_detail_is_the_references_message(app: TestClient) -> None:
    for path in ("/api/v1/detect", "/api/v1/mask"):
        for query, body, status in (
            ("?confidence=2", send(PNG), 422),
            ("?nms_threshold=-1", send(PNG), 422),
            ("?max_faces=-1", send(PNG), 422),
            ("?max_faces=many", send(PNG), 422),
            ("?plan=slow", send(PNG), 422),
            ("?model=retina", send(PNG), 422),
            ("?methd=solid", send(PNG), 422),
            ("", send(b"GIF8, almost"), 415),
            ("", send(PNG[:40]), 422),
            ("", {"files": {"picture": ("a.png", PNG)}}, 422),
            ("", {"json": {"image": "x"}}, 415),
            ("", {"data": {"image": "x"}}, 415),
            ("?model=scrfd_10g", send(PNG), 503),
        ):
            answer = app.post(path + query, **body)
            assert answer.status_code == status, (path, query, answer.text)
            problem = answer.json()
            assert isinstance(problem["detail"], str)
            assert problem["detail"]
            assert problem["instance"] == answer.headers["x-request-id"]
    for query in ("method=blur", "strength=0", "padding=2", "format=gif", "quality=0"):
        answer = app.post(f"/api/v1/mask?{query}", **send(PNG))
        assert answer.status_code == 422
        assert answer.json()["errors"][0]["pointer"] == "/query/" + query.partition("=")[0]


def test_a_model_of_the_reference_without_weights_says_what_is_missing(app: TestClient) -> None:
    for model in ("scrfd_10g", "scrfd_2.5g", "scrfd_500m"):
        problem = app.post(f"/api/v1/detect?model={model}", **send(PNG)).json()
        assert (problem["status"], problem["code"]) == (503, "model_missing")
        assert f"{model}.onnx" in problem["detail"]


@pytest.mark.parametrize("path", ["detect", "mask"])
def test_public_endpoints_need_a_key_unless_they_are_open(new_service: New, path: str) -> None:
    closed, opened = new_service(), new_service(faces_key_required=False)
    answer = client_at(closed, "203.0.113.5").post(f"/api/v1/{path}", **send(PNG))
    assert (answer.status_code, answer.json()["code"]) == (401, "unauthorized")
    wrong = {"x-api-key": "xyl_your_api_key_here"}
    answer = client_at(closed, "203.0.113.5").post(f"/api/v1/{path}", headers=wrong, **send(PNG))
    assert (answer.status_code, answer.json()["code"]) == (401, "invalid_api_key")
    answer = client_at(opened, "203.0.113.5").post(f"/api/v1/{path}", **send(PNG))
    assert answer.status_code == 200


def test_a_mode_that_is_off_is_off_here_too(new_service: New) -> None:
    client = client_at(new_service(modes=("metadata",), faces_key_required=False), "203.0.113.5")
    for path in ("detect", "mask"):
        answer = client.post(f"/api/v1/{path}", **send(PNG))
        assert (answer.status_code, answer.json()["code"]) == (403, "mode_disabled")


@pytest.mark.parametrize(("path", "limit"), [("detect", 300), ("mask", 150)])
def test_rate_limits_are_the_references(app: TestClient, path: str, limit: int) -> None:
    answer = app.post(f"/api/v1/{path}", **send(PNG))
    assert f"q={limit};w=60" in answer.headers["ratelimit-policy"]
    assert f"r={limit - 1};" in answer.headers["ratelimit"]


def test_login_session_and_logout(service: Service) -> None:
    client = client_at(service, "203.0.113.7")
    answer = client.post(f"{ADMIN}/auth/login", json={"username": "admin", "password": PASSWORD})
    assert (answer.status_code, answer.content) == (204, b"")
    session, csrf = answer.headers.get_list("set-cookie")
    assert re.match("expunge_admin=[0-9A-Za-z]{43};", session)
    for part in ("HttpOnly", "Max-Age=43200", "Path=/", "SameSite=strict"):
        assert part in session
    assert "Secure" not in session, "there is no TLS here"
    assert "HttpOnly" not in csrf

    answer = client.get(f"{ADMIN}/auth/session")
    assert (answer.status_code, answer.json()) == (
        200, {"authenticated": True, "username": "admin"},
    )  # fmt: skip
    kept = dict(client.cookies)
    answer = client.post(f"{ADMIN}/auth/logout")
    assert (answer.status_code, answer.content) == (204, b"")
    client.cookies.update(kept)
    assert client.get(f"{ADMIN}/auth/session").status_code == 401, "the session is forgotten"
    assert client.post(f"{ADMIN}/auth/logout").status_code == 204, "needs no session"


def test_http_basic_does_as_well(client: TestClient) -> None:
    headers = {"authorization": basic("admin", PASSWORD)}
    answer = client.get(f"{ADMIN}/auth/session", headers=headers)
    assert answer.json() == {"authenticated": True, "username": "admin"}


ADMIN_ROUTES = [
    ("GET", "/auth/session"),
    ("GET", "/stats"),
    ("GET", "/images"),
    ("GET", "/images/img_1"),
    ("DELETE", "/images/img_1"),
    ("GET", "/images/img_1/download"),
    ("GET", "/jobs"),
    ("GET", "/jobs/job_1"),
    ("GET", "/jobs/job_1/download"),
    ("POST", "/test/mask"),
    ("POST", "/api-keys"),
    ("GET", "/api-keys"),
    ("GET", "/api-keys/key_1"),
    ("PATCH", "/api-keys/key_1"),
    ("DELETE", "/api-keys/key_1"),
]


def test_admin_endpoints_are_the_administrators(app: TestClient) -> None:
    for method, path in ADMIN_ROUTES:
        answer = app.request(method, ADMIN + path, json={"name": "x"} if "keys" in path else None)
        assert (answer.status_code, answer.json()["code"]) == (401, "admin_required"), path
        assert answer.headers["www-authenticate"].startswith("Basic")


def test_stats(app: TestClient, admin: TestClient) -> None:
    app.post("/api/v1/detect", **send(PNG))
    app.post("/api/v1/mask?method=solid", **send(PNG))
    assert admin.get(f"{ADMIN}/stats").json() == {
        "total_images": 2,
        "total_jobs": 2,
        "jobs_by_type": {"detect": 1, "mask": 1},
        "jobs_by_method": {"solid": 1},
        "kept_hours": 24,
    }


def test_images(app: TestClient, admin: TestClient) -> None:
    looked = app.post("/api/v1/detect", **send(PNG)).json()
    masked = app.post("/api/v1/mask", **send(JPEG))

    page = admin.get(f"{ADMIN}/images").json()
    conforms(page, PAGE)
    assert {name: page[name] for name in ("total", "page", "per_page", "pages")} == {
        "total": 2, "page": 1, "per_page": 20, "pages": 1,
    }  # fmt: skip
    newer, older = page["items"]
    assert (newer["id"], older["id"]) == (masked.headers["x-image-id"], looked["image_id"])
    assert older["processed_url"] is None
    assert (newer["width"], newer["height"]) == (320, 200)
    assert (newer["size_bytes"], newer["job_count"]) == (len(JPEG), 1)
    assert newer["created_at"]
    assert admin.get(newer["original_url"]).content == JPEG
    assert admin.get(newer["processed_url"]).content == masked.content

    detail = admin.get(f"{ADMIN}/images/{newer['id']}").json()
    (job,) = detail["jobs"]
    assert (job["id"], job["job_type"]) == (masked.headers["x-job-id"], "mask")

    answer = admin.get(f"{ADMIN}/images/{newer['id']}/download", follow_redirects=False)
    assert (answer.status_code, answer.content) == (302, b"")
    assert admin.get(answer.headers["location"]).content == JPEG

    answer = admin.delete(f"{ADMIN}/images/{newer['id']}")
    assert (answer.status_code, answer.content) == (204, b"")
    for path in ("", "/download"):
        assert admin.get(f"{ADMIN}/images/{newer['id']}{path}").status_code == 404
    assert admin.get(newer["original_url"]).status_code == 404, "the file is gone too"
    assert admin.get(newer["processed_url"]).status_code == 404
    assert admin.get(f"{ADMIN}/images").json()["total"] == 1


def test_an_empty_list_has_one_page(admin: TestClient) -> None:
    for path in ("images", "jobs", "api-keys"):
        assert admin.get(f"{ADMIN}/{path}").json() == {
            "items": [], "total": 0, "page": 1, "per_page": 20, "pages": 1,
        }  # fmt: skip


def test_jobs(app: TestClient, admin: TestClient) -> None:
    looked = app.post("/api/v1/detect", **send(PNG)).json()
    masked = app.post("/api/v1/mask?method=pixelate", **send(PNG))
    app.post("/api/v1/mask?method=solid", **send(PNG))

    def ids(query: str = "") -> list[str]:
        page = admin.get(f"{ADMIN}/jobs{query}").json()
        conforms(page, PAGE)
        assert page["total"] == len(page["items"])
        return [job["id"] for job in page["items"]]

    assert len(ids()) == 3
    assert ids("?job_type=detect") == [looked["job_id"]]
    assert len(ids("?job_type=mask")) == 2
    assert ids("?method=pixelate") == ids("?job_type=mask&method=pixelate")
    assert ids("?method=pixelate") == [masked.headers["x-job-id"]]
    assert ids("?job_type=detect&method=pixelate") == []

    detail = admin.get(f"{ADMIN}/jobs/{looked['job_id']}").json()
    assert (detail["job_type"], detail["method"], detail["face_count"]) == ("detect", None, 2)
    for member in ("image", "detections", "summary", "processing", "profiling"):
        assert detail["detection"][member] == looked[member]
    assert detail["processed_url"] is None
    answer = admin.get(f"{ADMIN}/jobs/{looked['job_id']}/download", follow_redirects=False)
    assert answer.status_code == 404

    where = f"{ADMIN}/jobs/{masked.headers['x-job-id']}"
    detail = admin.get(where).json()
    assert (detail["method"], detail["masking"]["regions_masked"]) == ("pixelate", 2)
    assert admin.get(detail["processed_url"]).content == masked.content
    answer = admin.get(f"{where}/download", follow_redirects=False)
    assert answer.status_code == 302
    assert admin.get(answer.headers["location"]).content == masked.content


def test_a_list_refuses_what_it_does_not_know(admin: TestClient) -> None:
    known = ("page=0", "per_page=0", "per_page=101", "page=x", "job_type=swap", "method=blur")
    assert {admin.get(f"{ADMIN}/jobs?{query}").status_code for query in known} == {422}


def test_test_mask(admin: TestClient) -> None:
    answer = admin.post(f"{ADMIN}/test/mask?method=solid&format=png&strength=99", **send(PNG))
    assert answer.status_code == 200
    shown = answer.json()
    conforms(shown, MASK_RESPONSE)
    assert shown["masking"] == {
        "method": "solid", "strength": 99, "padding": 0.15, "regions_masked": 2,
    }  # fmt: skip
    image = base64.b64decode(shown["output"].pop("image_base64"))
    assert shown["output"] == {"format": "png", "quality": 95, "size_bytes": len(image)}
    assert Image.open(io.BytesIO(image)).format == "PNG"
    assert shown["profiling"]["output_bytes"] == len(image)


def test_api_keys(service: Service, admin: TestClient) -> None:
    answer = admin.post(f"{ADMIN}/api-keys", json={"name": "Production App"})
    assert answer.status_code == 201
    made = answer.json()
    conforms(made, API_KEY | {"key": str})
    key = made.pop("key")
    assert (made["name"], made["is_active"], made["request_count"]) == ("Production App", True, 0)
    assert made["last_used_at"] is None
    assert key.startswith(made["key_prefix"])
    assert key.endswith(made["key_suffix"])
    assert made["key_preview"] == f"{made['key_prefix']}…{made['key_suffix']}"

    app = client_at(service, "203.0.113.5")
    app.headers["x-api-key"] = key
    assert app.post("/api/v1/detect", **send(PNG)).status_code == 200
    where = f"{ADMIN}/api-keys/{made['id']}"
    one = admin.get(where).json()
    conforms(one, API_KEY)
    assert one["request_count"] == 1
    assert one["last_used_at"]
    page = admin.get(f"{ADMIN}/api-keys").json()
    conforms(page, PAGE)
    assert page["items"] == [one]
    assert key not in str(page)

    answer = admin.patch(where, json={"name": "Renamed App", "is_active": False})
    assert answer.status_code == 200
    conforms(answer.json(), API_KEY)
    assert (answer.json()["name"], answer.json()["is_active"]) == ("Renamed App", False)
    assert app.post("/api/v1/detect", **send(PNG)).status_code == 401
    assert admin.patch(where, json={"is_active": True}).json()["name"] == "Renamed App"
    assert app.post("/api/v1/detect", **send(PNG)).status_code == 200
    assert app.get("/api/v1/me").json()["subscription_tier"] == "pro", "it works everywhere"

    answer = admin.delete(where)
    assert (answer.status_code, answer.content) == (204, b"")
    assert app.post("/api/v1/detect", **send(PNG)).status_code == 401
    for method in ("GET", "PATCH", "DELETE"):
        answer = admin.request(method, where, json={"name": "x"})
        assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


def test_a_key_needs_a_name_and_nothing_else(admin: TestClient) -> None:
    for body in ({}, {"name": ""}, {"name": "x" * 65}, {"name": "x", "tier": "pro"}):
        assert admin.post(f"{ADMIN}/api-keys", json=body).status_code == 422


def test_without_storage_there_is_nothing_to_look_at(new_service: New) -> None:
    service = new_service(faces_storage=Settings().faces_storage, faces_key_required=False)
    client, admin = client_at(service, "203.0.113.5"), administrator(service)

    assert client.get("/health").json()["storage_enabled"] is False
    found = client.post("/api/v1/detect", **send(PNG)).json()
    nullable = NULL_WHEN_DETECTING | {"image_id", "job_id", "storage_ms"}
    conforms(found, DETECT_RESPONSE, nullable=frozenset(nullable))
    masked = client.post("/api/v1/mask", **send(PNG))
    assert masked.status_code == 200
    assert not {"x-image-id", "x-job-id"} & set(masked.headers)
    tried = admin.post(f"{ADMIN}/test/mask", **send(PNG)).json()
    conforms(tried, MASK_RESPONSE, nullable=frozenset({"image_id", "job_id", "storage_ms"}))
    for method, path in ADMIN_ROUTES[1:9]:
        answer = admin.request(method, ADMIN + path)
        assert (answer.status_code, answer.json()["code"]) == (501, "storage_disabled")
        assert "set EXPUNGE_FACES_STORAGE=true" in answer.json()["detail"]
    kept = [path for path in (service.settings.data / "objects").rglob("*") if path.is_file()]
    assert kept == []
