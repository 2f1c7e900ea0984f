"""The whole service on each adapter set, as for tasks."""

from __future__ import annotations

from tests.contract.tasks.conftest import aws, local, sites, stand, user

__all__ = ["aws", "local", "sites", "stand", "user"]
