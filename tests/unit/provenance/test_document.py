"""The committed page matches the rule table."""

from __future__ import annotations

from pathlib import Path

from expunge.imaging.provenance.document import page
from expunge.imaging.provenance.rules import RULES
from expunge.operations.options.metadata import Keep

PAGE = Path(__file__).parents[3] / "docs" / "reference" / "metadata.md"


def test_the_committed_page_matches_the_rule_table():
    assert PAGE.read_text() == page(), "run: make docs"


def test_every_rule_is_on_the_page():
    assert [rule.id for rule in RULES if f"| {rule.id} |" not in page()] == []


def test_every_word_of_keep_is_on_the_page():
    assert all(f"`{word}`" in page() for word in Keep)
