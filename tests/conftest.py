"""What every test shares."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import HealthCheck, settings

from tests.browser.chromium import NONE_HERE, notice

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
    """Print what was not tested, and what passed tests measured, workers' too.

    A test measures by ``record_property("measured", line)``.
    """
    skipped = terminalreporter.getreports("skipped")
    loud = notice(sum(NONE_HERE in str(report.longrepr) for report in skipped))
    if loud:
        terminalreporter.section("not tested", red=True, bold=True)
        terminalreporter.write_line(loud, red=True, bold=True)
    measured = [
        line
        for report in terminalreporter.getreports("passed")
        for name, line in report.user_properties
        if name == "measured"
    ]
    if measured:
        terminalreporter.section("measured")
        terminalreporter.write_line("\n".join(measured))
