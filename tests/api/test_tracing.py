"""Traces: off by default, one of a request through its job, and nothing private in them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from expunge.bootstrap import build
from expunge.net.guard import Guard
from expunge.net.late import LateFetcher
from expunge.settings import Settings
from expunge.telemetry import tracing
from tests.api.conftest import client_at, work_off

export = pytest.importorskip(
    "opentelemetry.sdk.trace.export.in_memory_span_exporter", reason="needs the extra otel"
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from starlette.testclient import TestClient

    from expunge.service import Service

SECRET = "s3cret-of-a-caller"
PARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"


@pytest.fixture
def spans() -> Iterator[export.InMemorySpanExporter]:
    from opentelemetry.sdk.trace.export import SimpleSpanProcessor

    kept = export.InMemorySpanExporter()
    stop = tracing.use(SimpleSpanProcessor(kept), "1.0")
    yield kept
    stop()


@pytest.fixture
def service(spans: object, tmp_path: Path) -> Iterator[Service]:
    fetcher = LateFetcher(guard=Guard(lambda *_: ["10.0.0.1"]))
    service = build(Settings(data=tmp_path, quotas="off"), fetcher=fetcher)
    yield service
    service.close()


@pytest.fixture
def client(service: Service) -> TestClient:
    return client_at(service, "203.0.113.5")


def test_one_trace_goes_from_the_request_to_the_worker(
    service: Service, client: TestClient, spans: export.InMemorySpanExporter, photo: bytes
) -> None:
    answer = client.post(
        "/api/v1/jobs",
        files={"image": (f"{SECRET}.jpg", photo, "image/jpeg")},
        data={"mode": "metadata"},
        headers={"prefer": "respond-async", "traceparent": PARENT},
    )
    work_off(service)
    made = {span.name: span for span in spans.get_finished_spans()}

    assert {f"{s.context.trace_id:032x}" for s in made.values()} == {PARENT.split("-")[1]}
    request, message, job = made["POST /api/v1/jobs"], made["message"], made["job"]
    assert request.attributes["http.route"] == "/api/v1/jobs"
    assert request.attributes["http.response.status_code"] == 202
    assert request.attributes["expunge.request_id"] == answer.headers["x-request-id"]
    assert made["objects.put"].parent is not None
    assert made["records.write"].parent is not None
    assert message.parent.span_id == made["queue.send"].parent.span_id == request.context.span_id
    assert job.parent.span_id == message.context.span_id
    assert job.attributes["expunge.mode"] == "metadata"
    assert job.attributes["expunge.state"] == "succeeded"
    assert job.attributes["expunge.job_id"] == answer.json()["id"]


def test_a_refusal_says_why_and_a_fetch_names_only_the_host(
    client: TestClient, spans: export.InMemorySpanExporter
) -> None:
    url = f"https://pictures.example/{SECRET}.jpg?token={SECRET}"
    client.post("/api/v1/jobs", json={"image_url": url, "mode": "metadata"})
    client.get(f"/{SECRET}", params={"q": SECRET})
    made = {span.name: span for span in spans.get_finished_spans()}

    assert made["POST /api/v1/jobs"].attributes["error.type"] == "source_unreachable"
    assert dict(made["fetch"].attributes) == {
        "server.address": "pictures.example",
        "error.type": "SourceUnreachable",
    }
    assert made["GET"].attributes["http.response.status_code"] == 404
    assert SECRET not in "".join(span.to_json() for span in spans.get_finished_spans())


def test_a_sweep_makes_no_traces(service: Service, spans: export.InMemorySpanExporter) -> None:
    service.sweep()

    assert spans.get_finished_spans() == ()


def test_without_a_tracer_nothing_is_recorded_or_carried() -> None:
    with tracing.span("job", {"a": 1}) as span:
        span.set_attribute("b", 2)
        span.update_name("c")
        assert tracing.carried() == {}
    assert not tracing.is_on()


@pytest.mark.parametrize(
    ("environ", "exporter"),
    [
        ({}, None),
        ({"OTEL_EXPORTER_OTLP_ENDPOINT": "http://collector:4318"}, "otlp"),
        ({"OTEL_EXPORTER_OTLP_TRACES_ENDPOINT": "http://collector:4318/v1/traces"}, "otlp"),
        ({"OTEL_TRACES_EXPORTER": "otlp"}, "otlp"),
        ({"OTEL_TRACES_EXPORTER": "console"}, "console"),
        ({"OTEL_TRACES_EXPORTER": "none", "OTEL_EXPORTER_OTLP_ENDPOINT": "http://c"}, None),
        ({"OTEL_TRACES_EXPORTER": "otlp", "OTEL_SDK_DISABLED": "true"}, None),
    ],
)
def test_the_standard_variables_decide(environ: dict[str, str], exporter: str | None) -> None:
    assert tracing.wanted(environ) == exporter


def test_a_missing_extra_is_a_warning(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def missing(_: str) -> None:
        raise ModuleNotFoundError(name="opentelemetry")

    monkeypatch.setattr(tracing, "_exporter", missing)
    tracing.start({"OTEL_TRACES_EXPORTER": "otlp"}, "1.0")
    tracing.start({"OTEL_TRACES_EXPORTER": "zipkin"}, "1.0")

    assert not tracing.is_on()
    assert "expunge[otel]" in caplog.text
    assert "zipkin" in caplog.text
