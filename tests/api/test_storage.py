"""How long things stay in the data folder, and how many may."""

from __future__ import annotations

import os
import shutil
import sqlite3
import time
from typing import TYPE_CHECKING

import pytest

from expunge.bootstrap import build
from expunge.errors import StorageFull
from expunge.settings import Settings
from expunge.stores.local.files import write_whole
from expunge.stores.local.space import MEASURED_SECONDS, Space, size_of
from tests.api.conftest import client_at, work_off
from tests.api.test_jobs import JOBS, multipart

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from expunge.service import Service

DAY = 24 * 3600


@pytest.fixture
def new_service(tmp_path: Path) -> Iterator[Callable[..., Service]]:
    opened: list[Service] = []

    def make(**settings: object) -> Service:
        opened.append(build(Settings(data=tmp_path / "data", **settings)))
        return opened[-1]

    yield make
    for one in opened:
        one.close()


def stored(service: Service, folder: str = "objects") -> list[Path]:
    return [file for file in (service.settings.data / folder).rglob("*") if file.is_file()]


def age(file: Path, seconds: float) -> None:
    """Let a file be so much older."""
    at = time.time() - seconds
    os.utime(file, (at, at))


class TestHowLong:
    @pytest.mark.parametrize(("seconds", "left"), [(DAY - 60, 1), (DAY + 1, 0)])
    def test_a_result_goes_after_a_day_whatever_became_of_its_record(
        self, service: Service, photo: bytes, seconds: float, left: int
    ) -> None:
        client = client_at(service, "203.0.113.5")
        client.post(JOBS, **multipart(photo))
        with sqlite3.connect(service.settings.data / "expunge.sqlite3") as database:
            database.execute("DELETE FROM items WHERE sort LIKE 'job#%'")
        database.close()
        (file,) = stored(service)
        age(file, seconds)

        service.housekeeping()

        assert len(stored(service)) == left

    @pytest.mark.parametrize(("seconds", "left"), [(DAY - 60, 1), (DAY + 1, 0)])
    def test_a_mail_goes_after_a_day(self, service: Service, seconds: float, left: int) -> None:
        service.mail.send(to="jane@example.org", subject="s", text="t")
        (file,) = stored(service, "outbox")
        age(file, seconds)

        service.housekeeping()

        assert len(stored(service, "outbox")) == left


class TestHowMuch:
    def test_a_full_folder_refuses_uploads_and_jobs_before_any_work(
        self, new_service: Callable[..., Service], photo: bytes
    ) -> None:
        service = new_service(data_max_mb=1)
        client = client_at(service, "203.0.113.5")
        first = client.post(JOBS, **multipart(photo))
        assert first.status_code == 200
        (service.settings.data / "ballast").write_bytes(bytes(1 << 20))
        client = client_at(new_service(data_max_mb=1), "203.0.113.5")  # measures anew
        before = size_of(service.settings.data / "objects")

        upload = {"filename": "a.jpg", "content_type": "image/jpeg", "size": len(photo)}
        for answer in (
            client.post(JOBS, **multipart(photo)),
            client.post(JOBS, headers={"prefer": "respond-async"}, **multipart(photo)),
            client.post("/api/v1/uploads", json=upload),
        ):
            assert (answer.status_code, answer.json()["code"]) == (507, "storage_full")
            assert answer.json()["retryable"] is True
            assert int(answer.headers["retry-after"]) > 0
        assert size_of(service.settings.data / "objects") == before
        assert client.get(f"{JOBS}/{first.json()['id']}").status_code == 200, "reading goes on"
        assert client.get("/health").status_code == 200
        left = first.headers["ratelimit"]
        (service.settings.data / "ballast").unlink()
        client = client_at(new_service(data_max_mb=1), "203.0.113.5")
        again = client.post(JOBS, **multipart(photo))
        assert again.status_code == 200, "and so does the service once there is room"
        assert again.headers["ratelimit"].split("r=")[1].split(";")[0] == str(
            int(left.split("r=")[1].split(";")[0]) - 1
        ), "nothing was charged"

    def test_a_put_is_refused_where_there_is_no_room_any_more(
        self, new_service: Callable[..., Service], photo: bytes
    ) -> None:
        service = new_service(data_max_mb=1)
        client = client_at(service, "203.0.113.5")
        upload = {"filename": "a.jpg", "content_type": "image/jpeg", "size": len(photo)}
        made = client.post("/api/v1/uploads", json=upload).json()
        (service.settings.data / "ballast").write_bytes(bytes(1 << 20))
        client = client_at(new_service(data_max_mb=1), "203.0.113.5")

        put = client.put(made["upload_url"], headers=made["headers"], content=photo)

        assert (put.status_code, put.json()["code"]) == (507, "storage_full")

    def test_a_job_that_was_admitted_still_ends(
        self, new_service: Callable[..., Service], photo: bytes
    ) -> None:
        service = new_service(data_max_mb=1)
        client = client_at(service, "203.0.113.5")
        made = client.post(JOBS, headers={"prefer": "respond-async"}, **multipart(photo)).json()
        (service.settings.data / "ballast").write_bytes(bytes(1 << 20))

        work_off(service)

        assert client.get(f"{JOBS}/{made['id']}").json()["status"] == "succeeded"

    def test_a_disk_that_is_nearly_full_is_left_alone(
        self, new_service: Callable[..., Service], photo: bytes, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        client = client_at(new_service(), "203.0.113.5")
        usage = shutil.disk_usage("/")
        nearly = usage._replace(free=(512 << 20) - 1)
        monkeypatch.setattr(shutil, "disk_usage", lambda _: nearly)

        answer = client.post(JOBS, **multipart(photo))

        assert (answer.status_code, answer.json()["code"]) == (507, "storage_full")

    def test_a_disk_that_is_full_all_the_same_is_a_507_too(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def full(*_: object) -> None:
            raise OSError(28, "No space left on device")

        monkeypatch.setattr("os.fdopen", full)

        with pytest.raises(StorageFull):
            write_whole(tmp_path / "file", b"x")

    def test_the_folder_is_measured_now_and_then_and_counted_between(self, tmp_path: Path) -> None:
        now = 0.0
        space = Space(tmp_path, max_bytes=1000, free_bytes=0, clock=lambda: now)
        (tmp_path / "deep" / "er").mkdir(parents=True)
        (tmp_path / "deep" / "er" / "a").write_bytes(bytes(400))

        space.check(300)
        space.check(300)
        with pytest.raises(StorageFull):
            space.check(1)
        now += MEASURED_SECONDS - 1
        with pytest.raises(StorageFull):
            space.check(1)
        now += 1
        space.check(600)  # what was counted has not come, or has gone again

    def test_a_thousand_files_are_measured_in_no_time(
        self, tmp_path: Path, record_property: Callable[[str, object], None]
    ) -> None:
        for n in range(1000):
            (tmp_path / str(n % 50)).mkdir(exist_ok=True)
            (tmp_path / str(n % 50) / str(n)).write_bytes(b"x")
        started = time.perf_counter()

        assert size_of(tmp_path) == 1000

        spent = (time.perf_counter() - started) * 1000
        record_property("measured", f"data folder: 1,000 files measured in {spent:.1f} ms")
