"""What the OpenAPI document promises, the service keeps: a short run of Schemathesis."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

pytest.importorskip("schemathesis", reason="Schemathesis is not installed")

from tests.conformance.conformance import findings, running

if TYPE_CHECKING:
    from pathlib import Path

EXAMPLES = 2
"""Generated requests for each operation; `make conform` makes many more."""


@pytest.mark.filterwarnings("ignore")  # of Schemathesis and of what it generates
def test_schemathesis_finds_nothing(tmp_path: Path) -> None:
    with running(tmp_path / "data") as (app, headers):
        found, calls = findings(app, headers, examples=EXAMPLES, phases=("fuzzing",))

    told = [f"{operation}: {fault}" for operation, faults in found.items() for fault in faults]
    assert calls > 100
    assert not told, "\n\n".join(told[:20])
