"""What both adapter sets check before they act, so that both refuse the same things.

A caller's mistake in the code is a ``ValueError``; what may have come from
outside, an object key or a cursor, is an ``InvalidRequest``.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from expunge.errors import InvalidRequest
from expunge.stores.ports import Delete, Update

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from expunge.stores.ports import Change, Key, Value

MAX_CHANGES = 100
"""Of one write: DynamoDB's own limit of a transaction."""
MAX_KEY_BYTES = 1_024
"""Of a partition or sort key: DynamoDB's own limit of a sort key."""
MAX_OBJECT_KEY_BYTES = 512
MAX_MESSAGE_BYTES = 64 * 1_024
MAX_DELAY = 900.0
"""Seconds: SQS's own limit."""

_OBJECT_KEY = re.compile(r"[A-Za-z0-9/_.-]+")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")


def check_changes(changes: Sequence[Change]) -> None:
    """Raise ``ValueError`` unless these are 1–100 changes on distinct keys."""
    if not 1 <= len(changes) <= MAX_CHANGES:
        raise ValueError(f"a write holds 1 to {MAX_CHANGES} changes, not {len(changes)}")
    for change in changes:
        check_key(change.key)
        if isinstance(change, Update | Delete) and not all(change.only_if.values()):
            raise ValueError("only_if lists at least one value for each field")
    if len({change.key for change in changes}) < len(changes):
        raise ValueError("a write holds at most one change for each key")


def check_key(key: Key) -> None:
    """Raise ``ValueError`` unless both parts hold 1–1,024 bytes of UTF-8."""
    for part in (key.partition, key.sort):
        if not 1 <= len(part.encode()) <= MAX_KEY_BYTES:
            raise ValueError(f"a key's part holds 1 to {MAX_KEY_BYTES} bytes")


def check_page(prefix: str, limit: int, cursor: str | None) -> None:
    """Raise ``ValueError`` for a limit under 1, ``InvalidRequest`` for a foreign cursor."""
    if limit < 1:
        raise ValueError("a page holds at least one item")
    if cursor is None:
        return
    size = len(cursor.encode(errors="replace"))
    if not cursor.startswith(prefix) or not 1 <= size <= MAX_KEY_BYTES:
        raise InvalidRequest("The cursor is not one that this list gave.")


def check_object_key(key: str) -> None:
    """Raise ``InvalidRequest`` unless the key keeps to the alphabet and cannot leave its place."""
    segments = key.split("/")
    if (
        len(key) > MAX_OBJECT_KEY_BYTES
        or not _OBJECT_KEY.fullmatch(key)
        or any(segment in {"", ".", ".."} for segment in segments)
    ):
        raise InvalidRequest(
            "An object key holds letters, digits, '_', '.', '-' and single inner '/', "
            f"at most {MAX_OBJECT_KEY_BYTES} in all."
        )


def encode_message(message: Mapping[str, Value], delay: float) -> str:
    """The message as JSON text; ``ValueError`` where it or the delay is out of bounds."""
    if not 0 <= delay <= MAX_DELAY:
        raise ValueError(f"a delay is 0 to {MAX_DELAY:.0f} seconds, not {delay}")
    body = json.dumps(message, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    if len(body.encode()) > MAX_MESSAGE_BYTES:
        raise ValueError(f"a message holds at most {MAX_MESSAGE_BYTES} bytes")
    return body


def check_headers(*lines: str) -> None:
    """Raise ``ValueError`` where a mail header would break out of its line or is empty."""
    for line in lines:
        if not line or _CONTROL.search(line):
            raise ValueError("a mail header is one line of text")
