"""``/metrics``: who may read it, what it counts, and that no label holds what a caller chose."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from prometheus_client.parser import text_string_to_metric_families

from expunge.bootstrap import build
from expunge.settings import Settings, SettingsInvalid
from expunge.telemetry.metrics import FOLDER, Metrics
from tests.api.conftest import client_at, work_off

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from starlette.testclient import TestClient

    from expunge.service import Service

TOKEN = "a-token-of-the-scraper"


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    folder = tmp_path_factory.mktemp("metrics")
    service = build(Settings(data=folder, metrics=True, quotas="off", hosts=("h.example",)))
    yield service
    service.close()


@pytest.fixture(scope="module")
def scraper(service: Service) -> TestClient:
    return client_at(service, "127.0.0.1")


def samples(client: TestClient) -> dict[tuple[str, ...], float]:
    """Every sample, by its name and its labels in the order of their names."""
    answer = client.get("/metrics")
    assert answer.status_code == 200, answer.text
    return {
        (sample.name, *(sample.labels[key] for key in sorted(sample.labels))): sample.value
        for family in text_string_to_metric_families(answer.text)
        for sample in family.samples
    }


def test_requests_jobs_and_refusals_are_counted(
    service: Service, scraper: TestClient, photo: bytes
) -> None:
    before = samples(scraper)
    files = {"image": ("photo.jpg", photo, "image/jpeg")}
    scraper.post("/api/v1/jobs", files=files, data={"mode": "metadata"})
    scraper.post(
        "/api/v1/jobs",
        files=files,
        data={"mode": "metadata"},
        headers={"prefer": "respond-async"},
    )
    queued = samples(scraper)
    work_off(service)
    scraper.post("/api/v1/jobs", files=files, data={"mode": "no such mode"})
    scraper.get("/api/v1/clean", params={"image": "https://a.example/x", "mode": "none"})
    scraper.get("/api/v1/jobs/job_unknown")
    after = samples(scraper)

    def grown(*key: str) -> float:
        return after.get(key, 0) - before.get(key, 0)

    jobs = "/api/v1/jobs"
    assert grown("expunge_http_requests_total", "POST", jobs, "200") == 1
    assert grown("expunge_http_requests_total", "POST", jobs, "202") == 1
    assert grown("expunge_http_requests_total", "GET", f"{jobs}/{{job_id}}", "404") == 1
    assert grown("expunge_http_request_duration_seconds_count", jobs) == 3
    assert grown("expunge_refused_requests_total", "job_not_found") == 1
    assert grown("expunge_refused_requests_total", "validation_error") == 2
    assert grown("expunge_jobs_total", "metadata", "succeeded") == 2
    assert grown("expunge_jobs_total", "metadata", "queued") == 1
    assert grown("expunge_job_run_seconds_count", "metadata") == 2
    assert grown("expunge_job_run_seconds_sum", "metadata") > 0
    assert queued["expunge_queue_messages", "jobs"] == 1
    assert after["expunge_queue_messages", "jobs"] == 0
    assert after["expunge_queue_oldest_seconds", "jobs"] == 0
    assert after["expunge_queue_dead_messages", "deliveries"] == 0
    assert after["expunge_store_bytes",] > len(photo)


SECRET = "s3cret-of-a-caller"


def test_labels_hold_nothing_that_a_caller_chose(scraper: TestClient, photo: bytes) -> None:
    before = set(samples(scraper))
    for path in (f"/{SECRET}", f"/static/{SECRET}", f"/api/v1/jobs/{SECRET}", f"/en/{SECRET}/"):
        for method in ("GET", "HEAD", "PUT", SECRET.upper().replace("-", "")):
            scraper.request(method, path, params={"email": f"{SECRET}@example.org"})
    scraper.post("/api/v1/auth/links", json={"email": f"{SECRET}@example.org"})
    scraper.get("/api/v1/clean", params={"image": f"https://{SECRET}.example/", "mode": SECRET})
    scraper.post("/api/v1/jobs", files={"image": photo}, data={"mode": SECRET})
    after = samples(scraper)

    assert SECRET not in str(after).lower()
    assert len({key for key in after if key not in before}) < 200


@given(st.lists(st.tuples(st.text(max_size=9), st.integers(100, 599)), min_size=1, max_size=9))
def test_unknown_methods_and_routes_share_one_series(requests: list[tuple[str, int]]) -> None:
    metrics = Metrics()
    for method, _ in requests:
        metrics.answered(method, None, 404, 0.1, None)
    text = metrics.exposition()[0].decode()
    lines = [line for line in text.splitlines() if line.startswith("expunge_http_requests_total")]

    assert len(lines) <= 2
    assert sum(float(line.rpartition(" ")[2]) for line in lines) == len(requests)


NEAR = ["127.0.0.1", "::1", "192.168.1.2", "10.1.2.3", "100.100.1.1", "fd00::2"]
FAR = ["203.0.113.5", "8.8.8.8", "2001:db8::1", "169.254.169.254", "not an address"]


@pytest.mark.parametrize("address", NEAR)
def test_the_own_network_may_read(service: Service, address: str) -> None:
    assert client_at(service, address).get("/metrics").status_code == 200


@pytest.mark.parametrize("address", FAR)
def test_nobody_else_may(service: Service, address: str) -> None:
    answer = client_at(service, address).get("/metrics")
    assert answer.status_code == 403
    assert "EXPUNGE_METRICS_TOKEN" in answer.json()["detail"]


@pytest.mark.parametrize(
    "headers",
    [
        {"x-forwarded-for": "203.0.113.5"},
        {"x-forwarded-for": "127.0.0.1"},
        {"forwarded": "for=127.0.0.1"},
        {"x-real-ip": "127.0.0.1"},
        {"via": "1.1 tunnel"},
        {"x-forwarded-host": "h.example"},
        {"x-forwarded-proto": "https"},
        {"cf-connecting-ip": "203.0.113.5"},
        {"host": "h.example"},
        {"origin": "https://evil.example"},
        {"origin": "http://testserver"},
        {"sec-fetch-site": "same-origin"},
        {"sec-fetch-site": "cross-site"},
    ],
)
def test_a_proxy_or_a_page_is_not_the_own_network(
    scraper: TestClient, headers: dict[str, str]
) -> None:
    assert scraper.get("/metrics", headers=headers).status_code == 403


def test_a_trusted_proxy_says_who_asks(tmp_path: Path) -> None:
    settings = Settings(data=tmp_path, metrics=True, trusted_proxies=("127.0.0.1",))
    service = build(settings)
    client = client_at(service, "127.0.0.1")
    for told, status in (("203.0.113.5", 403), ("192.168.1.2", 200)):
        answer = client.get("/metrics", headers={"x-forwarded-for": told})
        assert answer.status_code == status
    silent = client.get("/metrics", headers={"x-real-ip": "203.0.113.5"})
    assert silent.status_code == 403, "it does not name its sender in the way that is trusted"
    service.close()


def test_with_a_token_everybody_needs_it_and_may_be_anywhere(tmp_path: Path) -> None:
    service = build(Settings(data=tmp_path, metrics=True, metrics_token=TOKEN))
    for address in ("127.0.0.1", "203.0.113.5"):
        client = client_at(service, address)
        for sent in ("", "Bearer", f"Basic {TOKEN}", f"Bearer {TOKEN}x", "Bearer ünkown"):
            answer = client.get("/metrics", headers={"authorization": sent.encode("latin-1")})
            assert answer.status_code == 401
        good = {"authorization": f"Bearer {TOKEN}"}
        assert client.get("/metrics", headers=good).status_code == 200
        assert client.get("/metrics", headers=good | {"origin": "null"}).status_code == 403
    assert TOKEN not in repr(service.settings)
    service.close()


@given(
    st.sampled_from(["text/plain", "application/openmetrics-text", "*/*", ""]),
    st.lists(
        st.builds(
            "{}={}".format,
            st.sampled_from(["version", "escaping", "q"]),
            st.sampled_from(["", "=", "x", "1", "1.0.0", "9" * 99, "\xb2"]) | st.text(max_size=3),
        ),
        max_size=3,
    ),
)
@settings(max_examples=30, deadline=None)
def test_whatever_a_scraper_accepts_it_gets_a_format(kind: str, parameters: list[str]) -> None:
    metrics = Metrics()
    metrics.answered("GET", "/", 200, 0.1, None)
    data, media_type = metrics.exposition(";".join([kind, *parameters]))

    assert b"expunge_http_requests_total" in data
    assert "-text" in media_type or media_type.startswith("text/plain")


def test_it_is_off_by_default(reader: TestClient) -> None:
    assert reader.get("/metrics").status_code == 404


@pytest.mark.parametrize(
    "given",
    [
        {"EXPUNGE_METRICS_TOKEN": TOKEN},
        {"EXPUNGE_METRICS": "true", "EXPUNGE_METRICS_TOKEN": "short"},
        {
            "EXPUNGE_METRICS": "true",
            "EXPUNGE_STORE": "aws",
            "EXPUNGE_TABLE": "t",
            "EXPUNGE_BUCKET": "bucket",
            "EXPUNGE_QUEUE_URL": "q",
            "EXPUNGE_DELIVERY_QUEUE_URL": "q",
        },
    ],
)
def test_wrong_settings_are_named(given: dict[str, str]) -> None:
    with pytest.raises(SettingsInvalid, match="EXPUNGE_METRICS"):
        Settings.from_env(given)


COUNTS = """
from expunge.telemetry.metrics import Metrics
metrics = Metrics()
for _ in range(3):
    metrics.job("metadata", "succeeded", 20)
    metrics.answered("GET", "/health", 200, 0.1, None)
"""
SUMS = "from expunge.telemetry.metrics import Metrics; print(Metrics().exposition()[0].decode())"


def test_all_processes_count_together_also_those_that_have_ended(tmp_path: Path) -> None:
    environ = os.environ | {FOLDER: str(tmp_path), "PYTHONPATH": os.pathsep.join(sys.path)}

    def run(code: str) -> str:
        done = subprocess.run(
            [sys.executable, "-c", code], env=environ, capture_output=True, text=True, check=True
        )
        return done.stdout

    run(COUNTS)
    run(COUNTS)
    text = run(SUMS)

    assert 'expunge_jobs_total{mode="metadata",state="succeeded"} 6.0' in text
    assert 'expunge_job_run_seconds_count{mode="metadata"} 6.0' in text
    assert 'route="/health",status="200"} 6.0' in text
