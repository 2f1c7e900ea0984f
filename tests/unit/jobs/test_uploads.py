"""Uploads, and what becomes of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from expunge.accounts.callers import anonymous
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

    house.clock.now += 14 * 60
    assert submit(house, key) is Status.SUCCEEDED
    house.clock.now += 61
    with pytest.raises(UploadNotFound):
        submit(house, key)


def test_an_upload_outlives_the_queued_jobs_that_use_it(house: House, image: bytes) -> None:
    key = uploaded(house, image)

    assert submit(house, key, respond_async=True) is Status.QUEUED
    house.work()

    assert house.objects.head(key), "another job may be made of it"


def test_somebody_elses_upload_and_one_that_never_was_look_the_same(
    house: House, image: bytes
) -> None:
    key = uploaded(house, image)
    stranger = anonymous("198.51.100.7")

    with pytest.raises(UploadNotFound) as foreign:
        house.jobs.uploads.fetch(stranger, key)
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

    assert upload.request.headers["Content-Type"] == "image/jpeg"
    house.objects.create(upload.object_key, image, "image/jpeg")
    assert submit(house, upload.object_key) is Status.SUCCEEDED
