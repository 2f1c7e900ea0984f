"""The administrator's endpoints by their reference: every field, default and status code."""

from __future__ import annotations

import base64
import io
from typing import TYPE_CHECKING

from PIL import Image

from expunge.settings import Settings
from tests.api.conftest import client_at
from tests.api.faces.conftest import ADMIN, JPEG, PNG, New, administrator, send
from tests.api.faces.reference import (
    ADMIN_ROUTES,
    API_KEY,
    DETECT_RESPONSE,
    MASK_RESPONSE,
    NULL_WHEN_DETECTING,
    PAGE,
    conforms,
)

if TYPE_CHECKING:
    from starlette.testclient import TestClient

    from expunge.service import Service


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
