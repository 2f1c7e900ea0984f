"""The protocol between the server and its image processes.

A message is a JSON object and bytes. It does not use pickle, so a process that a hostile image
has taken over can only return wrong answers.
"""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from expunge.errors import ExpungeError, FieldError, PipelineError, ValidationFailed
from expunge.imaging.source import Source
from expunge.operations.outcome import Outcome

if TYPE_CHECKING:
    from collections.abc import Iterator
    from multiprocessing.connection import Connection

Head = dict[str, Any]


def send(connection: Connection, head: Head, body: bytes = b"") -> None:
    connection.send_bytes(json.dumps(head).encode())
    connection.send_bytes(body)


def receive(connection: Connection) -> tuple[Head, bytes]:
    """Return the next message; raise `EOFError` once the other side has closed."""
    head = json.loads(connection.recv_bytes())
    return head, connection.recv_bytes()


def send_source(connection: Connection, head: Head, source: Source) -> None:
    """Send the image that a message is about, and then its companions."""
    send(connection, head | {"companions": list(source.companions)}, source.data)
    for one in source.companions.values():
        connection.send_bytes(one.data)


def source_of(connection: Connection, head: Head, body: bytes, *, partial: bool) -> Source:
    """The source that such a message began with; it was checked before it was sent."""
    named = {name: Source.of(connection.recv_bytes(), limits=None) for name in head["companions"]}
    return replace(Source.of(body, partial=partial, limits=None), companions=named)


def send_outcome(connection: Connection, outcome: Outcome) -> None:
    head = {
        "type": "outcome",
        "media_type": outcome.media_type,
        "report": outcome.report,
        "timings_ms": dict(outcome.timings_ms),
        "image": outcome.image is not None,
        "evidence": outcome.evidence,
    }
    send(connection, head, outcome.image or b"")


def outcome_of(head: Head, body: bytes) -> Outcome:
    image = body if head["image"] else None
    made = head["media_type"], head["report"], head["timings_ms"]
    return Outcome(image, *made, evidence=head["evidence"])


def send_error(connection: Connection, error: ExpungeError) -> None:
    named = isinstance(error, ValidationFailed)  # a subclass of it is made of other things
    fields = error.errors if isinstance(error, ValidationFailed) else ()
    head = {
        "type": "error",
        "name": (ValidationFailed if named else type(error)).__name__,
        "detail": error.detail,
        "errors": [[field.pointer, field.detail] for field in fields],
    }
    send(connection, head)


def error_of(head: Head) -> ExpungeError:
    """The domain error with this name; an unknown name becomes a `PipelineError`."""
    if head["name"] == ValidationFailed.__name__:
        return ValidationFailed(
            *(FieldError(pointer, detail) for pointer, detail in head["errors"])
        )
    known = {kind.__name__: kind for kind in _kinds(ExpungeError)}
    return known.get(head["name"], PipelineError)(head["detail"])


def _kinds(base: type[ExpungeError]) -> Iterator[type[ExpungeError]]:
    yield base
    for kind in base.__subclasses__():
        yield from _kinds(kind)
