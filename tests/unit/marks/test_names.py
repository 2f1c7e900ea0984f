"""Every mark has one name, which all entry points use."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from expunge.imaging.marks.names import known, spelled
from expunge.imaging.marks.registry import MARKS
from expunge.operations.options.visible import VisibleOptions


def test_names_and_marks_correspond_one_to_one() -> None:
    assert sorted(known()) == sorted(MARKS)


def test_an_option_takes_every_known_name_and_no_other() -> None:
    assert VisibleOptions(marks=known()).marks == known()
    with pytest.raises(ValidationError, match=r"no mark of this name.*gemini-sparkle, "):
        VisibleOptions(marks=("hat",))


def test_names_are_spelled_for_people() -> None:
    assert [spelled(name) for name in ("gemini-sparkle", "ai-generated-label")] == [
        "Gemini sparkle",
        "AI generated label",
    ]
