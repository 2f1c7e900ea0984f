"""`/detect` and `/mask` by their reference: every field, default, header and status code."""

from __future__ import annotations

import io
import itertools
import re
from typing import TYPE_CHECKING
from uuid import UUID

import numpy as np
import pytest
from PIL import Image

from tests.api.faces.conftest import EMPTY, JPEG, LEFT, PIXELS, PNG, RIGHT, send
from tests.api.faces.reference import (
    DETECT_RESPONSE,
    FORMATS,
    HEADERS,
    METHODS,
    NULL_WHEN_DETECTING,
    QUERY,
    conforms,
)

if TYPE_CHECKING:
    from starlette.testclient import TestClient


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
