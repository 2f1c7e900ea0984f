"""``/api/v1/face-detect`` against its reference, field by field. Written by hand from it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest

from expunge.errors import MalformedImage, Unavailable
from expunge.jobs.jobs import Jobs
from expunge.operations import faces
from tests.contract.tasks.conftest import BOTH, Stand, User, Websites
from tests.contract.tasks.test_hosted_uploads import uploaded

if TYPE_CHECKING:
    from httpx2 import Response

URL = "/api/v1/face-detect"
TIME = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ"


def create(user: User, body: Any, **more: Any) -> Response:
    answer: Response = user.client.post(URL, json=body, **more)
    return answer


def created(user: User, image: str) -> dict[str, Any]:
    answer = create(user, {"target_url": image})
    assert answer.status_code == 202, answer.text
    task: dict[str, Any] = answer.json()
    return task


def polled(user: User, task: dict[str, Any]) -> dict[str, Any]:
    answer = user.client.get(task["poll_url"])
    assert answer.status_code == 200, answer.text
    detection: dict[str, Any] = answer.json()
    return detection


class TestLifecycle:
    def test_create_answers_a_queued_task(self, user: User, image: str) -> None:
        answer = create(user, {"target_url": image})
        body = answer.json()

        assert answer.status_code == 202
        assert body.keys() == {"task_id", "status", "poll_url", "note"}
        assert body["status"] == "queued"
        assert body["poll_url"] == f"{URL}/{body['task_id']}"
        assert answer.headers["location"].endswith(body["poll_url"])
        assert isinstance(body["note"], str)

    @BOTH
    def test_a_task_ends_in_the_boxes_of_all_faces(
        self, stand: Stand, user: User, image: str
    ) -> None:
        task = created(user, image)
        before = polled(user, task)
        stand.work()
        after = polled(user, task)

        assert re.fullmatch(TIME, before.pop("created_at"))
        assert before == {
            "task_id": task["task_id"],
            "status": "queued",
            "faces_detected": None,
            "faces": None,
            "error": None,
            "completed_at": None,
        }
        assert re.fullmatch(TIME, after["completed_at"])
        assert (after["status"], after["error"], after["faces_detected"]) == ("done", None, 1)
        (face,) = after["faces"]
        assert face == {
            "index": 0,
            "bounding_box": {"x": 20.0, "y": 12.0, "width": 24.0, "height": 32.0},
        }

    @BOTH
    def test_an_upload_needs_no_connection(self, stand: Stand, user: User) -> None:
        url = uploaded(user)
        before = [len(site.asked) for site in (stand.sites.secure, stand.sites.plain)]

        task = created(user, url)
        stand.work()

        assert polled(user, task)["faces_detected"] == 1
        assert [len(site.asked) for site in (stand.sites.secure, stand.sites.plain)] == before

    def test_a_failed_task_says_why(
        self, stand: Stand, user: User, image: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def fail(*_: object) -> None:
            raise MalformedImage("The image ends early.")

        task = created(user, image)
        with monkeypatch.context() as patch:
            patch.setattr(faces, "run", fail)
            stand.work()
        detection = polled(user, task)

        assert (detection["status"], detection["error"]) == ("failed", "The image ends early.")
        assert detection["faces"] is detection["faces_detected"] is None

    def test_a_cancelled_task_has_failed(self, user: User, image: str) -> None:
        task = created(user, image)
        user.client.delete(f"/api/v1/jobs/{task['task_id']}")

        detection = polled(user, task)

        assert (detection["status"], detection["error"]) == ("failed", "The task was cancelled.")


class TestCost:
    def test_it_costs_requests_alone(self, stand: Stand, user: User, image: str) -> None:
        def account() -> tuple[int, Any, Any]:
            me = user.client.get("/api/v1/me").json()
            return me["rate_limit"]["remaining"], me["quotas"], me["credits"]

        left, *before = account()
        task = created(user, image)
        stand.work()
        polled(user, task)
        still_left, *after = account()

        assert left - still_left == 3  # the creation, the poll and the last reading
        assert after == before

    def test_past_the_budget_nothing_is_fetched(
        self, stand: Stand, user: User, sites: Websites, image: str
    ) -> None:
        statuses = (user.client.get("/api/v1/me").status_code for _ in range(300))
        assert 429 in statuses  # the 121st of a minute, and a new one may begin meanwhile
        asked = len(sites.secure.asked)

        answer = create(user, {"target_url": image})

        assert answer.status_code == 429
        assert answer.json()["code"] == "rate_limited"
        assert int(answer.headers["retry-after"]) <= 60
        assert len(sites.secure.asked) == asked


class TestOwnership:
    def test_another_key_another_account_and_no_task_answer_alike(
        self, stand: Stand, user: User, image: str
    ) -> None:
        task = created(user, image)
        others = [stand.user(account=user.id), stand.user()]

        answers = [other.client.get(task["poll_url"]) for other in others]
        answers.append(user.client.get(f"{URL}/job_01ARZ3NDEKTSV4RRFFQ69G5FAV"))

        told = [{**answer.json(), "instance": ""} for answer in answers]
        assert [answer.status_code for answer in answers] == [404] * 3
        assert told[0] == told[1] == told[2]
        assert told[0]["code"] == "not_found"

    def test_a_job_of_another_mode_is_no_detection(self, user: User, image: str) -> None:
        job = user.client.post("/api/v1/jobs", json={"mode": "detect", "image_url": image}).json()

        assert user.client.get(f"{URL}/{job['id']}").status_code == 404


class TestErrors:
    def test_without_a_key(self, stand: Stand, image: str) -> None:
        answer = stand.anyone().post(URL, json={"target_url": image})

        assert (answer.status_code, answer.json()["code"]) == (401, "unauthorized")

    def test_with_an_unknown_key(self, stand: Stand, image: str) -> None:
        headers = {"authorization": f"Bearer uk_{'a' * 43}"}
        answer = stand.anyone().post(URL, json={"target_url": image}, headers=headers)

        assert (answer.status_code, answer.json()["code"]) == (401, "invalid_api_key")

    @pytest.mark.parametrize(
        "url",
        [
            None,
            5,
            "",
            "http://example.com/a.jpg",
            "ftp://example.com/a.jpg",
            "example.com/a.jpg",
            "https://",
            "https:///a.jpg",
            "https://example.com:port/a.jpg",
            "https://[::1/a.jpg",
            "https://2130706433/a.jpg",
            "https://0x7f.1/a.jpg",
            "https://127.1/a.jpg",
            "https://010.0.0.1/a.jpg",
            "https://example.com/a b.jpg",
            f"https://example.com/{'a' * 9_000}",
        ],
    )
    def test_a_url_that_is_not_well_formed(self, user: User, url: object) -> None:
        answer = create(user, {"target_url": url})
        problem = answer.json()

        assert (answer.status_code, problem["code"]) == (400, "validation_error")
        assert [error["pointer"] for error in problem["errors"]] == ["/target_url"]

    @pytest.mark.parametrize("body", [{}, {"target_url": "https://example.com/", "url": "x"}, []])
    def test_a_body_of_another_form(self, user: User, body: object) -> None:
        answer = create(user, body)

        assert (answer.status_code, answer.json()["code"]) == (400, "validation_error")

    @pytest.mark.parametrize("body", [b"{", b"", b"\xff"])
    def test_a_body_that_is_not_json(self, user: User, body: bytes) -> None:
        answer = user.client.post(URL, content=body, headers={"content-type": "application/json"})

        assert (answer.status_code, answer.json()["code"]) == (400, "validation_error")

    @pytest.mark.parametrize("form", ["multipart", "form", "raw"])
    def test_other_content_types(self, user: User, image: str, form: str) -> None:
        sent: dict[str, dict[str, Any]] = {
            "multipart": {"files": {"image": ("a.png", b"\x89PNG")}},
            "form": {"data": {"target_url": image}},
            "raw": {"content": b"\x89PNG", "headers": {"content-type": "image/png"}},
        }
        answer = user.client.post(URL, **sent[form])

        assert (answer.status_code, answer.json()["code"]) == (415, "unsupported_media_type")

    @pytest.mark.parametrize(
        ("path", "status", "code"),
        [
            ("/missing.jpg", 400, "source_unreachable"),
            ("/page.html", 415, "unsupported_media_type"),
            ("/large.jpg", 413, "payload_too_large"),
            ("/broken.jpg", 400, "validation_error"),
        ],
    )
    def test_a_source_that_is_no_image(
        self, user: User, sites: Websites, path: str, status: int, code: str
    ) -> None:
        answer = create(user, {"target_url": sites.secure.url(path)})

        assert (answer.status_code, answer.json()["code"]) == (status, code)

    @pytest.mark.parametrize("host", ["10.0.0.1", "169.254.169.254", "[::1]", "localhost"])
    def test_a_private_source(self, user: User, host: str) -> None:
        answer = create(user, {"target_url": f"https://{host}/a.jpg"})

        assert (answer.status_code, answer.json()["code"]) == (400, "source_unreachable")

    @pytest.mark.parametrize("text", ["a" * 65, "a.b", "%C3%A4"])
    def test_an_id_of_another_form(self, user: User, text: str) -> None:
        answer = user.client.get(f"{URL}/{text}")

        assert (answer.status_code, answer.json()["code"]) == (404, "not_found")

    def test_another_method(self, user: User) -> None:
        answer = user.client.get(URL)

        assert (answer.status_code, answer.json()["code"]) == (405, "method_not_allowed")

    def test_while_a_store_does_not_answer(
        self, user: User, image: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def fail(*_: object, **__: object) -> None:
            raise Unavailable("The store does not answer.")

        monkeypatch.setattr(Jobs, "submit", fail)
        answer = create(user, {"target_url": image})

        assert (answer.status_code, answer.json()["code"]) == (503, "api_temporarily_disabled")
        assert answer.headers["retry-after"]
