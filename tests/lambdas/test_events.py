"""`events/` holds exactly what `make_events` writes, and tests use every file."""

from __future__ import annotations

from typing import Any

import pytest

from tests.lambdas import make_events
from tests.lambdas.samples import EVENTS, event


def test_every_file_of_events_is_one_of_those_fed_here():
    fed = set(make_events.events())
    assert {path.stem for path in EVENTS.glob("*.json")} == fed


@pytest.mark.parametrize("name", make_events.events())
def test_a_file_of_events_has_the_shape_that_its_maker_gives_it(name):
    assert shape(event(name)) == shape(make_events.events()[name])


def shape(value: Any) -> Any:
    """Names and types only, since an image's bytes depend on the encoder's version."""
    if isinstance(value, dict):
        return {name: shape(member) for name, member in value.items()}
    return [shape(member) for member in value] if isinstance(value, list) else type(value)
