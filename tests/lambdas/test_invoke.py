"""`make lambda EVENT=…`: which function gets an event, and what it answers."""

from __future__ import annotations

import json

import pytest

from tests.lambdas import sam
from tests.lambdas.invoke import function_for, invoke

EVENTS = {path.stem: path for path in (sam.ROOT / "events").glob("*.json")}
PREFIXES = {
    "api": "ApiFunction",
    "batches": "BatchesFunction",
    "intake": "IntakeFunction",
    "jobs": "JobsFunction",
    "large": "LargeFunction",
    "media": "MediaFunction",
    "hooks": "HooksFunction",
    "maintenance": "MaintenanceFunction",
}


@pytest.mark.parametrize("name", EVENTS)
def test_the_content_of_an_event_tells_its_function(name):
    event = json.loads(EVENTS[name].read_text())
    assert function_for(event) == PREFIXES[name.partition("-")[0]]


def test_a_file_for_browsers_is_the_tab_functions():
    assert function_for({"rawPath": "/tab/files.json"}) == "TabFunction"


def test_an_event_is_answered_without_docker(sites, tmp_path):
    answer, log = invoke(json.loads(EVENTS["maintenance-schedule"].read_text()), tmp_path)
    assert "deliveries_due" in answer
    assert "Traceback" not in log
