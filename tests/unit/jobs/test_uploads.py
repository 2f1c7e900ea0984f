"""Uploads, and what becomes of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from expunge.accounts.callers import Caller, Tier
from expunge.errors import (
    PayloadTooLarge,
    UnsupportedMediaType,
    UploadIncomplete,
    UploadNotFound,
    ValidationFailed,
)
from expunge.jobs.job import Status
from expunge.jobs.request import JobRequest
from tests.unit.jobs.conftest import CALLER

if TYPE_CHECKING:
    from tests.unit.jobs.conftest import House


def uploaded(house: House, image: bytes) -> str:
    upload = house.jobs.uploads.create(CALLER, content_type="image/jpeg", size=len(image))
    house.objects.create(upload.object_key, image, "image/jpeg")
    return upload.object_key


def submit(house: House, key: str, **job_request: object) -> Status:
    job_request = {"mode": "metadata", "options": {}, "object_key": key} | job_request
    return house.jobs.submit(CALLER, JobRequest(**job_request)).job.status  # type: ignore[arg-type]


def test_an_upload_is_used_within_its_time_and_not_after(house: House, image: bytes) -> None:
    key = uploaded(house, image)

    house.clock.now += 15 * 60 - 1
    assert house.jobs.uploads.fetch(CALLER, key).data == image
    house.clock.now += 1
    with pytest.raises(UploadNotFound):
        submit(house, key)


def test_an_upload_outlives_the_queued_jobs_that_use_it(house: House, image: bytes) -> None:
    key = uploaded(house, image)

    assert submit(house, key, respond_async=True) is Status.QUEUED
    house.work()

    assert house.objects.head(key), "another job may be made of it"


def test_an_accounts_upload_and_one_that_never_was_look_the_same(
    house: House, image: bytes
) -> None:
    owner = Caller("acc_1", Tier.FREE)
    upload = house.jobs.uploads.create(owner, content_type="image/jpeg", size=len(image))

    with pytest.raises(UploadNotFound) as foreign:
        house.jobs.uploads.fetch(CALLER, upload.object_key)
    with pytest.raises(UploadNotFound) as unknown:
        house.jobs.uploads.fetch(CALLER, "in/2026-01-01/up_0.jpg")

    assert foreign.value.detail == unknown.value.detail


def test_nothing_put_yet_is_said_so(house: House) -> None:
    upload = house.jobs.uploads.create(CALLER, content_type="image/jpeg", size=10)

    with pytest.raises(UploadIncomplete):
        submit(house, upload.object_key)


def test_a_file_that_is_not_what_was_declared_is_refused(house: House) -> None:
    upload = house.jobs.uploads.create(CALLER, content_type="image/jpeg", size=8)
    house.objects.create(upload.object_key, b"\x89PNG\r\n\x1a\n", "image/jpeg")

    with pytest.raises(UnsupportedMediaType, match="image/jpeg"):
        submit(house, upload.object_key)


@pytest.mark.parametrize(
    ("size", "error"),
    [(10_485_761, PayloadTooLarge), (0, ValidationFailed), (-5, ValidationFailed)],
)
def test_a_size_that_cannot_be_taken_gets_no_address(
    house: House, size: int, error: type[Exception]
) -> None:
    with pytest.raises(error):
        house.jobs.uploads.create(CALLER, content_type="image/jpeg", size=size)


@pytest.mark.parametrize("name", ["image/jpg", "IMAGE/JFIF", "image/jpeg; charset=binary"])
def test_a_type_is_declared_by_any_of_its_names(house: House, image: bytes, name: str) -> None:
    upload = house.jobs.uploads.create(CALLER, content_type=name, size=len(image))

    assert upload.request.headers["Content-Type"] == name, "as the client will send it"
    assert upload.object_key.endswith(".jpg")
    house.objects.create(upload.object_key, image, "image/jpeg")
    assert submit(house, upload.object_key) is Status.SUCCEEDED


class TestRetention:
    """What becomes of the file, swept once a minute."""

    @staticmethod
    def gone_after(house: House, key: str) -> float:
        """Minutes from now until the file is gone."""
        start = house.clock.now
        while house.objects.head(key):
            assert house.clock.now - start < 30 * 3600, "it stays for ever"
            house.clock.now += 60
            house.jobs.cleanup.sweep()
        return (house.clock.now - start) / 60

    def test_an_upload_that_no_job_claims_goes_after_15_minutes(
        self, house: House, image: bytes
    ) -> None:
        assert 15 < self.gone_after(house, uploaded(house, image)) <= 17

    def test_a_file_put_after_its_record_expired_goes_too(self, house: House, image: bytes) -> None:
        upload = house.jobs.uploads.create(CALLER, content_type="image/jpeg", size=len(image))
        house.clock.now += 15 * 60
        house.objects.create(upload.object_key, image, "image/jpeg")  # a slow PUT

        assert self.gone_after(house, upload.object_key) <= 2

    def test_one_of_a_job_goes_an_hour_after_its_end(self, house: House, image: bytes) -> None:
        key = uploaded(house, image)
        house.clock.now += 600
        submit(house, key)

        assert 60 <= self.gone_after(house, key) <= 61

    def test_one_of_several_jobs_goes_an_hour_after_the_last_end(
        self, house: House, image: bytes
    ) -> None:
        """Records of anonymous jobs expire sooner than that; their ends are remembered."""
        key = uploaded(house, image)
        submit(house, key)
        for minutes in (40, 25, 59):
            for _ in range(minutes):
                house.clock.now += 60
                house.jobs.cleanup.sweep()
            assert submit(house, key) is Status.SUCCEEDED

        assert 60 <= self.gone_after(house, key) <= 61

    def test_one_of_a_job_that_waits_stays_until_an_hour_after_its_end(
        self, house: House, image: bytes
    ) -> None:
        key = uploaded(house, image)
        submit(house, key, respond_async=True)
        for _ in range(5 * 60):
            house.clock.now += 60
            house.jobs.cleanup.sweep()

        house.work()

        assert 60 <= self.gone_after(house, key) <= 61
        assert submit_error(house, key) is UploadNotFound

    def test_the_copy_for_a_queued_job_goes_when_the_job_ends(
        self, house: House, image: bytes
    ) -> None:
        job = house.queued(image)
        assert job.input_key
        assert house.objects.head(job.input_key)

        house.work()

        assert house.objects.head(job.input_key) is None

    @pytest.mark.parametrize("end", ["work", "cancel"])
    def test_and_soon_after_a_crash_at_its_end(
        self, house: House, image: bytes, end: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        job = house.queued(image)
        with monkeypatch.context() as patched:
            patched.setattr(house.jobs._runner, "discard_copies", killed)
            with pytest.raises(KeyboardInterrupt):
                house.work() if end == "work" else house.jobs.cancel(CALLER, job.id)
        assert house.now(job).status.ended
        assert house.objects.head(str(job.input_key))

        assert self.gone_after(house, str(job.input_key)) <= 2


def killed(_: object) -> None:
    raise KeyboardInterrupt


def submit_error(house: House, key: str) -> type[Exception] | None:
    try:
        submit(house, key)
    except UploadNotFound as error:
        return type(error)
    return None
