"""Tests on real servers: they are attacked, starved and killed."""

import pytest

pytest.register_assert_rewrite("tests.robustness.attack")
