"""The store ports of the domain; ``aws/`` and ``local/`` implement them.

One contract test suite (``tests/contract``) checks that both adapter sets behave as described
here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import BinaryIO, Protocol, TypeAlias

Value: TypeAlias = "bool | int | float | str | list[Value] | dict[str, Value] | None"
"""The value of an item's field: JSON, with exact integers.

No name is empty. Integers have at most 38 digits; a float is 0 or of magnitude 1e-130 to 9.9e125.
A float that is whole may come back as the equal integer. ``True`` and ``1``
are different values, and so are ``False`` and ``0``.
"""

Item = dict[str, Value]


@dataclass(frozen=True, slots=True)
class Key:
    """An item's key: a partition and a sort key, both non-empty, at most 1,024 bytes."""

    partition: str
    sort: str


@dataclass(frozen=True, slots=True)
class Put:
    """Write a whole item.

    ``expires_at`` is Unix seconds; from then on every read and condition
    treats the item as absent, whatever the store's own expiry lag.
    """

    key: Key
    item: Item
    if_absent: bool = False
    expires_at: int | None = None


@dataclass(frozen=True, slots=True)
class Update:
    """Set fields of an existing item.

    Refused if the item is absent, or if a field named in ``only_if`` equals none of the values
    listed for it. An absent field equals ``None``. ``expires_at`` changes the item's expiry;
    ``None`` leaves it.
    """

    key: Key
    set: Item
    only_if: Mapping[str, Sequence[Value]] = field(default_factory=dict)
    expires_at: int | None = None


@dataclass(frozen=True, slots=True)
class Add:
    """Add ``amount`` (may be negative) to an integer field; an absent item or field counts as 0.

    Refused if the sum would exceed ``ceiling`` or fall below ``floor``.
    ``expires_at`` is set when the item is created, and does not change later.
    """

    key: Key
    field: str
    amount: int
    floor: int | None = None
    ceiling: int | None = None
    expires_at: int | None = None

    def admits(self, total: int) -> bool:
        """Whether the bounds allow this sum."""
        return (self.floor is None or total >= self.floor) and (
            self.ceiling is None or total <= self.ceiling
        )


@dataclass(frozen=True, slots=True)
class Delete:
    """Delete an item. An absent item is fine without ``only_if``, and refused with it."""

    key: Key
    only_if: Mapping[str, Sequence[Value]] = field(default_factory=dict)


Change = Put | Update | Add | Delete


class WriteRefused(Exception):
    """A condition of a write was false, so none of its changes was made.

    Attributes
    ----------
    index
        Position of the refused change; the first, if several were.
    item
        The current item that caused the refusal; ``None`` if there was none.
    """

    def __init__(self, index: int, item: Item | None) -> None:
        super().__init__(f"change {index} was refused")
        self.index = index
        self.item = item


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a query: ``(sort key, item)`` pairs, and the cursor of the next page."""

    entries: tuple[tuple[str, Item], ...]
    cursor: str | None


class Records(Protocol):
    """Items by key, with atomic conditional writes."""

    def get(self, key: Key) -> Item | None:
        """Return the item (strongly consistent), or ``None`` if it is absent or expired."""
        ...

    def query(
        self,
        partition: str,
        *,
        prefix: str = "",
        limit: int = 25,
        cursor: str | None = None,
        newest_first: bool = False,
    ) -> Page:
        """Items of a partition in the order of their sort keys (byte order of UTF-8).

        ``prefix`` restricts the query to sort keys that start with it. ``cursor`` is the last
        sort key of the previous page; its item may be deleted by now. A cursor that no page of
        this query can have returned is an ``InvalidRequest``. A page holds ``limit`` live items,
        unless the partition ends first. The returned ``cursor`` is ``None`` at the end.
        """
        ...

    def write(self, *changes: Change) -> None:
        """Make all of 1–100 changes, on distinct keys, or none of them.

        Raises
        ------
        WriteRefused
            If a condition is false.
        expunge.errors.Unavailable
            If the store is unreachable or stays contended. If only its answer was lost, the
            write may have happened: completely, and once.
        """
        ...


@dataclass(frozen=True, slots=True)
class SignedRequest:
    """A signed request: method, URL, exact headers and expiry. Anyone who has it may send it."""

    method: str
    url: str
    headers: Mapping[str, str]
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class ObjectFacts:
    """The metadata of a stored object."""

    length: int
    content_type: str
    etag: str | None = field(default=None, compare=False)
    """Changes when the object is replaced; ``None`` where a signed PUT cannot replace it."""


class Objects(Protocol):
    """Blobs by key: ``[A-Za-z0-9/_.-]``, at most 512 bytes, no empty, ``.`` or ``..`` segment.

    Any other key is an ``InvalidRequest``.
    """

    def presign_put(
        self, key: str, *, content_type: str, length: int, expires_in: int
    ) -> SignedRequest:
        """A PUT that stores exactly ``length`` bytes of exactly ``content_type``.

        The store refuses any other length, type, key or method, and a PUT later than
        ``expires_in`` seconds from now. It refuses a second PUT with ``If-None-Match: *``. The
        local store refuses any second one; on S3 it replaces the object, and its ``etag`` changes.
        """
        ...

    def presign_get(self, key: str, *, expires_in: int, filename: str | None = None) -> str:
        """A URL that returns the object, valid for ``expires_in`` seconds.

        The local store's URL is relative to the service (it starts with ``/``).
        With ``filename``, browsers save the object under that name.
        """
        ...

    def signed_key(self, url: str, *, base_url: str) -> str | None:
        """The object key in a URL that `presign_get` made; ``None`` for a URL of another origin.

        Parameters
        ----------
        base_url
            The service's own URL, as the caller used it. URLs of the local store start with it.

        Raises
        ------
        expunge.errors.SignatureInvalid
            For a URL of the store's origin that was changed or not signed, or has expired.
        """
        ...

    def get(self, key: str) -> bytes | None: ...

    def open(self, key: str, facts: ObjectFacts | None = None) -> BinaryIO | None:
        """The object as a seekable file, read where and when it is needed; the caller closes it.

        Parameters
        ----------
        facts
            What `head` said of it. If it is replaced after that, it cannot be read.
        """
        ...

    def put(self, key: str, data: bytes, *, content_type: str) -> None:
        """Store the object atomically; an existing one is replaced."""
        ...

    def put_file(self, key: str, file: BinaryIO, *, content_type: str) -> None:
        """Like `put`, with the whole content of a seekable file."""
        ...

    def scratch(self) -> BinaryIO:
        """An empty temporary file for a result, gone when it is closed."""
        ...

    def head(self, key: str) -> ObjectFacts | None: ...

    def delete(self, key: str) -> None:
        """Delete the object; an absent one is fine."""
        ...


@dataclass(frozen=True, slots=True)
class FoundObject:
    """An object as a bucket has it now."""

    length: int
    etag: str
    metadata: Mapping[str, str] = field(default_factory=dict)
    """Its user-defined metadata, with names in lower case."""


class Buckets(Protocol):
    """Objects of the operator's own buckets, by bucket and key. Keys are any text."""

    def head(self, bucket: str, key: str) -> FoundObject | None:
        """The object's current version; ``None`` if there is none, or it was deleted."""
        ...

    def get(self, bucket: str, key: str, etag: str) -> bytes | None:
        """The bytes of the version with this ``etag``; ``None`` if it is not the current one."""
        ...

    def put(
        self,
        bucket: str,
        key: str,
        data: bytes,
        *,
        content_type: str,
        metadata: Mapping[str, str],
    ) -> None:
        """Store an object; an existing one is replaced."""
        ...


class Queue(Protocol):
    """At-least-once delivery of small JSON messages (at most 64 KiB)."""

    def send(self, message: Mapping[str, Value], *, delay: float = 0.0) -> None:
        """Send a message, to be delivered after at least ``delay`` seconds (0–900)."""
        ...

    def depth(self) -> QueueDepth:
        """How many messages the queue holds now; approximate on SQS."""
        ...


@dataclass(frozen=True, slots=True)
class QueueDepth:
    """The messages of a queue. They add up to all that it holds, dead letters aside."""

    waiting: int
    """Messages that could be received now."""
    in_flight: int
    """Messages that were received and are not yet acknowledged."""
    delayed: int
    """Messages that become visible later and are not being processed."""


@dataclass(frozen=True, slots=True)
class ReceivedMessage:
    """A message that a worker has received and not yet acknowledged."""

    id: int
    """The message's id."""
    receipt_handle: str
    """The handle of this delivery."""
    message: Item
    attempts: int
    """How often it was received, including this time."""


class Inbox(Protocol):
    """The receiving end of a queue that this machine processes itself."""

    def receive(self, visibility: float) -> ReceivedMessage | None:
        """Receive the message that has been visible longest, for ``visibility`` seconds."""
        ...

    def ack(self, delivery: ReceivedMessage) -> bool:
        """Delete a processed message.

        Returns ``False``, and does nothing, if another worker has received it in the meantime.
        """
        ...

    def extend(self, delivery: ReceivedMessage, visibility: float) -> bool:
        """Extend a message's visibility timeout to ``visibility`` seconds from now."""
        ...

    def release(self, delivery: ReceivedMessage, delay: float = 0.0) -> bool:
        """Return a message to the queue after ``delay`` seconds; the attempt counts."""
        ...

    def backlog(self) -> Backlog:
        """The number of waiting messages, and the age of the oldest."""
        ...


@dataclass(frozen=True, slots=True)
class Backlog:
    """The size and age of a queue's backlog."""

    messages: int
    """Messages that could be received now."""
    oldest_seconds: float
    """Waiting time of the oldest; 0 if there is none."""
    dead: int


class DeadLetters(Protocol):
    """The dead-letter queue: messages whose attempts all failed."""

    def count(self) -> int:
        """The approximate number of dead letters."""
        ...

    def peek(self, limit: int) -> list[DeadLetter]:
        """Up to ``limit`` dead letters, which all stay where they are."""
        ...

    def redrive(self, limit: int | None = None) -> int:
        """Send up to ``limit`` of them, or all, back to their original queue; return how many."""
        ...


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """A message whose attempts all failed."""

    message: Item
    since: float
    """Unix seconds. The local queue knows when the last attempt failed; SQS keeps only the time
    at which the message was first sent."""


class Signals(Protocol):
    """Notifies other processes on this machine of an event; a signal may be lost."""

    def send(self, name: str) -> None: ...

    def listen(self, heard: Callable[[str], None]) -> Callable[[], None]:
        """Call ``heard`` with each name, from another thread; return a function that stops it."""
        ...


class Mail(Protocol):
    """Sends plain-text e-mail."""

    def send(self, *, to: str, subject: str, text: str) -> None: ...


class OwnSecret(Protocol):
    """32 random bytes that all processes of an installation share; the first use creates them."""

    @property
    def value(self) -> bytes: ...

    def existing(self) -> bytes | None:
        """The secret, if it has been created."""
        ...
