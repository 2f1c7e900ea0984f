"""Oversized URLs and headers are refused before any work."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.api.edges.conftest import CLEAN, JOBS, JSON, code

if TYPE_CHECKING:
    from starlette.testclient import TestClient


class TestUrlsAndHeaders:
    @pytest.mark.parametrize("path", ["/health", CLEAN, JOBS, "/nowhere", "/objects/in/x"])
    def test_a_url_over_8_kb_is_refused(self, client: TestClient, path: str) -> None:
        longest = "x" * (8192 - len(path) - 2)

        assert code(client.get(f"{path}?{longest}xxx")) == (414, "uri_too_long")
        assert client.get(f"{path}?{longest}").status_code != 414

    def test_a_long_path_counts_like_a_long_query(self, client: TestClient) -> None:
        assert code(client.get("/" + "x" * 8192)) == (414, "uri_too_long")

    def test_headers_over_64_kb_are_refused(self, client: TestClient) -> None:
        assert client.get("/health", headers={"x-a": "x" * 60_000}).status_code == 200
        answer = client.get("/health", headers={"x-a": "x" * 40_000, "x-b": "x" * 30_000})
        assert code(answer) == (431, "headers_too_large")

    @pytest.mark.parametrize("digits", [19, 5_000])
    def test_a_length_of_many_digits_is_too_large_and_no_crash(
        self, client: TestClient, digits: int
    ) -> None:
        answer = client.post(JOBS, content=b"", headers=JSON | {"content-length": "9" * digits})

        assert code(answer) == (413, "payload_too_large")
