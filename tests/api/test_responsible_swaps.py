"""A swap passes terms and gate, leaves an audit entry, and no mode takes its label off.

The analyser's verdicts are given, and the operation is a stand-in that draws: none needs weights.
"""

from __future__ import annotations

import hashlib
import io
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner
from PIL import Image
from starlette.testclient import TestClient

from expunge.accounts.callers import Caller, Tier, anonymous
from expunge.bootstrap import build
from expunge.cli import main
from expunge.errors import NsfwDetected, Unauthorized
from expunge.imaging.provenance.own_label import carried
from expunge.imaging.source import Source
from expunge.jobs.job import Status
from expunge.jobs.request import Given, JobRequest
from expunge.operations import swap as operation
from expunge.operations.outcome import Outcome
from expunge.settings import Settings
from expunge.swaps.terms import ConsentRequired, SwapsDisabled
from expunge.web.app import create_app
from expunge.web.problems import SWAPS
from expunge.web.problems.registry import REGISTRY
from tests.unit.swaps.drawing import BOX, coded, scene, swapped

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray

    from expunge.jobs.job import Job
    from expunge.service import Service

TARGET, FACE = coded(scene(0)), coded(scene(1, (96, 96)))
RESULT = swapped(scene(0), 5)
COPY = coded(RESULT, quality=60, scale=0.8)
"""A re-encoded copy: no metadata, other bytes."""


def digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


MIRRORED = coded(RESULT[:, ::-1], quality=60)


def film(picture: NDArray[np.uint8], scale: float = 1.0, colours: int = 256) -> bytes:
    """A GIF of two seconds, in which a picture passes by."""
    size = round(400 * scale), round(300 * scale)
    frames = [
        Image.fromarray(picture[20:320, step : 400 + step]).resize(size).quantize(colours)
        for step in range(0, 80, 8)
    ]
    file = io.BytesIO()
    frames[0].save(file, "GIF", save_all=True, append_images=frames[1:], duration=200, loop=0)
    return file.getvalue()


@cache
def moving() -> bytes:
    return film(scene(0))


@cache
def moved() -> bytes:
    return film(RESULT)


def drawn(source: Source, *_: object) -> Outcome:
    if source.data == moving():
        report = {"width": 400, "height": 300, "swapped": [], "changed": True}
        return Outcome(moved(), "image/gif", report, {"total": 1.0})
    width, height = source.layout.displayed
    corners = {"x1": BOX[0] * width, "y1": BOX[1] * height}
    corners |= {"x2": BOX[2] * width, "y2": BOX[3] * height}
    report = {"width": width, "height": height, "swapped": [{"box": corners}], "changed": True}
    return Outcome(coded(RESULT), "image/jpeg", report, {"total": 1.0})


@pytest.fixture
def stand_in(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(operation, "check", lambda *_: None)
    monkeypatch.setattr(operation, "examine", lambda *_: None)
    monkeypatch.setattr(operation, "run", drawn)


@pytest.fixture
def service(tmp_path: Path, stand_in: None) -> Iterator[Service]:
    made = build(Settings(data=tmp_path / "data", swaps_terms_accepted=True))
    yield made
    made.close()


@pytest.fixture
def caller(service: Service) -> Caller:
    for data in (TARGET, FACE):
        service.gate.verdicts.scored(digest(data), 0.01)
    account = service.accounts.create(Tier.FREE)
    key, _ = service.accounts.create_key(account.id, "")
    return Caller(account.id, Tier.FREE, credential=key.id)


def asked(**options: Any) -> JobRequest:
    return JobRequest("swap", options, image=TARGET, companions={"source": Given(image=FACE)})


def done(service: Service, caller: Caller, request: JobRequest) -> Job:
    job = service.jobs.submit(caller, request).job
    service.work(job.message())
    ended = service.jobs.get(caller, job.id)
    assert ended.status is Status.SUCCEEDED, ended.error_message
    return ended


def test_a_swap_is_off_until_the_operator_accepts_the_terms(tmp_path: Path, stand_in) -> None:
    service = build(Settings(data=tmp_path / "data"))
    with pytest.raises(SwapsDisabled):
        service.jobs.submit(Caller("acc_1", Tier.PRO), asked(consent="own_face"))
    service.close()


def test_a_swap_needs_an_account(service: Service) -> None:
    with pytest.raises(Unauthorized):
        service.jobs.submit(anonymous("203.0.113.1"), asked(consent="own_face"))


def test_an_operator_can_require_a_statement_of_consent(tmp_path: Path, stand_in) -> None:
    settings = Settings(
        data=tmp_path / "data", swaps_terms_accepted=True, swaps_consent_required=True
    )
    service = build(settings)
    with pytest.raises(ConsentRequired, match="/options/consent"):
        service.jobs.submit(Caller("acc_1", Tier.PRO), asked())
    service.close()


def test_a_flagged_input_makes_no_job_and_stores_nothing(service: Service, caller: Caller) -> None:
    service.gate.verdicts.scored(digest(FACE), 0.9)
    with pytest.raises(NsfwDetected, match=digest(FACE)):
        service.jobs.submit(caller, asked())
    assert service.jobs.page(caller, 10, None)[0] == []
    assert not [one for one in (service.settings.data / "objects").rglob("*") if one.is_file()]


def test_a_swap_is_audited_and_its_copies_keep_the_label(service: Service, caller: Caller) -> None:
    job = done(service, caller, asked(consent="permission"))
    made = service.jobs.result(job) or b""

    (entry,) = service.audit.page(10)[0]
    assert (entry.job, entry.owner, entry.key) == (job.id, caller.subject, caller.key)
    assert entry.inputs == {"target": digest(TARGET), "source": digest(FACE)}
    assert (entry.result, entry.consent) == (digest(made), "permission")

    find = service.known_results.find
    assert find(Source.of(made)) == find(Source.of(COPY)) == find(Source.of(MIRRORED)) == entry
    for original in (TARGET, coded(scene(0), quality=60), coded(scene(0)[:, ::-1])):
        assert find(Source.of(original)) is None

    for mode in ("metadata", "visible"):
        cleaned = service.jobs.submit(caller, JobRequest(mode, {}, image=COPY))
        assert cleaned.job.report["own_label"]["mode"] == "swap"
        label = carried(Source.of(cleaned.outcome.image))
        assert label is not None
        assert label.mode == "swap"
    original = service.jobs.submit(caller, JobRequest("metadata", {}, image=TARGET))
    assert original.job.report.get("own_label") is None
    queued = done(service, caller, JobRequest("metadata", {}, image=COPY, respond_async=True))
    assert carried(Source.of(service.jobs.result(queued))) is not None


def test_copies_of_a_moving_result_are_known(service: Service, caller: Caller) -> None:
    service.gate.verdicts.scored(digest(moving()), 0.01)
    job = done(service, caller, replace(asked(), image=moving()))
    find = service.known_results.find
    for copy in (film(RESULT, scale=0.7), film(RESULT, colours=32), film(RESULT[:, ::-1])):
        found = find(Source.of(copy))
        assert found is None or found.job == job.id
    assert find(Source.of(film(RESULT, scale=0.7))) is not None
    for original in (moving(), film(scene(0), scale=0.7), film(scene(0), colours=32)):
        assert find(Source.of(original)) is None


def test_a_result_is_known_whatever_others_make_of_its_target(
    service: Service, caller: Caller
) -> None:
    """So nobody can wash a label off by more swaps."""
    first = done(service, caller, asked())
    entry = service.audit.with_result(digest(service.jobs.result(first) or b""))[0]
    for number in range(30):
        after = f"{int(entry.looks[0]['faces'][0]['after'], 16) ^ (1 << 255) - 1:064x}"
        faces = [entry.looks[0]["faces"][0] | {"after": after}]
        other = replace(entry, job=f"job_z{number}", looks=[entry.looks[0] | {"faces": faces}])
        service.audit._records.write(*other.changes(1 << 40))
    assert service.known_results.find(Source.of(COPY)) == entry


def test_entries_and_hashes_go_with_the_account(service: Service, caller: Caller) -> None:
    job = done(service, caller, asked())
    made = Source.of(service.jobs.result(job))
    service.gate.verdicts.scored(digest(FACE), 0.9)
    with pytest.raises(NsfwDetected):
        service.jobs.submit(caller, asked())
    service.complaints.add(caller, digest(FACE), "a peach")

    service.erasure.begin(caller.subject)
    service.erasure.sweep()

    assert service.audit.is_empty()
    assert service.audit.with_result(digest(made.data)) == []
    assert service.complaints.page(10) == ([], None)
    assert not service.gate.verdicts.were_refused(caller.subject, digest(FACE))
    assert service.known_results.find(made) is None


def test_the_words_of_the_swaps_surface_are_its_references() -> None:
    status = {code: SWAPS.status(REGISTRY[code]) for code in ("nsfw_content_detected",)}
    assert status == {"nsfw_content_detected": 422}
    for code in ("swaps_disabled", "scan_pending", "model_missing"):
        assert SWAPS.status(REGISTRY[code]) == 503
        assert SWAPS.words[code] == "api_temporarily_disabled"
    assert (SWAPS.status(REGISTRY["consent_required"]), SWAPS.words["consent_required"]) == (
        400,
        "validation_error",
    )


def test_a_complaint_reaches_the_operator(service: Service, caller: Caller, monkeypatch) -> None:
    _, secret = service.accounts.create_key(caller.subject, "")
    client = TestClient(create_app(service), headers={"authorization": f"Bearer {secret}"})
    body = {"sha256": digest(FACE), "note": "a peach [/b]\x1b[2J"}
    assert client.post("/api/v1/swaps/complaints", json=body).status_code == 404
    wrong = client.post("/api/v1/swaps/complaints", json={"sha256": "abc"})
    assert (wrong.status_code, wrong.json()["errors"][0]["pointer"]) == (400, "/sha256")
    service.gate.verdicts.scored(digest(FACE), 0.9)
    assert client.post("/api/v1/swaps/complaints", json=body).status_code == 404, "not refused you"
    with pytest.raises(NsfwDetected):
        service.jobs.submit(caller, asked())
    answer = client.post("/api/v1/swaps/complaints", json=body)
    assert (answer.status_code, answer.json()["sha256"]) == (201, digest(FACE))

    monkeypatch.setenv("EXPUNGE_DATA", str(service.settings.data))
    monkeypatch.setenv("COLUMNS", "200")
    run = CliRunner().invoke
    assert "a peach [/b]\\x1b[2J" in run(main, ["swaps", "complaints"]).output
    assert run(main, ["swaps", "allow", "abc"]).exit_code == 1
    assert run(main, ["swaps", "allow", digest(FACE)]).exit_code == 0
    assert not service.gate.refuses(digest(FACE))


def test_the_operator_finds_who_made_a_copy(
    service: Service, caller: Caller, tmp_path: Path, monkeypatch
) -> None:
    job = done(service, caller, asked(consent="own_face"))
    (tmp_path / "copy.jpg").write_bytes(COPY)
    (tmp_path / "original.jpg").write_bytes(TARGET)
    monkeypatch.setenv("EXPUNGE_DATA", str(service.settings.data))
    monkeypatch.setenv("COLUMNS", "250")
    run = CliRunner().invoke
    for words in (["audit"], ["who", str(tmp_path / "copy.jpg")]):
        output = run(main, ["swaps", *words]).output
        assert job.id in output
        assert caller.subject in output
        assert "own_face" in output
    assert run(main, ["swaps", "who", str(tmp_path / "original.jpg")]).exit_code == 1
