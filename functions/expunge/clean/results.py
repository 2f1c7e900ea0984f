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

    from expunge.clean.request import CleanRequest
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
class SourceFacts:
    """What a source URL answered just now."""

    address: str
    """Digest of the URL and of what is to be done (`CleanRequest.address`)."""
    digest: str
    """SHA-256 of the image, hexadecimal."""
    etag: str | None
    """The source's own tag."""


@dataclass(frozen=True, slots=True)
class KnownSource:
    """What was at an address when it was last looked at."""

    digest: str
    etag: str | None
    """The source's own tag."""
    looked_at: float
    result: Result


@dataclass(frozen=True, slots=True)
class Claim:
    """The job that makes a result, or nothing yet but the word to make one."""

    owner: str | None = None
    job: str | None = None


class Results:
    """The records of ``/clean``."""

    def __init__(self, records: Records, clock: Callable[[], float]) -> None:
        self._records = records
        self._clock = clock

    def found(self, address: str) -> KnownSource | None:
        """What is known of an address, as long as its result lives."""
        item = self._records.get(_address(address))
        if item is None:
            return None
        etag = item["etag"]
        return KnownSource(
            str(item["digest"]),
            str(etag) if etag is not None else None,
            float(str(item["looked_at"])),
            _result(item["result"]),
        )

    def remember(self, source: SourceFacts, result: Result) -> None:
        """Note what a URL was found to hold just now."""
        self._records.write(self._seen(source, result))

    def _seen(self, source: SourceFacts, result: Result) -> Put:
        item: Item = {
            "digest": source.digest,
            "etag": source.etag,
            "looked_at": self._clock(),
            "result": asdict(result),
        }
        return Put(_address(source.address), item, expires_at=int(result.expires_at))

    def forget(self, clean_request: CleanRequest) -> None:
        """Drop what is known of an address and of what was found there."""
        found = self.found(clean_request.address)
        if found is not None:
            self._records.write(
                Delete(_address(clean_request.address)),
                Delete(_content(clean_request.content(found.digest))),
            )

    def claim(self, content: str) -> Result | Claim | None:
        """``None`` where the caller is to make it now; else the result, or who is making it."""
        until = int(self._clock()) + CLAIM_SECONDS
        try:
            self._records.write(Put(_content(content), {}, if_absent=True, expires_at=until))
        except WriteRefused as refused:
            return _made(refused.item or {})
        return None

    def look(self, content: str) -> Result | Claim | None:
        """The result, who is making it, or ``None`` where nobody is (any more)."""
        item = self._records.get(_content(content))
        return None if item is None else _made(item)

    def hand_over(self, content: str, owner: str, job: str) -> None:
        """Say which job makes the result, so that anybody can wait for it."""
        until = int(self._clock()) + JOB_SECONDS
        self._records.write(Put(_content(content), {"owner": owner, "job": job}, expires_at=until))

    def publish(self, content: str, source: SourceFacts, result: Result) -> None:
        """Record a new result, for its content and for its URL, in one write."""
        made = Put(_content(content), {"result": asdict(result)}, expires_at=int(result.expires_at))
        self._records.write(made, self._seen(source, result))

    def withdraw(self, content: str) -> None:
        """Leave the work to the next who asks."""
        self._records.write(Delete(_content(content)))


def _made(item: Item) -> Result | Claim:
    if "result" in item:
        return _result(item["result"])
    owner, job = item.get("owner"), item.get("job")
    return Claim(str(owner), str(job)) if job else Claim()


def _result(item: object) -> Result:
    assert isinstance(item, dict)
    return Result(**item)


def _address(digest: str) -> Key:
    return Key(f"clean#{digest}", "address")


def _content(digest: str) -> Key:
    return Key(f"clean#{digest}", "content")
