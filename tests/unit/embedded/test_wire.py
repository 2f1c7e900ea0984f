"""What passes between the server and its image processes arrives as it was sent."""

from __future__ import annotations

from multiprocessing import Pipe
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from expunge.embedded.pool import wire
from expunge.errors import (
    ExpungeError,
    FieldError,
    ImageTooLarge,
    MalformedImage,
    ModelMissing,
    Overloaded,
    PipelineError,
    UnsupportedMediaType,
    ValidationFailed,
)
from expunge.operations.outcome import Outcome

if TYPE_CHECKING:
    from collections.abc import Callable

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


def passed(send: Callable[..., None], thing: object) -> tuple[wire.Head, bytes]:
    ours, theirs = Pipe()
    with ours, theirs:
        send(theirs, thing)
        return wire.receive(ours)


@given(
    image=st.none() | st.binary(max_size=1000),
    report=st.dictionaries(st.text(), JSON, max_size=4),
    timings=st.dictionaries(st.text(), st.floats(0, 1e9), max_size=3),
    evidence=st.none() | st.dictionaries(st.text(), JSON, max_size=2),
)
@settings(deadline=None)
def test_an_outcome_arrives_whole(
    image: bytes | None,
    report: dict[str, object],
    timings: dict[str, float],
    evidence: dict[str, object] | None,
) -> None:
    sent = Outcome(image, "image/png", report, timings, evidence=evidence)

    assert wire.outcome_of(*passed(wire.send_outcome, sent)) == sent


@pytest.mark.parametrize(
    "error",
    [
        MalformedImage("It ends at byte 7."),
        ImageTooLarge("Too large."),
        UnsupportedMediaType("An animation."),
        ModelMissing("Run: expunge models pull"),
        Overloaded("Later."),
        PipelineError("Crashed."),
        ValidationFailed(FieldError("/options/region", "is outside"), FieldError("/a", "b")),
    ],
)
def test_an_error_arrives_as_the_error_it_is(error: ExpungeError) -> None:
    head, _ = passed(wire.send_error, error)

    arrived = wire.error_of(head)
    assert type(arrived) is type(error)
    assert arrived.detail == error.detail
    assert getattr(arrived, "errors", None) == getattr(error, "errors", None)


def test_an_error_of_no_known_name_is_the_services_own_fault() -> None:
    head = {"type": "error", "name": "SystemExit", "detail": "?", "errors": []}

    assert type(wire.error_of(head)) is PipelineError
