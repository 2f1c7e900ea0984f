"""``profiling`` tells the truth: its stages are all there was."""

from __future__ import annotations

import io
import itertools
import time
from typing import TYPE_CHECKING, Any

import pytest
from PIL import Image

from expunge.stores.local.objects import FileObjects
from tests import samples
from tests.api.faces.conftest import ADMIN, EMPTY, JPEG, PNG, Squares, send
from tests.api.faces.reference import STAGES
from tests.unit.faces.making import file, scene

if TYPE_CHECKING:
    from starlette.testclient import TestClient

CLOSE_MS = 2.0
LARGE = file(scene((1600, 1200), *((x, 40, x + 60, 120) for x in range(40, 1500, 100))), "JPEG")
PICTURES = [PNG, JPEG, EMPTY, LARGE]
OPTIONS = [
    "",
    "?plan=fast&confidence=0.3",
    "?plan=thorough&max_faces=1",
    "?nms_threshold=0.1",
]
MASKS = ["", "?method=ringfill&format=png", "?method=pixelate&format=webp&plan=fast&padding=0"]


def adds_up(profile: dict[str, Any]) -> bool:
    spent = sum(profile[stage] or 0 for stage in STAGES)
    return bool(abs(spent - profile["total_ms"]) <= CLOSE_MS)


def test_the_stages_of_a_detection_add_up(app: TestClient) -> None:
    for data, query in itertools.product(PICTURES, OPTIONS):
        begun = time.perf_counter()
        found = app.post(f"/api/v1/detect{query}", **send(data)).json()
        wall = (time.perf_counter() - begun) * 1e3

        profile = found["profiling"]
        assert adds_up(profile), profile
        assert 0 < profile["total_ms"] <= wall
        assert profile["mask_ms"] is profile["encode_ms"] is profile["output_bytes"] is None
        assert profile["storage_ms"] is not None
        for name in ("inference_ms", "total_ms"):
            assert found["processing"][name] == profile[name]
        width, height = found["image"]["width"], found["image"]["height"]
        assert profile["input_resolution"] == f"{width}x{height}"
        assert profile["input_pixels"] == width * height
        assert profile["input_bytes"] == len(data)
        scale = profile["det_scale"]
        seen = tuple(map(int, profile["det_resolution"].split("x")))
        assert seen == pytest.approx((width * scale, height * scale), abs=1)
        assert profile["candidates_before_nms"] >= profile["candidates_after_nms"]
        assert profile["candidates_after_nms"] >= found["summary"]["face_count"]


def test_the_stages_of_a_mask_add_up(admin: TestClient) -> None:
    for data, query in itertools.product(PICTURES, MASKS):
        shown = admin.post(f"{ADMIN}/test/mask{query}", **send(data)).json()
        profile = shown["profiling"]
        assert adds_up(profile), profile
        assert None not in profile.values()
        assert profile["output_bytes"] == shown["output"]["size_bytes"]


def test_what_is_slow_is_named(
    app: TestClient, detector: Squares, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A network and a store that take their time are found in their own stages."""
    infer, put = detector.infer, FileObjects.put

    def slow_infer(*given: Any, **more: Any) -> Any:
        time.sleep(0.02)
        return infer(*given, **more)

    def slow_put(*given: Any, **more: Any) -> Any:
        time.sleep(0.05)
        return put(*given, **more)

    monkeypatch.setattr(detector, "infer", slow_infer)
    monkeypatch.setattr(FileObjects, "put", slow_put)
    headers = app.post("/api/v1/mask?plan=fast", **send(PNG)).headers
    profile = app.post("/api/v1/detect?plan=fast", **send(PNG)).json()["profiling"]
    assert float(headers["x-inference-ms"]) >= 40, "twice 20"
    assert float(headers["x-total-ms"]) >= 140, "and an original and a result, 50 each"
    assert profile["storage_ms"] >= 50
    assert profile["inference_ms"] >= 40
    assert adds_up(profile)


def test_a_turned_picture_is_measured_as_it_is_shown(app: TestClient, admin: TestClient) -> None:
    with Image.open(io.BytesIO(JPEG)) as image:
        exif = image.getexif()
        exif[0x0112] = 6
        turned = samples.encoded(image, "JPEG", quality=95, exif=exif)
    found = app.post("/api/v1/detect", **send(turned)).json()
    assert (found["image"]["width"], found["image"]["height"]) == (200, 320)
    (kept,) = admin.get(f"{ADMIN}/images").json()["items"]
    assert (kept["width"], kept["height"]) == (200, 320)
