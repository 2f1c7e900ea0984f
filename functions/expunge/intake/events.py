"""Reads which objects were created, from the events of S3.

EventBridge sends one object an event, with its key as it is. S3's own notifications hold several
records, whose keys are URL-encoded. Both are read here, so a queue may have either.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote_plus

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

CREATED = "ObjectCreated:"
"""How the names of S3's own events for a new object start."""


@dataclass(frozen=True, slots=True)
class Arrival:
    """An object that was created."""

    bucket: str
    key: str


def arrivals(event: Mapping[str, Any]) -> Iterator[Arrival]:
    """The objects that an event says were created; none for any other event of S3.

    Raises
    ------
    KeyError, TypeError
        For what is no event of S3.
    """
    if event.get("source") == "aws.s3":
        if event["detail-type"] == "Object Created":
            detail = event["detail"]
            yield Arrival(detail["bucket"]["name"], detail["object"]["key"])
    elif event.get("Event") == "s3:TestEvent":
        return  # S3 sends it once, when notifications are configured
    else:
        for record in event["Records"]:
            if record["eventName"].removeprefix("s3:").startswith(CREATED):
                s3 = record["s3"]
                yield Arrival(s3["bucket"]["name"], unquote_plus(s3["object"]["key"]))
