"""What every test shares."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import HealthCheck, settings

if TYPE_CHECKING:
    import pytest

settings.register_profile(
    "quick",
    max_examples=40,
    derandomize=True,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.register_profile(
    "thorough", settings.get_profile("quick"), max_examples=1_000, derandomize=False
)
settings.load_profile("quick")
"""The same examples in every run, so that a failure comes from a change; `make soak` looks for new
ones with ``--hypothesis-profile=thorough``."""


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print what passed tests measured: `record_property("measured", line)`, workers' too."""
    measured = [
        line
        for report in terminalreporter.getreports("passed")
        for name, line in report.user_properties
        if name == "measured"
    ]
    if measured:
        terminalreporter.section("measured")
        terminalreporter.write_line("\n".join(measured))
