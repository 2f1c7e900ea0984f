"""Reports in records: compressed, read again exactly, and of earlier versions."""

from __future__ import annotations

import hashlib
import json
from importlib.resources import files
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import expunge
from expunge.jobs.job import PACKED, Job, Status
from expunge.jobs.packing import packed, unpacked

if TYPE_CHECKING:
    from tests.unit.jobs.conftest import House

values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**30), 10**30)
    | st.floats(allow_nan=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


def finite(value: object) -> bool:
    try:
        json.dumps(value, allow_nan=False)
    except ValueError:
        return False
    return True


@given(st.dictionaries(st.text(), values.filter(finite), max_size=6))
@settings(max_examples=60, deadline=None)
def test_facts_come_back_as_they_were(facts):
    text = packed({"report": facts, "filler": "x" * 200})

    assert text is not None
    assert text.isascii()
    assert unpacked(text) == {"report": facts, "filler": "x" * 200}


def test_small_facts_stay_as_they_are():
    assert packed({"report": {"changed": False}}) is None


def test_a_packed_report_is_a_third_of_its_json_at_most(image: bytes):
    report = expunge.run("metadata", image).report
    text = packed({"report": report})

    assert text is not None
    assert len(text) * 3 < len(json.dumps(report))


def test_the_dictionary_never_changes():
    """Records hold what it compressed. A better one is a new file with a new number."""
    words = files("expunge.jobs").joinpath("report_words_1.txt").read_bytes()

    assert hashlib.sha256(words).hexdigest() == (
        "78969712d6dbf7595da8bc6e2c7c7b675d7fb399231201be2f13f104d8b61e27"
    )


def job(**facts: object) -> Job:
    known = {
        "id": "job_1",
        "owner": "acc_1",
        "mode": "metadata",
        "options": {},
        "status": Status.SUCCEEDED,
        "sync": True,
        "media_type": "image/png",
        "created_at": 1.0,
        "record_seconds": 60,
    }
    return Job(**known | facts)  # type: ignore[arg-type]


def test_a_record_leaves_out_what_it_need_not_say_and_is_read_as_it_was(image: bytes):
    report = expunge.run("metadata", image).report
    ended = job(report=report, timings_ms={"total": 1.5}, progress=100, filename="a.png")
    item = ended.item()

    assert PACKED in item
    assert "report" not in item
    assert "webhook_url" not in item
    assert Job.of(item) == ended


@pytest.mark.parametrize("text", ["2:Xk~0{Zy<", "99:", "", "1:", "1:(", "1:Xk~0{Zy<MXk~0{Zy<M"])
def test_a_report_that_this_version_cannot_read_leaves_the_rest_of_the_job(text: str):
    item = job().item() | {PACKED: text, "of_tomorrow": 1}

    assert Job.of(item) == job()


def test_a_report_of_an_earlier_version_is_read():
    item = job().item() | {"report": {"changed": True}, "webhook_url": None}

    assert Job.of(item).report == {"changed": True}


def test_a_job_in_the_store_has_its_report(house: House, image: bytes):
    queued = house.queued(image)
    house.work()

    assert house.now(queued).report["removed_count"] == 1
    (_, item), *_ = house.records.query(f"owner#{queued.id}").entries
    assert PACKED in item
