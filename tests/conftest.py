"""What every test shares."""

from __future__ import annotations

import gc
import os
from functools import cache
from itertools import starmap
from typing import TYPE_CHECKING, Any

import httpcore2
import pytest
from hypothesis import HealthCheck, settings

from expunge.stores.local import probe
from tests import order
from tests.browser.chromium import NONE_HERE, notice
from tests.browser.pulled import NOT_PULLED

if TYPE_CHECKING:
    import ssl
    from collections.abc import Generator, Iterator

    from xdist.remote import Producer
    from xdist.workermanage import WorkerController

ATTACK_ROW = "{:40} {:>7,} {:>8,} {:>7,} {:>17,.0f} {:>8,.0f}"
ATTACK_HEAD = (
    f"{'attack':40} {'sent':>7} {'refused':>8} {'other':>7} {'worst /health ms':>17} {'peak MB':>8}"
)

settings.register_profile(
    "quick",
    max_examples=15,
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


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> order.Apart | None:
    return order.Apart(config, log) if order.apart(config) else None


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: WorkerController) -> None:
    if order.apart(node.config):
        node.workerinput["part"] = order.part_of(node)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_collection(session: pytest.Session) -> Generator[None, object, object]:
    """Collected tests live to the end: looking for garbage among them costs seconds a worker."""
    if (part := _part(session.config)) is not None:
        workers = session.config.workerinput["workercount"]  # type: ignore[attr-defined]
        session.config.args = order.files_of(session.config.args, part, workers)
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.enable()


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Workers that share tests agree on their order, whichever they began with."""
    if _part(config) is not None:
        items.sort(key=lambda item: item.path)


def _part(config: pytest.Config) -> int | None:
    return getattr(config, "workerinput", {}).get("part")


@pytest.fixture(scope="session", autouse=True)
def patient_health() -> Iterator[None]:
    """The first test write may be slow on a busy machine."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(probe, "FIRST_PATIENCE_SECONDS", 60)
        yield


@pytest.fixture(scope="session", autouse=True)
def one_trust_store() -> Iterator[None]:
    """Each HTTP client reads the system's certificates, for 70 ms of CPU time; here one does."""
    made = httpcore2.default_ssl_context
    read = cache(lambda own, *places: made(_trust_env=own))

    def shared(*, _trust_env: bool = True) -> ssl.SSLContext:
        return read(_trust_env, os.environ.get("SSL_CERT_FILE"), os.environ.get("SSL_CERT_DIR"))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(httpcore2, "default_ssl_context", shared)
        yield


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print what was not tested, and what passed tests measured, workers' too.

    A test measures by ``record_property("measured", line)``; an attack records a row of a table.
    """
    skipped = terminalreporter.getreports("skipped")
    for reason in (NONE_HERE, NOT_PULLED):
        loud = notice(sum(reason in str(report.longrepr) for report in skipped), reason)
        if loud:
            terminalreporter.section("not tested", red=True, bold=True)
            terminalreporter.write_line(loud, red=True, bold=True)
    if measured := _recorded(terminalreporter, "measured", "passed"):
        terminalreporter.section("measured")
        terminalreporter.write_line("\n".join(measured))
    if attacks := _recorded(terminalreporter, "attack", "passed", "failed"):
        terminalreporter.section("attacks")
        terminalreporter.write_line("\n".join([ATTACK_HEAD, *starmap(ATTACK_ROW.format, attacks)]))


def _recorded(reporter: pytest.TerminalReporter, name: str, *outcomes: str) -> list[Any]:
    """What tests recorded as properties of this name, workers' too."""
    reports = [report for outcome in outcomes for report in reporter.getreports(outcome)]
    return [value for report in reports for key, value in report.user_properties if key == name]
