"""A refusal is short and costs less than the refused request."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from expunge.errors import MAX_ERRORS
from expunge.web.clean.placeholder import placeholder
from expunge.web.problems.answers import MAX_DETAIL
from tests.api.edges.conftest import CLEAN, JOBS, JSON, UPLOADS
from tests.hangs import no_hang

if TYPE_CHECKING:
    from starlette.testclient import TestClient


class TestAnswersDoNotAmplify:
    def test_at_most_20_wrong_fields_are_named_and_the_rest_is_counted(
        self, client: TestClient
    ) -> None:
        fields = {f"field{n}": 1 for n in range(9_000)}
        answer = client.post(JOBS, json={"mode": "metadata", "object_key": "in/x", **fields})

        problem = answer.json()
        assert len(problem["errors"]) == MAX_ERRORS
        assert problem["errors_omitted"] == 9_000 - MAX_ERRORS
        assert problem["detail"].endswith("and 8,997 more")
        assert len(answer.content) < 5_000

    @pytest.mark.parametrize("path", [UPLOADS, JOBS])
    def test_a_framework_check_is_limited_like_our_own(self, client: TestClient, path: str) -> None:
        answer = client.post(path, json={f"field{n}": 1 for n in range(100)})

        assert len(answer.json()["errors"]) == MAX_ERRORS
        assert answer.json()["errors_omitted"] > 70

    @pytest.mark.parametrize("size", [1_000, 1_500_000])
    @pytest.mark.parametrize(
        ("path", "body"),
        [
            (JOBS, {"mode": "X", "object_key": "in/x"}),
            (JOBS, {"mode": "metadata", "object_key": "X"}),
            (JOBS, {"mode": "metadata", "image_url": "X"}),
            (JOBS, {"mode": "metadata", "image_url": "https://X.example/"}),
            (JOBS, {"mode": "metadata", "image_base64": "X", "content_type": "image/png"}),
            (JOBS, {"mode": "metadata", "object_key": "in/x", "options": {"keep": "X"}}),
            (JOBS, {"mode": "metadata", "object_key": "in/x", "X": 1}),
            (UPLOADS, {"filename": "a", "content_type": "X", "size": 1}),
            (UPLOADS, {"filename": "X", "content_type": "image/png", "size": 1}),
            ("/api/v1/auth/links", {"email": "X@example.org"}),
        ],
    )
    def test_words_of_a_caller_come_back_cut(
        self, client: TestClient, path: str, body: dict, size: int
    ) -> None:
        content = json.dumps(body).replace("X", "ü" * (size // 2), 1).encode()
        answer = client.post(path, content=content, headers=JSON)

        assert 400 <= answer.status_code < 500
        assert len(answer.json()["detail"]) <= MAX_DETAIL
        assert len(answer.content) < 5_000

    def test_a_long_path_and_a_field_of_a_form_come_back_cut(
        self, client: TestClient, photo: bytes
    ) -> None:
        answer = client.get("/" + "é" * 1_000)
        assert len(answer.json()["detail"]) <= MAX_DETAIL

        answer = client.post(JOBS, files={"image": ("a", photo)}, data={"x" * 3_000: "1"})
        assert len(answer.content) < 3_000


class TestPlaceholder:
    def test_a_refusal_of_a_long_parameter_is_quick(self, client: TestClient) -> None:
        with no_hang():
            answer = client.get(CLEAN, params={"mode": "metadata", "image": "x", "a" * 4_000: "1"})

        assert answer.headers["content-type"] == "image/png"

    @pytest.mark.parametrize("words", ["a", "W", "é", "☂", "wo rd ", "a" * 50 + " ", " ", "\n"])
    def test_drawing_is_linear_in_what_is_said(self, words: str) -> None:
        with no_hang():
            placeholder(422, "validation_error", "A field is wrong", words * 100_000)

    def test_the_same_words_are_drawn_once(self, client: TestClient) -> None:
        placeholder.cache_clear()
        for _ in range(3):
            client.get(CLEAN, params={"mode": "metadata", "image": "x", "nonsense": "1"})

        assert (placeholder.cache_info().misses, placeholder.cache_info().hits) == (1, 2)
