"""Where the things of one installation lie in its data folder."""

from __future__ import annotations

RECORDS = "expunge.sqlite3"
"""Records, and the queue of jobs."""
DELIVERIES = "deliveries.sqlite3"
"""The queue of webhooks."""
DATABASES = (DELIVERIES, RECORDS)
SECRET = "secret"  # noqa: S105 (its file's name)
OBJECTS = "objects"
OUTBOX = "outbox"
LOCK = "lock"
"""Held by every server that runs; see `presence`."""
STAGING = ".staging-"
"""Prefix of a folder that a backup or a restore works in."""
