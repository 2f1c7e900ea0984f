"""An image that goes in and comes out in one request never meets the object store."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.contract.tasks.conftest import BOTH, JPEG, PNG

if TYPE_CHECKING:
    from tests.contract.tasks.conftest import Stand

WRITES = ("put", "put_file", "create", "create_file", "presign_put", "delete")
CLEAN = "/api/v1/clean"


@pytest.fixture
def calls(stand: Stand, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The calls that change the object store."""
    made: list[str] = []
    kind = type(stand.service.cleaner._objects)
    for name in WRITES:
        real = getattr(kind, name, None)
        if real is not None:

            def counted(*given, _real=real, _name=name, **more):
                made.append(_name)
                return _real(*given, **more)

            monkeypatch.setattr(kind, name, counted)
    return made


@BOTH
@pytest.mark.parametrize("image", [JPEG, PNG], ids=["jpeg", "png"])
def test_a_synchronous_job_makes_no_put(stand: Stand, calls: list[str], image: bytes) -> None:
    client = stand.anyone()
    answer = client.post(f"{CLEAN}?mode=metadata", content=image)
    as_job = client.post(
        "/api/v1/jobs",
        files={"image": image},
        data={"mode": "metadata"},
        headers={"accept": "image/*"},
    )

    assert (answer.status_code, as_job.status_code) == (200, 200)
    assert answer.content == as_job.content
    assert calls == []
    job = client.get(answer.headers["link"].split(">")[0][1:]).json()
    assert job["status"] == "succeeded"
    assert "result_url" not in job
    assert calls == []


@BOTH
def test_one_put_is_made_for_whoever_asks(stand: Stand, calls: list[str]) -> None:
    answer = stand.anyone().post(f"{CLEAN}?mode=metadata&store=true", content=JPEG)

    assert answer.status_code == 200
    assert calls == ["put"]
