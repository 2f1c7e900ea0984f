"""Start of the functions: time, imports, restore from a snapshot, and refusal."""

from __future__ import annotations

import time

import pytest

from tests.lambdas.runtime_api import FunctionFailed
from tests.lambdas.samples import batch, event

HEAVY = {"cv2", "numpy", "onnxruntime", "PIL", "pillow_heif", "httpx2", "httpcore2", "authlib"}
"""Modules that a metadata call must not import."""


@pytest.mark.parametrize("name", ["ApiFunction", "JobsFunction"])
def test_a_metadata_call_imports_nothing_heavy(start, queued, name):
    given = {
        "ApiFunction": event("api-create-job-multipart"),
        "JobsFunction": batch("jobs-batch", queued[1]),
    }[name]
    every = ["web", "imaging", "vision"]  # there to be imported, if anything did
    with start(name, layers=every, options=["-X", "importtime"]) as function:
        answer = function.invoke(given)
        assert answer.get("statusCode", 200) == 200
        assert not answer.get("batchItemFailures")
        imported = {
            line.rpartition("|")[2].strip().partition(".")[0]
            for line in function.printed().splitlines()
            if line.startswith("import time:")
        }
    assert "expunge" in imported
    assert not imported & HEAVY


def test_a_cold_start_is_measured(start, record_property):
    for name, sample in (
        ("ApiFunction", "api-problem"),
        ("ApiFunction", "api-create-job-multipart"),
        ("MaintenanceFunction", "maintenance-schedule"),
    ):
        with start(name) as function:
            first = function.invoke(event(sample))
            cold = time.perf_counter() - function.started
            begun = time.perf_counter()
            second = function.invoke(event(sample))
            warm = time.perf_counter() - begun
        record_property(
            "measured",
            f"{name}, {sample}: {cold * 1000:.0f} ms from process start to first answer, "
            f"{warm * 1000:.0f} ms for the second",
        )
        assert [(one or {}).get("statusCode", 200) for one in (first, second)] == [200, 200]


def test_a_copy_restored_from_a_snapshot_answers(start):
    environ = {"AWS_LAMBDA_INITIALIZATION_TYPE": "snap-start"}
    with start("ApiFunction", environ=environ) as function:
        assert function.invoke(event("api-problem"))["statusCode"] == 200
        assert function.server.restored


def test_a_missing_setting_stops_the_start_with_its_name(start):
    with (
        start("ApiFunction", environ={"EXPUNGE_TABLE": ""}) as function,
        pytest.raises(FunctionFailed, match="EXPUNGE_TABLE"),
    ):
        function.invoke(event("api-health"))
