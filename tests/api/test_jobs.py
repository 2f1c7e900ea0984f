"""Jobs over HTTP, as a caller sees them."""

from __future__ import annotations

import base64
import io
import json
import threading
import time
from typing import TYPE_CHECKING

import pytest
from PIL import Image

import expunge
from expunge.bootstrap import build
from tests.api.conftest import client_at, work_off

if TYPE_CHECKING:
    from starlette.testclient import TestClient

    from expunge.service import Service

JOBS = "/api/v1/jobs"


def multipart(photo: bytes, **fields: str) -> dict:
    return {
        "files": {"image": ("photo.jpg", photo, "image/jpeg")},
        "data": {"mode": "metadata"} | fields,
    }


def in_json(photo: bytes, **fields: object) -> dict:
    encoded = base64.b64encode(photo).decode()
    body = {"image_base64": encoded, "content_type": "image/jpeg", "mode": "metadata"}
    return {"json": body | fields}


def upload(client: TestClient, photo: bytes) -> str:
    job_request = {"filename": "photo.jpg", "content_type": "image/jpeg", "size": len(photo)}
    made = client.post("/api/v1/uploads", json=job_request).json()
    put = client.request(made["method"], made["upload_url"], headers=made["headers"], content=photo)
    assert put.status_code == 200
    return str(made["object_key"])


def test_a_multipart_file_comes_back_clean(client: TestClient, photo: bytes) -> None:
    answer = client.post(JOBS, **multipart(photo))

    assert answer.status_code == 200
    job = answer.json()
    assert job["status"] == "succeeded"
    assert job["report"]["changed"] is True
    result = client.get(job["result_url"])
    assert result.headers["content-type"] == "image/jpeg"
    picture = Image.open(io.BytesIO(result.content))
    assert dict(picture.getexif()) == {0x0112: 6}, "only the orientation may survive"
    assert picture.tobytes() == Image.open(io.BytesIO(photo)).tobytes()


@pytest.mark.parametrize("shape", ["multipart", "base64", "object_key", "object_key in a form"])
def test_every_shape_of_request_gives_the_same_picture(
    client: TestClient, photo: bytes, shape: str
) -> None:
    if shape == "multipart":
        answer = client.post(JOBS, **multipart(photo, options="{}"))
    elif shape == "base64":
        answer = client.post(JOBS, **in_json(photo, options={}))
    elif shape == "object_key":
        key = upload(client, photo)
        answer = client.post(JOBS, json={"object_key": key, "mode": "metadata"})
    else:
        key = upload(client, photo)
        form = {"object_key": (None, key), "mode": (None, "metadata")}
        answer = client.post(JOBS, files=form)

    result = client.get(answer.json()["result_url"]).content
    assert result == expunge.run("metadata", photo).image


def test_base64_may_be_wrapped_over_lines(client: TestClient, photo: bytes) -> None:
    wrapped = base64.encodebytes(photo).decode()

    assert client.post(JOBS, **in_json(photo, image_base64=wrapped)).status_code == 200


def test_an_upload_can_be_used_for_several_jobs(client: TestClient, photo: bytes) -> None:
    body = {"object_key": upload(client, photo), "mode": "metadata"}

    assert [client.post(JOBS, json=body).status_code for _ in range(2)] == [200, 200]


def test_a_job_can_be_read_again(client: TestClient, photo: bytes) -> None:
    made = client.post(JOBS, **multipart(photo)).json()

    read = client.get(f"{JOBS}/{made['id']}")

    assert read.headers["cache-control"] == "no-store"
    assert {k: v for k, v in read.json().items() if k != "result_url"} == {
        k: v for k, v in made.items() if k != "result_url"
    }


def test_a_light_job_can_be_asked_for_asynchronously(
    client: TestClient, service: Service, photo: bytes
) -> None:
    answer = client.post(JOBS, headers={"prefer": "respond-async"}, **multipart(photo))

    assert answer.status_code == 202
    job = answer.json()
    assert job["status"] == "queued"
    assert answer.headers["location"] == job["poll_url"] == f"{JOBS}/{job['id']}"
    assert answer.headers["retry-after"] == "1"
    assert answer.headers["preference-applied"] == "respond-async"
    assert work_off(service) == 1
    done = client.get(job["poll_url"]).json()
    assert done["status"] == "succeeded"
    assert client.get(done["result_url"]).content == expunge.run("metadata", photo).image


@pytest.mark.parametrize(
    "asked", [{"headers": {"prefer": "wait=20"}}, {"params": {"wait": "true"}}]
)
def test_a_poll_can_be_held_until_the_job_ends(
    client: TestClient, service: Service, photo: bytes, asked: dict
) -> None:
    made = client.post(JOBS, headers={"prefer": "respond-async"}, **multipart(photo)).json()
    worker = threading.Timer(0.2, work_off, [service])
    worker.start()

    done = client.get(made["poll_url"], **asked)
    worker.join()

    assert done.json()["status"] == "succeeded"


def test_a_held_poll_ends_in_time_with_the_job_as_it_stands(
    client: TestClient, photo: bytes
) -> None:
    made = client.post(JOBS, headers={"prefer": "respond-async"}, **multipart(photo)).json()

    answer = client.get(made["poll_url"], headers={"prefer": "wait=1"})

    assert answer.json()["status"] == "queued"


def test_a_queued_job_can_be_cancelled_and_is_never_run(
    client: TestClient, service: Service, photo: bytes
) -> None:
    made = client.post(JOBS, headers={"prefer": "respond-async"}, **multipart(photo)).json()

    assert client.delete(made["poll_url"]).json()["status"] == "canceled"
    work_off(service)
    after = client.get(made["poll_url"]).json()
    assert after["status"] == "canceled"
    assert "result_url" not in after


def test_jobs_are_listed_newest_first_page_by_page(client: TestClient, photo: bytes) -> None:
    made = []
    for _ in range(5):
        made.append(client.post(JOBS, **multipart(photo)).json()["id"])
        time.sleep(0.002)  # ids sort by the millisecond

    seen, cursor = [], None
    while True:
        query = {"limit": 2} | ({"cursor": cursor} if cursor else {})
        page = client.get(JOBS, params=query).json()
        assert len(page["jobs"]) <= 2
        seen += [job["id"] for job in page["jobs"]]
        cursor = page.get("next_cursor")
        if not cursor:
            break
    assert seen == made[::-1]


def test_a_cursor_that_matches_the_document_is_taken_and_no_other(
    client: TestClient, photo: bytes
) -> None:
    client.post(JOBS, **multipart(photo))
    for path in (JOBS, "/api/v1/batches"):
        assert client.get(path, params={"cursor": "job_OF-NO-LIST"}).status_code == 200
        answer = client.get(path, params={"cursor": "job#1"}).json()
        assert (answer["status"], answer["errors"][0]["pointer"]) == (422, "/query/cursor")


def test_an_upload_that_was_never_put_is_a_conflict(client: TestClient) -> None:
    job_request = {"filename": "photo.jpg", "content_type": "image/jpeg", "size": 1000}
    key = client.post("/api/v1/uploads", json=job_request).json()["object_key"]

    answer = client.post(JOBS, json={"object_key": key, "mode": "metadata"})

    assert (answer.status_code, answer.json()["code"]) == (409, "upload_incomplete")
    assert answer.json()["retryable"] is True


class TestIdempotencyKey:
    def test_a_replay_gives_the_same_job_and_says_so(
        self, client: TestClient, photo: bytes
    ) -> None:
        headers = {"idempotency-key": '"order-17"'}

        first = client.post(JOBS, headers=headers, **multipart(photo))
        second = client.post(JOBS, headers={"idempotency-key": "order-17"}, **multipart(photo))

        assert "idempotent-replayed" not in first.headers
        assert second.headers["idempotent-replayed"] == "true"
        assert second.json()["id"] == first.json()["id"]
        assert len(client.get(JOBS).json()["jobs"]) == 1

    def test_another_request_under_the_same_key_is_refused(
        self, client: TestClient, photo: bytes
    ) -> None:
        headers = {"idempotency-key": "order-17"}
        client.post(JOBS, headers=headers, **multipart(photo))

        answer = client.post(JOBS, headers=headers, **in_json(photo + b"x"))

        assert (answer.status_code, answer.json()["code"]) == (422, "idempotency_mismatch")

    def test_callers_do_not_share_keys(
        self, client: TestClient, service: Service, photo: bytes
    ) -> None:
        headers = {"idempotency-key": "order-17"}
        mine = client.post(JOBS, headers=headers, **multipart(photo)).json()

        theirs = client_at(service, "198.51.100.7").post(JOBS, headers=headers, **multipart(photo))

        assert theirs.status_code == 200
        assert theirs.json()["id"] != mine["id"]

    def test_requests_at_once_make_one_job(self, client: TestClient, photo: bytes) -> None:
        answers = []
        threads = [
            threading.Thread(
                target=lambda: answers.append(
                    client.post(JOBS, headers={"idempotency-key": "k"}, **multipart(photo))
                )
            )
            for _ in range(8)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

        assert {answer.status_code for answer in answers} == {200}
        assert len({answer.json()["id"] for answer in answers}) == 1

    @pytest.mark.parametrize("key", ["", '""', "x" * 65])
    def test_a_key_of_the_wrong_length_is_refused(
        self, reader: TestClient, photo: bytes, key: str
    ) -> None:
        answer = reader.post(JOBS, headers={"idempotency-key": key}, **multipart(photo))

        assert answer.status_code == 422
        assert answer.json()["errors"][0]["pointer"] == "/header/idempotency-key"


class TestLimits:
    def test_a_declared_type_that_the_bytes_contradict_is_refused(
        self, reader: TestClient, photo: bytes
    ) -> None:
        answer = reader.post(JOBS, **in_json(photo, content_type="image/png"))

        assert (answer.status_code, answer.json()["code"]) == (415, "unsupported_media_type")
        assert "image/png" in answer.json()["detail"]
        assert "image/jpeg" in answer.json()["detail"]

    def test_what_is_no_image_is_refused(self, reader: TestClient) -> None:
        answer = reader.post(JOBS, **multipart(b"%PDF-1.7 not an image at all"))

        assert answer.status_code == 415

    def test_a_damaged_image_is_a_problem_that_says_where(
        self, reader: TestClient, photo: bytes
    ) -> None:
        answer = reader.post(JOBS, **multipart(photo[:30]))

        assert (answer.status_code, answer.json()["code"]) == (422, "malformed_image")

    def test_base64_over_one_megabyte_is_refused_before_it_is_decoded(
        self, reader: TestClient, photo: bytes
    ) -> None:
        text = "!" * (1_048_576 * 4 // 3 + 8)  # not even base64

        answer = reader.post(JOBS, **in_json(photo, image_base64=text))

        assert answer.status_code == 413

    def test_base64_of_exactly_one_megabyte_is_read(self, reader: TestClient) -> None:
        text = base64.b64encode(bytes(1_048_576)).decode()

        answer = reader.post(JOBS, **in_json(b"", image_base64=text))

        assert answer.status_code == 415, "it is decoded, and then found to be no image"

    def test_a_body_that_says_it_is_too_long_is_not_read(self, reader: TestClient) -> None:
        def body():
            pytest.fail("the body was read")
            yield b""

        headers = {"content-length": "20000000", "content-type": "multipart/form-data; boundary=x"}
        answer = reader.post(JOBS, content=body(), headers=headers)

        assert answer.status_code == 413

    def test_a_body_without_a_length_is_counted_as_it_arrives(self, reader: TestClient) -> None:
        def body():
            yield b'--x\r\nContent-Disposition: form-data; name="image"; filename="a"\r\n\r\n'
            for _ in range(200):
                yield bytes(65_536)

        headers = {"content-type": "multipart/form-data; boundary=x"}
        answer = reader.post(JOBS, content=body(), headers=headers)

        assert (answer.status_code, answer.json()["code"]) == (413, "payload_too_large")

    def test_a_file_of_one_byte_too_many_is_refused(self, reader: TestClient) -> None:
        answer = reader.post(JOBS, **multipart(bytes(10_485_761)))

        assert (answer.status_code, answer.json()["code"]) == (413, "payload_too_large")


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"object_key": "k", "mode": "polish"}, "/mode"),
        ({"object_key": "k", "mode": "metadata", "options": {"colour": 1}}, "/options/colour"),
        ({"object_key": "k"}, "/mode"),
        ({"mode": "metadata"}, "/image_base64"),
        ({"mode": "metadata", "image_base64": "AAAA"}, "/content_type"),
        (
            {"mode": "metadata", "image_base64": "????", "content_type": "image/png"},
            "/image_base64",
        ),
        ({"object_key": "k", "mode": "metadata", "modes": 1}, "/modes"),
        ({"object_key": 7, "mode": "metadata"}, "/object_key"),
        (["metadata"], ""),
    ],
)
def test_a_wrong_field_is_pointed_at(reader: TestClient, body: object, pointer: str) -> None:
    answer = reader.post(JOBS, json=body)

    assert answer.status_code == 422
    assert [error["pointer"] for error in answer.json()["errors"]] == [pointer]


@pytest.mark.parametrize(
    ("fields", "pointer"),
    [
        ({"mode": "polish"}, "/mode"),
        ({"options": "{"}, "/options"),
        ({"options": "[1]"}, "/options"),
        ({"options": '{"colour": 1}'}, "/options/colour"),
        ({"colour": "red"}, "/colour"),
        ({"object_key": "k"}, "/image"),
    ],
)
def test_a_wrong_form_field_is_pointed_at(
    reader: TestClient, photo: bytes, fields: dict, pointer: str
) -> None:
    answer = reader.post(JOBS, **multipart(photo, **fields))

    assert answer.status_code == 422
    assert [error["pointer"] for error in answer.json()["errors"]] == [pointer]


@pytest.mark.parametrize("body", [b"", b"{", b"[" * 100_000, b"\xff\xfe"])
def test_json_that_does_not_parse_is_a_400(reader: TestClient, body: bytes) -> None:
    answer = reader.post(JOBS, content=body, headers={"content-type": "application/json"})

    assert (answer.status_code, answer.json()["code"]) == (400, "invalid_request")


def test_a_form_without_a_boundary_is_a_400(reader: TestClient) -> None:
    answer = reader.post(JOBS, content=b"x", headers={"content-type": "multipart/form-data"})

    assert (answer.status_code, answer.json()["code"]) == (400, "invalid_request")


def test_a_body_of_another_kind_is_refused(reader: TestClient) -> None:
    answer = reader.post(JOBS, content=b"a=1", headers={"content-type": "text/plain"})

    assert answer.status_code == 415


def test_a_mode_that_is_off_is_a_403(service: Service, photo: bytes) -> None:
    settings = service.settings.model_copy(update={"modes": ()})
    without = build(settings)
    try:
        answer = client_at(without, "203.0.113.5").post(JOBS, **multipart(photo))
    finally:
        without.close()

    assert (answer.status_code, answer.json()["code"]) == (403, "mode_disabled")


def test_a_clean_file_comes_back_byte_for_byte(client: TestClient, photo: bytes) -> None:
    clean = expunge.run("metadata", photo).image
    assert clean is not None

    job = client.post(JOBS, **multipart(clean)).json()

    assert job["report"]["changed"] is False
    assert client.get(job["result_url"]).content == clean


def test_the_report_is_json(client: TestClient, photo: bytes) -> None:
    job = client.post(JOBS, **multipart(photo)).json()

    assert json.loads(json.dumps(job["report"]))["survivors"] == []
