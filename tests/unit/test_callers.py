"""Anonymous callers."""

from __future__ import annotations

import pytest

from expunge.accounts.callers import anonymous


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("203.0.113.5", "203.0.113.5", True),
        ("203.0.113.5", "203.0.113.6", False),
        ("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", True),
        ("2001:db8:1:2::1", "2001:db8:1:3::1", False),
        ("::ffff:203.0.113.5", "203.0.113.5", True),
        ("testclient", "testclient", True),
    ],
)
def test_who_counts_as_the_same_caller(one: str, other: str, same: bool) -> None:
    assert (anonymous(one).subject == anonymous(other).subject) is same


def test_a_fingerprint_tells_clients_of_one_address_apart() -> None:
    assert anonymous("203.0.113.5", "a").subject != anonymous("203.0.113.5", "b").subject


def test_a_subject_does_not_hold_the_address() -> None:
    assert "203.0.113.5" not in anonymous("203.0.113.5").subject
