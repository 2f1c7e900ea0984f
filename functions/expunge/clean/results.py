"""What was made before, and who is making it now: the memory that all processes share.

Two kinds of record, both gone with the result they speak of:

- by *content*: (the picture's digest, mode, options) → the result, or the job that
  makes it, or somebody's word to make it. Whoever wrote that word first does the work.
- by *address*: (address, mode, options) → the digest that was found there, and when.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from expunge.stores.ports import Delete, Key, Put, WriteRefused

if TYPE_CHECKING:
    from collections.abc import Callable

    from expunge.clean.embed import Embed
    from expunge.stores.ports import Item, Records

CLAIM_SECONDS = 30
"""How long a claim without a job holds: longer than any answer may take."""
JOB_SECONDS = 900
"""How long a claim with a job holds: longer than a job that is worth waiting for."""


@dataclass(frozen=True, slots=True)
class Result:
    """A cleaned picture in the object store."""

    object_key: str
    media_type: str
    etag: str
    """Of its bytes, without quotes."""
    length: int
    expires_at: float


@dataclass(frozen=True, slots=True)
class Found:
    """What was at an address when it was last looked at."""

    digest: str
    etag: str | None
    """The source's own tag."""
    looked_at: float
    result: Result


@dataclass(frozen=True, slots=True)
class Making:
    """The job that makes a result, or nothing yet but the word to make one."""

    owner: str | None = None
    job: str | None = None


class Results:
    """The records of ``/clean``."""

    def __init__(self, records: Records, clock: Callable[[], float]) -> None:
        self._records = records
        self._clock = clock

    def found(self, address: str) -> Found | None:
        """What is known of an address, as long as its result lives."""
        item = self._records.get(_address(address))
        if item is None:
            return None
        etag = item["etag"]
        return Found(
            str(item["digest"]),
            str(etag) if etag is not None else None,
            float(str(item["looked_at"])),
            _result(item["result"]),
        )

    def remember(self, address: str, digest: str, etag: str | None, result: Result) -> None:
        """Note what was found at an address just now."""
        item: Item = {
            "digest": digest,
            "etag": etag,
            "looked_at": self._clock(),
            "result": asdict(result),
        }
        self._records.write(Put(_address(address), item, expires_at=int(result.expires_at)))

    def forget(self, embed: Embed) -> None:
        """Drop what is known of an address and of what was found there."""
        found = self.found(embed.address)
        if found is not None:
            self._records.write(
                Delete(_address(embed.address)), Delete(_content(embed.content(found.digest)))
            )

    def claim(self, content: str) -> Result | Making | None:
        """``None`` where the caller is to make it now; else the result, or who is making it."""
        until = int(self._clock()) + CLAIM_SECONDS
        try:
            self._records.write(Put(_content(content), {}, if_absent=True, expires_at=until))
        except WriteRefused as refused:
            return _made(refused.item or {})
        return None

    def look(self, content: str) -> Result | Making | None:
        """The result, who is making it, or ``None`` where nobody is (any more)."""
        item = self._records.get(_content(content))
        return None if item is None else _made(item)

    def hand_over(self, content: str, owner: str, job: str) -> None:
        """Say which job makes the result, so that anybody can wait for it."""
        until = int(self._clock()) + JOB_SECONDS
        self._records.write(Put(_content(content), {"owner": owner, "job": job}, expires_at=until))

    def publish(self, content: str, result: Result) -> None:
        self._records.write(
            Put(_content(content), {"result": asdict(result)}, expires_at=int(result.expires_at))
        )

    def withdraw(self, content: str) -> None:
        """Leave the work to the next who asks."""
        self._records.write(Delete(_content(content)))


def _made(item: Item) -> Result | Making:
    if "result" in item:
        return _result(item["result"])
    owner, job = item.get("owner"), item.get("job")
    return Making(str(owner), str(job)) if job else Making()


def _result(item: object) -> Result:
    assert isinstance(item, dict)
    return Result(**item)


def _address(digest: str) -> Key:
    return Key(f"clean#{digest}", "address")


def _content(digest: str) -> Key:
    return Key(f"clean#{digest}", "content")
