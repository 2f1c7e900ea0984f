"""A mark has one name, by which every door knows it."""

from __future__ import annotations

from expunge.imaging.marks.names import MarkName
from expunge.imaging.marks.registry import MARKS


def test_every_name_has_its_mark_and_every_mark_its_name() -> None:
    named, known = {name.value for name in MarkName}, {str(name) for name in MARKS}

    assert not known - named, f"add {known - named} to imaging/marks/names.py"
    assert not named - known, f"add {named - known} to imaging/marks/registry.py"
