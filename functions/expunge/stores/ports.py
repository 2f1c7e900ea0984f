"""The four ports the domain is written over; ``aws/`` and ``local/`` implement them.

One contract suite (``tests/contract``) runs on both sets: what is said here
is what both do.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol, TypeAlias

Value: TypeAlias = "bool | int | float | str | list[Value] | dict[str, Value] | None"
"""What a field of an item may hold: JSON, with integers kept exact.

No name is empty. Integers have at most 38 digits; a float is 0 or of magnitude 1e-130 to 9.9e125.
A float that is whole may come back as the equal integer. ``True`` and ``1``
are different values, and so are ``False`` and ``0``.
"""

Item = dict[str, Value]


@dataclass(frozen=True, slots=True)
class Key:
    """Where an item lives: a partition and a sort key, both non-empty, at most 1,024 bytes."""

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

    Refused when the item is absent, or when a field named in ``only_if``
    does not equal one of the values listed for it. An absent field
    equals ``None``. ``expires_at`` moves the item's expiry; ``None`` leaves it.
    """

    key: Key
    set: Item
    only_if: Mapping[str, Sequence[Value]] = field(default_factory=dict)
    expires_at: int | None = None


@dataclass(frozen=True, slots=True)
class Add:
    """Add ``amount`` (may be negative) to an integer field; an absent item or field counts as 0.

    Refused when the sum would pass ``ceiling`` or fall below ``floor``.
    ``expires_at`` is set when the item is created and left alone afterwards.
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
    """Delete an item. Without ``only_if`` an absent item is fine; with it, absence refuses."""

    key: Key
    only_if: Mapping[str, Sequence[Value]] = field(default_factory=dict)


Change = Put | Update | Add | Delete


class WriteRefused(Exception):
    """A condition of a write did not hold; nothing of the write was done.

    Attributes
    ----------
    index
        Which change was refused (the first, where several were).
    item
        The item that refused it, as it stood; ``None`` where there was none.
    """

    def __init__(self, index: int, item: Item | None) -> None:
        super().__init__(f"change {index} was refused")
        self.index = index
        self.item = item


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a query: ``(sort key, item)`` pairs, and where the next page starts."""

    entries: tuple[tuple[str, Item], ...]
    cursor: str | None


class Records(Protocol):
    """Items by key, with atomic conditional writes."""

    def get(self, key: Key) -> Item | None:
        """The item, strongly consistent, or ``None`` where absent or expired."""
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

        ``prefix`` narrows to sort keys that start with it. ``cursor`` is the
        last sort key of the page before (whose item may be gone by now); one
        that no page of this query can have given is an ``InvalidRequest``. A
        page holds ``limit`` live items unless the partition ends first;
        ``cursor`` of the answer is ``None`` at the end.
        """
        ...

    def write(self, *changes: Change) -> None:
        """Do all of 1–100 changes, on distinct keys, or none.

        Raises
        ------
        WriteRefused
            Where a condition did not hold.
        expunge.errors.Unavailable
            Where the store could not be reached or stayed contended. When the
            answer was lost on its way, the write may have been done: whole, once.
        """
        ...


@dataclass(frozen=True, slots=True)
class SignedRequest:
    """A request that its bearer may make once signed: method, URL, exact headers, until when."""

    method: str
    url: str
    headers: Mapping[str, str]
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class ObjectFacts:
    """What is known of a stored object without reading it."""

    length: int
    content_type: str


class Objects(Protocol):
    """Blobs by key: ``[A-Za-z0-9/_.-]``, at most 512 bytes, no empty, ``.`` or ``..`` segment.

    Any other key is an ``InvalidRequest``.
    """

    def presign_put(
        self, key: str, *, content_type: str, length: int, expires_in: int
    ) -> SignedRequest:
        """A PUT that stores exactly ``length`` bytes of exactly ``content_type``, once.

        A different length, type, key, method or a later moment than
        ``expires_in`` seconds from now is refused by the store, and so is a
        second PUT of the same key.
        """
        ...

    def presign_get(self, key: str, *, expires_in: int, filename: str | None = None) -> str:
        """A URL that answers the object for ``expires_in`` seconds.

        The local store's is relative to the service (it starts with ``/``).
        With ``filename`` a browser saves it under that name.
        """
        ...

    def get(self, key: str) -> bytes | None: ...

    def put(self, key: str, data: bytes, *, content_type: str) -> None:
        """Store whole or not at all; an object that is there is replaced."""
        ...

    def head(self, key: str) -> ObjectFacts | None: ...

    def delete(self, key: str) -> None:
        """Delete; an absent object is fine."""
        ...


class Queue(Protocol):
    """At-least-once delivery of small JSON messages (at most 64 KiB)."""

    def send(self, message: Mapping[str, Value], *, delay: float = 0.0) -> None:
        """Hand over a message, to be delivered ``delay`` seconds (0–900) from now or later."""
        ...


@dataclass(frozen=True, slots=True)
class ReceivedMessage:
    """A message in somebody's hands."""

    id: int
    """Of the message."""
    receipt_handle: str
    """Of this delivery of it."""
    message: Item
    attempts: int
    """How often it was received, this time included."""


class Inbox(Protocol):
    """The receiving end of a queue that this machine drains itself."""

    def receive(self, visibility: float) -> ReceivedMessage | None:
        """Claim the message that has been visible longest, for ``visibility`` seconds."""
        ...

    def ack(self, delivery: ReceivedMessage) -> bool:
        """Delete a message that is done with.

        ``False``, and nothing done, where it has meanwhile gone to someone else.
        """
        ...

    def extend(self, delivery: ReceivedMessage, visibility: float) -> bool:
        """Keep a message in hand for ``visibility`` seconds from now."""
        ...

    def release(self, delivery: ReceivedMessage, delay: float = 0.0) -> bool:
        """Give a message back, to come up again in ``delay`` seconds; the attempt counts."""
        ...

    def backlog(self) -> Backlog:
        """How much waits, and how long."""
        ...


@dataclass(frozen=True, slots=True)
class Backlog:
    """What waits in a queue."""

    messages: int
    """That could be received now."""
    oldest_seconds: float
    """How long the first of them has been waiting; 0 where there is none."""
    dead: int


class DeadLetters(Protocol):
    """Messages that were received too often without an end."""

    def count(self) -> int:
        """How many there are, about."""
        ...

    def redrive(self) -> int:
        """Send each anew to the queue it came from; how many there were."""
        ...


class Signals(Protocol):
    """Tells other processes of this machine that something happened; a signal may be lost."""

    def send(self, name: str) -> None: ...

    def listen(self, heard: Callable[[str], None]) -> Callable[[], None]:
        """Call ``heard`` with each name, from another thread; the answer ends that."""
        ...


class Mail(Protocol):
    """Plain-text mail."""

    def send(self, *, to: str, subject: str, text: str) -> None: ...
