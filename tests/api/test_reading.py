"""The service that tests share tells a test that writes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from expunge.settings import Settings
from tests.api.reading import READS, Shared

if TYPE_CHECKING:
    from pathlib import Path

    from starlette.testclient import TestClient

WISH = {"filename": "a.jpg", "content_type": "image/jpeg", "size": 100}


def test_a_test_that_writes_fails_even_if_it_looks_at_no_answer(tmp_path: Path) -> None:
    shared = Shared.of(Settings(data=tmp_path))
    lent = shared.reader()

    assert next(lent).post("/api/v1/uploads", json=WISH).status_code == 500

    with pytest.raises(AssertionError, match=r"this test writes \(objects.presign_put\)"):
        next(lent)
    assert next(shared.reader()).get("/openapi.json").status_code == 200, "the next is no worse"
    shared.service.close()


def test_clients_of_the_shared_service_share_no_headers(reader: TestClient, shared: Shared) -> None:
    reader.headers["x-api-key"] = "mine"

    assert "x-api-key" not in next(shared.reader()).headers


def test_no_port_is_left_unguarded(shared: Shared) -> None:
    for name in READS:
        if hasattr(shared.service, name) and getattr(shared.service, name) is not None:
            assert type(getattr(shared.service, name)).__name__ == "Guarded", name
