"""File and folder names in a data folder."""

from __future__ import annotations

RECORDS = "expunge.sqlite3"
"""The database of records and of the job queue."""
DELIVERIES = "deliveries.sqlite3"
"""The database of the webhook queue."""
DATABASES = (DELIVERIES, RECORDS)
SECRET = "secret"  # noqa: S105 (its file's name)
RECEIPT_KEY = "receipt-key"
"""The private key that signs receipts, if no setting names one."""
SECRETS = (SECRET, RECEIPT_KEY)
OBJECTS = "objects"
OUTBOX = "outbox"
LOCK = "lock"
"""The lock file that every running server holds; see `presence`."""
STAGING = ".staging-"
"""Prefix of the temporary folder of a backup or restore."""
