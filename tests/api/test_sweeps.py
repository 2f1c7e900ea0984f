"""The service's sweeps do not depend on one another."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from expunge.errors import Unavailable
from expunge.jobs.jobs import Jobs

if TYPE_CHECKING:
    from expunge.service import Service


def test_a_sweep_that_fails_keeps_no_other_from_its_turn(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    done: list[str] = []

    def fails(_: Jobs) -> None:
        raise Unavailable("The queue is down.")

    monkeypatch.setattr(Jobs, "sweep", fails)
    for part in ("hooks", "batches", "erasure"):
        kind = type(getattr(service, part))
        monkeypatch.setattr(kind, "sweep", lambda _, part=part: done.append(part) or 0)

    with pytest.raises(Unavailable, match="The queue is down"):
        service.sweep()

    assert set(done) == {"hooks", "batches", "erasure"}
