"""One simulated account, and one function of each kind, for all tests of this folder."""

from __future__ import annotations

import pytest

from tests.lambdas.account import simulated
from tests.lambdas.conftest import starter


@pytest.fixture(scope="package")
def aws():
    with simulated() as account:
        yield account


@pytest.fixture(scope="package")
def start(code_of, sites, aws, tmp_path_factory):
    return starter(code_of, sites, aws, tmp_path_factory)


@pytest.fixture(scope="package")
def api(start):
    with start("ApiFunction") as function:
        yield function


@pytest.fixture(scope="package")
def worker(start):
    with start("JobsFunction") as function:
        yield function
