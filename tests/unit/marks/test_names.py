"""Every mark has one name, which all entry points use."""

from __future__ import annotations

from expunge.imaging.marks.names import MarkName
from expunge.imaging.marks.registry import MARKS


def test_names_and_marks_correspond_one_to_one() -> None:
    named, known = {name.value for name in MarkName}, {str(name) for name in MARKS}

    assert not known - named, f"add {known - named} to imaging/marks/names.py"
    assert not named - known, f"add {named - known} to imaging/marks/registry.py"
