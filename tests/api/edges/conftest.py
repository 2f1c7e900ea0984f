"""Services with other settings, and helpers to read refusals."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from expunge.bootstrap import build
from expunge.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from httpx2 import Response

    from expunge.service import Service

JOBS, UPLOADS, CLEAN = "/api/v1/jobs", "/api/v1/uploads", "/api/v1/clean"
JSON = {"content-type": "application/json"}


@pytest.fixture
def made(tmp_path: Path) -> Iterator[Callable[..., Service]]:
    """Makes services with other settings."""
    services: list[Service] = []

    def make(**settings: object) -> Service:
        values = {"data": tmp_path / str(len(services))} | settings
        services.append(build(Settings.model_validate(values)))
        return services[-1]

    yield make
    for service in services:
        service.close()


def code(answer: Response) -> tuple[int, str]:
    assert answer.headers["content-type"] == "application/problem+json", answer.text[:200]
    return answer.status_code, answer.json()["code"]
