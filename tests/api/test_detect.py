"""``mode=detect`` over HTTP: a report, and nothing stored."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from starlette.testclient import TestClient


def test_detect_reports_and_writes_no_output(client: TestClient, photo: bytes) -> None:
    answer = client.post(
        "/api/v1/jobs",
        files={"image": ("photo.jpg", photo, "image/jpeg")},
        data={"mode": "detect"},
    )

    assert answer.status_code == 200
    job = answer.json()
    assert job["status"] == "succeeded"
    assert job.get("result_url") is None
    report = job["report"]
    assert report["metadata"]["exif"]["make"] == "Camera Maker"
    assert report["metadata"]["exif"]["gps"] is True
    assert report["overall_assessment"].startswith("Unknown")
    assert client.get(f"/api/v1/jobs/{job['id']}").json()["report"] == report


def test_an_unknown_option_of_detect_is_named(reader: TestClient, photo: bytes) -> None:
    answer = reader.post(
        "/api/v1/jobs",
        files={"image": ("photo.jpg", photo, "image/jpeg")},
        data={"mode": "detect", "options": '{"deeper": true}'},
    )

    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"] == "/options/deeper"
