"""``make cost`` counts what a job of each mode takes, and writes docs/how-to/costs.md."""

from __future__ import annotations

import json
import logging
import tempfile
from dataclasses import asdict
from pathlib import Path

import pytest
from rich.console import Console

from tests.benchmarks.costs import pages
from tests.benchmarks.costs.dollars import Count
from tests.benchmarks.costs.scenarios import SCENARIOS
from tests.benchmarks.costs.stack import CALLERS, stack
from tests.contract.emulators import emulator

ROUNDS = 3


def main() -> None:
    logging.getLogger("werkzeug").setLevel(logging.WARNING)
    console = Console(width=120)
    with (
        tempfile.TemporaryDirectory() as folder,
        pytest.MonkeyPatch.context() as patch,
        emulator(Path(folder)) as endpoint,
        stack(endpoint, patch) as on,
    ):
        counts: dict[str, dict[str, Count]] = {}
        for scenario in SCENARIOS:
            console.print(scenario.name)
            counts[scenario.name] = {
                name: scenario.count(on, caller, ROUNDS) for name, caller in CALLERS.items()
            }
    given = {name: {who: asdict(one) for who, one in both.items()} for name, both in counts.items()}
    pages.COUNTS.write_text(json.dumps(given, indent=1) + "\n")
    pages.write(counts)
    console.print(pages.table(counts), markup=False)


if __name__ == "__main__":
    main()
