"""The tasks surface against its reference, field by field. Written by hand from the reference."""

from __future__ import annotations

import io
import re
from typing import TYPE_CHECKING, Any

import pytest
from PIL import Image

from expunge.errors import MalformedImage, Unavailable
from expunge.jobs.jobs import Jobs
from expunge.operations import mask
from tests.contract.tasks.conftest import BOTH, PNG, STARTER, Stand, User

if TYPE_CHECKING:
    from tests.contract.tasks.conftest import Websites

TIME = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ"


def pixels(data: bytes) -> bytes:
    return Image.open(io.BytesIO(data)).convert("RGB").tobytes()


class TestLifecycle:
    def test_create_answers_a_task_in_progress(self, user: User, image: str) -> None:
        answer = user.generate(image, public=False)

        assert answer.status_code == 200
        assert answer.headers["content-type"] == "application/json"
        body = answer.json()
        task_id = body["data"].pop("task_id")
        assert body == {"code": 200, "message": "success", "data": {"status": "IN_PROGRESS"}}
        assert isinstance(task_id, str)
        assert task_id

    @BOTH
    def test_a_task_ends_in_a_url_of_the_blurred_image(
        self, stand: Stand, user: User, image: str
    ) -> None:
        task_id = user.create(image)
        before = user.client.get("/api/status", params={"task_id": task_id}).json()
        stand.work()
        after = user.client.get("/api/status", params={"task_id": task_id}).json()

        assert before.keys() == after.keys() == {"code", "message", "data"}
        assert (after["code"], after["message"]) == (200, "success")
        created_at = before["data"].pop("created_at")
        assert re.fullmatch(TIME, created_at)
        assert before["data"] == {
            "task_id": task_id,
            "status": "IN_PROGRESS",
            "consumed_credits": 0,
            "request": {"image": image},
            "response": [],
            "error_message": None,
        }
        (url,) = after["data"].pop("response")
        assert after["data"] == {
            "task_id": task_id,
            "status": "SUCCESS",
            "consumed_credits": 0.5,
            "created_at": created_at,
            "request": {"image": image},
            "error_message": None,
        }
        assert pixels(stand.fetch(url)) != pixels(PNG)

    def test_list_shows_the_same_with_the_model_and_the_page(
        self, stand: Stand, user: User, image: str
    ) -> None:
        task_id = user.create(image, public=True)
        stand.work()

        answer = user.client.get("/api/list", params={"page": 1, "limit": 10})

        assert answer.status_code == 200
        body = answer.json()
        assert (body["code"], body["message"]) == (200, "success")
        assert body["data"]["pagination"] == {"page": 1, "pageSize": 10, "total": 1}
        (log,) = body["data"]["logs"]
        assert log.pop("model") == "image-face-blur"
        shown = user.status(task_id)
        assert len(log.pop("response")) == len(shown.pop("response")) == 1
        assert log == shown
        assert log["request"] == {"image": image, "public": True}

    def test_page_and_limit_have_the_defaults_of_the_reference(self, user: User) -> None:
        assert user.list() == {"logs": [], "pagination": {"page": 1, "pageSize": 10, "total": 0}}

    def test_the_request_is_shown_as_it_was_sent(self, user: User, sites: Websites) -> None:
        sent = {
            "image": sites.plain.url("/source.jpg?w=1200&q=80"),
            "public": False,
            "callback_url": sites.receiver.url("/"),
        }
        answer = user.client.post("/api/generate", json=sent)

        assert user.status(answer.json()["data"]["task_id"])["request"] == sent

    @pytest.mark.parametrize("absent", [None, ""])
    def test_null_and_empty_options_count_as_absent(
        self, user: User, image: str, absent: str | None
    ) -> None:
        task_id = user.create(f"  {image} ", public=None, callback_url=absent)

        assert user.status(task_id)["request"] == {"image": image}

    def test_a_failed_task_says_why(
        self, stand: Stand, user: User, image: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def fail(*_: object) -> None:
            raise MalformedImage("The image ends early.")

        task_id = user.create(image)
        with monkeypatch.context() as patch:
            patch.setattr(mask, "run", fail)
            stand.work()

        task = user.status(task_id)
        assert (task["status"], task["response"]) == ("FAILED", [])
        assert task["error_message"] == "The image ends early."
        assert task["consumed_credits"] == 0
        assert user.balance() == STARTER

    def test_a_canceled_task_has_failed_and_costs_nothing(self, user: User, image: str) -> None:
        task_id = user.create(image)
        user.client.delete(f"/api/v1/jobs/{task_id}")

        task = user.status(task_id)
        assert (task["status"], task["consumed_credits"]) == ("FAILED", 0)
        assert "cancelled" in task["error_message"]
        assert user.balance() == STARTER

    @BOTH
    def test_a_result_url_is_signed_anew_while_the_result_lives(
        self, stand: Stand, user: User, image: str
    ) -> None:
        task_id = user.create(image)
        stand.work()
        urls = [user.status(task_id)["response"][0] for _ in range(2)]

        assert all(stand.fetch(url) for url in urls)
        stand.clock.ahead += 24 * 3600 + 1
        task = user.status(task_id)
        stand.clock.ahead = 0
        assert (task["status"], task["response"]) == ("SUCCESS", [])
        assert "expired" in task["error_message"]
        assert task["consumed_credits"] == 0.5


def problem(answer: Any, status: int, name: str) -> dict[str, Any]:
    """Check the members that every error of this surface has."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    body: dict[str, Any] = answer.json()
    assert body["code"] == body["status"] == status
    assert type(body["code"]) is int
    assert body["message"] == body["detail"]
    assert body["type"].rsplit("/", 1)[-1] == name
    return body


class TestErrors:
    @pytest.mark.parametrize(
        ("method", "path"),
        [("POST", "/api/generate"), ("GET", "/api/status?task_id=x"), ("GET", "/api/list")],
    )
    @pytest.mark.parametrize(
        ("headers", "name"),
        [
            ({}, "unauthorized"),
            ({"authorization": "Bearer YOUR_API_KEY"}, "invalid_api_key"),
            ({"authorization": "Bearer "}, "unauthorized"),
            ({"authorization": "Basic eDp5"}, "unauthorized"),
        ],
    )
    def test_a_missing_or_invalid_key_is_401(
        self, stand: Stand, method: str, path: str, headers: dict[str, str], name: str
    ) -> None:
        json = {"image": "https://example.com/source.jpg"} if method == "POST" else None

        answer = stand.anyone().request(method, path, headers=headers, json=json)

        problem(answer, 401, name)
        assert answer.headers["www-authenticate"] == "Bearer"

    @pytest.mark.parametrize(
        "body",
        [
            {},
            {"image": None},
            {"image": ""},
            {"image": "   "},
            {"image": 7},
            {"image": ["https://example.com/source.jpg"]},
            {"image": "https://example.com/" + "x" * 9_000},
            {"image": "https://example.com/source.jpg", "public": "yes"},
            {"image": "https://example.com/source.jpg", "public": 1},
            {"image": "https://example.com/source.jpg", "callback_url": 5},
            {"image": "https://example.com/source.jpg", "hat": True},
            {"image": "https://example.com/source.jpg", "callback_url": "ftp://example.com/"},
            {"image": "https://example.com/source.jpg", "callback_url": "http://10.0.0.1/"},
            {"image": "https://example.com/source.jpg", "callback_url": "http://inside.example/"},
            {"image": "https://example.com/source.jpg", "callback_url": "hook"},
            [],
            "https://example.com/source.jpg",
        ],
    )
    def test_invalid_input_is_400_and_names_the_field(self, user: User, body: Any) -> None:
        answer = user.client.post("/api/generate", json=body)

        found = problem(answer, 400, "validation_error")
        assert found["errors"]
        assert user.balance() == STARTER

    def test_a_body_that_is_no_json_is_400(self, user: User) -> None:
        headers = {"content-type": "application/json"}
        post = user.client.post
        problem(post("/api/generate", content=b"{", headers=headers), 400, "invalid_request")
        problem(post("/api/generate", content=b"x=1"), 400, "unsupported_media_type")
        problem(post("/api/generate", data={"image": "x"}), 400, "unsupported_media_type")
        deep = b"[" * 100 + b"]" * 100
        problem(post("/api/generate", content=deep, headers=headers), 400, "invalid_request")

    @pytest.mark.parametrize(
        "url",
        [
            "ftp://pictures.example/a.png",
            "file:///etc/passwd",
            "data:image/png;base64,AAAA",
            "pictures.example/a.png",
            "https://",
            "https://user:word@pictures.example/a.png",
            "http://127.0.0.1/a.png",
            "http://localhost/a.png",
            "https://169.254.169.254/latest/meta-data",
            "https://[::1]/a.png",
            "https://pictures.example:22/a.png",
        ],
    )
    def test_a_url_that_is_not_public_is_400(self, user: User, url: str) -> None:
        problem(user.generate(url), 400, "source_unreachable")
        assert user.balance() == STARTER
        assert user.list()["logs"] == []

    @pytest.mark.parametrize(
        ("path", "name"),
        [
            ("/none.jpg", "source_unreachable"),
            ("/page.html", "unsupported_media_type"),
            ("/large.jpg", "payload_too_large"),
            ("/broken.jpg", "malformed_image"),
        ],
    )
    def test_a_url_without_an_image_is_400(
        self, user: User, sites: Websites, path: str, name: str
    ) -> None:
        problem(user.generate(sites.secure.url(path)), 400, name)
        assert user.balance() == STARTER
        assert user.entries() == [("granted", STARTER)]

    def test_too_few_credits_are_402_before_anything_is_created(
        self, stand: Stand, sites: Websites
    ) -> None:
        poor = stand.user(0.25)
        asked = len(sites.secure.asked)

        problem(poor.generate(sites.secure.url("/source.png")), 402, "insufficient_credits")

        assert poor.list()["pagination"]["total"] == 0
        assert poor.entries() == [("granted", 0.25)]
        assert len(sites.secure.asked) == asked, "the image was not even fetched"
        assert stand.work() == 0

    @pytest.mark.parametrize("task_id", ["n91abc123faceblur", "job_X", "#", "ä", "x" * 2_000])
    def test_a_task_that_never_was_is_404(self, user: User, task_id: str) -> None:
        answer = user.client.get("/api/status", params={"task_id": task_id})

        problem(answer, 404, "job_not_found")

    def test_somebody_elses_task_is_the_same_404(
        self, stand: Stand, user: User, image: str
    ) -> None:
        task_id = user.create(image)
        answers = [
            stand.user().client.get("/api/status", params={"task_id": one})
            for one in (task_id, "n91abc123faceblur")
        ]

        first, second = (problem(answer, 404, "job_not_found") for answer in answers)
        assert first | {"instance": ""} == second | {"instance": ""}
        assert stand.user().list(task_id=task_id)["pagination"]["total"] == 0

    def test_another_key_of_the_account_is_another_scope(
        self, stand: Stand, user: User, image: str
    ) -> None:
        other = stand.user(account=user.id)
        task_id = user.create(image)

        assert other.client.get("/api/status", params={"task_id": task_id}).status_code == 404
        assert other.list()["pagination"]["total"] == 0
        assert user.list()["pagination"]["total"] == 1

    def test_a_job_of_another_surface_is_no_task(self, user: User) -> None:
        files = {"image": ("a.png", PNG, "image/png")}
        job = user.client.post("/api/v1/jobs", files=files, data={"mode": "metadata"}).json()

        assert user.client.get("/api/status", params={"task_id": job["id"]}).status_code == 404
        assert user.list()["pagination"]["total"] == 0

    @pytest.mark.parametrize("query", [{}, {"task_id": ""}], ids=["no task_id", "an empty task_id"])
    def test_status_needs_a_task_id(self, user: User, query: dict[str, str]) -> None:
        answer = user.client.get("/api/status", params=query)

        (error,) = problem(answer, 400, "validation_error")["errors"]
        assert error["pointer"] == "/query/task_id"

    @pytest.mark.parametrize(
        "query", [{"page": 0}, {"page": -1}, {"page": "x"}, {"limit": 0}, {"limit": 101}]
    )
    def test_a_wrong_page_is_400(self, user: User, query: dict[str, Any]) -> None:
        problem(user.client.get("/api/list", params=query), 400, "validation_error")

    def test_another_method_is_a_problem_of_this_surface(self, user: User) -> None:
        problem(user.client.get("/api/generate"), 405, "method_not_allowed")

    @pytest.mark.parametrize("path", ["/api/", "/api/tasks", "/api/generate/x", "/api/v2/generate"])
    def test_so_is_a_path_where_nothing_is(self, user: User, path: str) -> None:
        problem(user.client.get(path), 404, "not_found")

    def test_problems_of_other_surfaces_keep_their_words(self, user: User) -> None:
        answer = user.client.get("/api/v1/nothing")
        assert (answer.status_code, answer.json()["code"]) == (404, "not_found")

    def test_a_crash_is_500_and_a_lost_store_503(
        self, user: User, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def crash(*_: object) -> None:
            raise RuntimeError("the password is hunter2")

        def lost(*_: object) -> None:
            raise Unavailable("A store did not answer; please try again.")

        for stumble, status, name in (
            (crash, 500, "internal_error"),
            (lost, 503, "service_unavailable"),
        ):
            monkeypatch.setattr(Jobs, "numbered_page", stumble)
            body = problem(user.client.get("/api/list"), status, name)
            assert "hunter2" not in str(body)

    def test_too_many_failed_fetches_are_429(self, stand: Stand, sites: Websites) -> None:
        user = stand.user()
        answers = [user.generate(sites.secure.url("/none.jpg")) for _ in range(5)]

        problem(answers[-1], 429, "quota_exceeded")
        assert int(answers[-1].headers["retry-after"]) > 0
