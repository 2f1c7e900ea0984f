"""Records of finished results and of claims on unfinished ones, shared by all processes.

There are two kinds of record. Both expire with the result:

- by *content*: (the image's digest, mode, options) → the result, or the job that makes it,
  or a claim to make it. The process that writes the claim first does the work.
- by *URL*: (URL, mode, options) → the digest of the image found there, and when.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from expunge.net.ports import Caching
from expunge.stores.fields import known
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
    """A cleaned image in the object store."""

    object_key: str
    media_type: str
    etag: str
    """``ETag`` of the result's bytes, without quotes."""
    length: int
    expires_at: float
    receipt: str | None = None
    """The signed receipt of the job, if the request asked for one."""


@dataclass(frozen=True, slots=True)
class SourceFacts:
    """The latest answer of a source URL."""

    address: str
    """Digest of the URL and the work (`CleanRequest.address`)."""
    digest: str
    """SHA-256 of the image, hexadecimal."""
    etag: str | None
    """The source's ``ETag``."""
    caching: Caching = Caching.PUBLIC


@dataclass(frozen=True, slots=True)
class KnownSource:
    """The state of a source URL at its last check."""

    digest: str
    etag: str | None
    """The source's ``ETag``."""
    checked_at: float
    """Unix seconds."""
    result: Result
    caching: Caching


@dataclass(frozen=True, slots=True)
class Claim:
    """A claim to make a result; without a job until one is submitted."""

    owner: str | None = None
    job: str | None = None


class Results:
    """The records of ``/clean``."""

    def __init__(self, records: Records, clock: Callable[[], float]) -> None:
        self._records = records
        self._clock = clock

    def found(self, address: str) -> KnownSource | None:
        """The last check of a source URL, while its result is stored."""
        item = self._records.get(_address(address))
        if item is None:
            return None
        etag = item["etag"]
        return KnownSource(
            str(item["digest"]),
            str(etag) if etag is not None else None,
            float(str(item["looked_at"])),
            _result(item["result"]),
            Caching(str(item.get("caching", Caching.PUBLIC))),
        )

    def remember(self, source: SourceFacts, result: Result) -> None:
        """Record the latest answer of a source URL."""
        self._records.write(self._seen(source, result))

    def _seen(self, source: SourceFacts, result: Result) -> Put:
        item: Item = {
            "digest": source.digest,
            "etag": source.etag,
            "caching": source.caching.value,
            "looked_at": self._clock(),
            "result": asdict(result),
        }
        return Put(_address(source.address), item, expires_at=int(result.expires_at))

    def forget(self, clean_request: CleanRequest) -> None:
        """Delete the records of a source URL and of the image found there."""
        found = self.found(clean_request.address)
        if found is not None:
            self._records.write(
                Delete(_address(clean_request.address)),
                Delete(_content(clean_request.content(found.digest))),
            )

    def claim(self, content: str) -> Result | Claim | None:
        """Claim the work: ``None`` if claimed now; else the result, or the existing claim."""
        until = int(self._clock()) + CLAIM_SECONDS
        try:
            self._records.write(Put(_content(content), {}, if_absent=True, expires_at=until))
        except WriteRefused as refused:
            return _made(refused.item or {})
        return None

    def lookup(self, content: str) -> Result | Claim | None:
        """The result or the existing claim; ``None`` if there is neither."""
        item = self._records.get(_content(content))
        return None if item is None else _made(item)

    def hand_over(self, content: str, owner: str, job: str) -> None:
        """Record the job that makes the result, so that other processes can wait for it."""
        until = int(self._clock()) + JOB_SECONDS
        self._records.write(Put(_content(content), {"owner": owner, "job": job}, expires_at=until))

    def publish(self, content: str, source: SourceFacts, result: Result) -> None:
        """Record a new result, for its content and for its URL, in one write."""
        made = Put(_content(content), {"result": asdict(result)}, expires_at=int(result.expires_at))
        self._records.write(made, self._seen(source, result))

    def withdraw(self, content: str) -> None:
        """Delete the claim; the next request makes the result."""
        self._records.write(Delete(_content(content)))


def _made(item: Item) -> Result | Claim:
    if "result" in item:
        return _result(item["result"])
    owner, job = item.get("owner"), item.get("job")
    return Claim(str(owner), str(job)) if job else Claim()


def _result(item: object) -> Result:
    assert isinstance(item, dict)
    return Result(**known(Result, item))


def _address(digest: str) -> Key:
    return Key(f"clean#{digest}", "address")


def _content(digest: str) -> Key:
    return Key(f"clean#{digest}", "content")
