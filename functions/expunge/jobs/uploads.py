"""Uploads: a caller requests a URL, uploads a file to it, and creates jobs from the file.

An upload that no job claims is deleted after 15 minutes. A claimed one stays until an hour after
its last job has ended; until then, callers can create more jobs from it. Its record names the
jobs. The write that creates the record also registers the file's deletion with `cleanup`.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from expunge.accounts.counters import QuotaStatus
from expunge.accounts.meter import MeteredCall
from expunge.errors import (
    Conflict,
    FieldError,
    UploadIncomplete,
    UploadNotFound,
    ValidationFailed,
)
from expunge.ids import new_id
from expunge.imaging.data import FileData
from expunge.imaging.limits import LIMITS, Limits
from expunge.imaging.media_types import EXTENSIONS, MOVIES, claimed, normalised
from expunge.jobs.cleanup import PendingDeletion
from expunge.jobs.register import UNFINISHED_SECONDS
from expunge.stores.limits import MAX_CHANGES
from expunge.stores.ports import Delete, Key, Put, SignedRequest, Update, WriteRefused

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from expunge.accounts.callers import Caller
    from expunge.accounts.meter import Meter
    from expunge.jobs.job import Job
    from expunge.jobs.register import Register
    from expunge.stores.ports import Change, Item, Objects, Records

_OBJECT_KEY = re.compile(r"in/[A-Za-z0-9/_.-]{1,200}")
"""The form of the object keys that this service assigns."""

DIGEST = "sha256:"
_PRINTABLE = re.compile(r"[!-~]([ -~]{0,126}[!-~])?")
"""A media type that a header can carry."""

UPLOAD_SECONDS = 15 * 60
"""Lifetime of an upload's URL, and of the file until its first job."""
USED_SECONDS = 3600
"""How long a claimed upload stays after the last of its jobs has ended."""
LAST_PUT_SECONDS = 60
"""Extra time for a PUT that started before the URL expired."""
KEPT_SECONDS = 24 * 3600
"""Lifetime of a file that came with the request for a batch, until its job."""
BUSY_SECONDS = 300
"""Interval between checks of an upload whose job has not ended."""
_USE = "use#"


@dataclass(frozen=True, slots=True)
class Upload:
    """The signed request that uploads one file."""

    object_key: str
    request: SignedRequest
    source_url: str
    """Signed URL of the file, valid as long as the request. The local store's starts with ``/``."""
    quotas: tuple[QuotaStatus, ...] = ()
    """The caller's quotas for uploads."""


@dataclass(frozen=True, slots=True)
class Sent:
    """A file in the body of a request."""

    data: bytes
    media_type: str
    """Its true type, of the magic bytes."""
    filename: str = ""


@dataclass(frozen=True, slots=True)
class Uploaded:
    """An uploaded file, and the media type that its sender declared."""

    object_key: str
    data: bytes
    """The whole file; empty for a movie that is read from the store piece by piece."""
    declared: str
    owner: str
    """The owner: an account, or the upload's own key (`Caller.owner_of`)."""
    filename: str = ""
    """The sender's own name for the file."""
    file: FileData | None = None
    """Such a movie. The caller closes it."""
    content: str | None = None
    """What identifies its bytes; see `content_of`."""

    def claimed_by(self, job: Job) -> Update:
        """The change that claims the file for a job; refused if it has just expired.

        All jobs get the file that the first one got. A store whose signed URL can replace it has
        no say in that.
        """
        return Update(
            _key(self.owner, self.object_key),
            {"claimed_by": job.id, f"{_USE}{job.id}": job.owner, "content": self.content},
            only_if={"content": [None, self.content]},
            expires_at=int(job.created_at) + UNFINISHED_SECONDS,
        )


class Uploads:
    """Issues upload URLs, reads uploaded files, and decides when they may be deleted."""

    def __init__(
        self,
        records: Records,
        objects: Objects,
        register: Register,
        meter: Meter,
        clock: Callable[[], float],
        *,
        limits: Limits = LIMITS,
        check_space: Callable[[int], object] = lambda _: None,
    ) -> None:
        self._records = records
        self._objects = objects
        self._register = register
        self._meter = meter
        self._clock = clock
        self._check_space = check_space
        self._limits = limits

    def create(self, caller: Caller, *, content_type: str, size: int, filename: str = "") -> Upload:
        """Return a URL for exactly ``size`` bytes of ``content_type``, valid for 15 minutes.

        Raises
        ------
        ValidationFailed
            For an unsupported type or an empty file.
        PayloadTooLarge
            For a size over the limit.
        LimitReached
            For too many uploads.
        StorageFull
            If there is no space for the file.
        """
        signed, content_type = _signed_type(content_type), normalised(content_type)
        if content_type in MOVIES:
            self._limits.check_movie_bytes(size)
        else:
            self._limits.check_bytes(size)
        if size < 1:
            raise ValidationFailed(FieldError("/size", "must be at least 1 byte"))
        if not content_type or (claimed(content_type) and content_type not in EXTENSIONS):
            known = ", ".join(EXTENSIONS)
            raise ValidationFailed(FieldError("/content_type", f"must be one of {known}"))
        self._check_space(size)
        now = self._clock()
        day = datetime.fromtimestamp(now, UTC).date().isoformat()
        key = f"in/{day}/{new_id('up', now)}.{EXTENSIONS.get(content_type, 'bin')}"
        request = self._objects.presign_put(
            key, content_type=signed, length=size, expires_in=UPLOAD_SECONDS
        )
        owner, closes = caller.owner_of(key), int(now) + UPLOAD_SECONDS
        facts: Item = {"content_type": content_type, "size": size, "filename": filename}
        upload = Put(_key(owner, key), facts, expires_at=closes)
        deletion = PendingDeletion(key, closes, closes + LAST_PUT_SECONDS, upload_of=owner)
        quotas = self._meter.take(caller, MeteredCall("uploads"), upload, deletion.registration())
        source_url = self._objects.presign_get(key, expires_in=UPLOAD_SECONDS)
        return Upload(key, request, source_url, quotas)

    def keep(self, caller: Caller, files: Sequence[Sent]) -> list[str]:
        """Store files that came with a request, as uploads; return their object keys.

        Their records and deletions are written first, so a crash leaves no file behind. An upload
        without a job is deleted after a day.

        Raises
        ------
        StorageFull
            If there is no space for them.
        """
        self._check_space(sum(len(file.data) for file in files))
        now = int(self._clock())
        day = datetime.fromtimestamp(now, UTC).date().isoformat()
        keys = []
        changes: list[Change] = []
        for file in files:
            key = f"in/{day}/{new_id('up', now)}.{EXTENSIONS.get(file.media_type, 'bin')}"
            owner, until = caller.owner_of(key), now + KEPT_SECONDS
            facts: Item = {
                "content_type": file.media_type,
                "size": len(file.data),
                "filename": file.filename,
            }
            deletion = PendingDeletion(key, until, until, upload_of=owner)
            changes += [Put(_key(owner, key), facts, expires_at=until), deletion.registration()]
            keys.append(key)
        for first in range(0, len(changes), MAX_CHANGES):
            self._records.write(*changes[first : first + MAX_CHANGES])
        for key, file in zip(keys, files, strict=True):
            self._objects.put(key, file.data, content_type=file.media_type)
        return keys

    def exists(self, caller: Caller, object_key: str) -> bool:
        """Whether the caller has such an upload; its file may still be missing."""
        return self._find(caller, object_key)[1] is not None

    def fetch(self, caller: Caller, object_key: str) -> Uploaded:
        """Return the uploaded file.

        Raises
        ------
        UploadNotFound
            If the key belongs to another account, has expired, or is unknown.
        UploadIncomplete
            If no file was uploaded yet.
        Conflict
            If the file was replaced since its first job.
        """
        owner, item = self._find(caller, object_key)
        if item is None:
            raise upload_not_found()
        facts = self._objects.head(object_key)
        declared, filename = str(item["content_type"]), str(item.get("filename") or "")
        if facts is not None and facts.length > self._limits.file_bytes:
            file = self._objects.open(object_key, facts)
            if file is not None:
                _check_unchanged(item, facts.etag)
                data = FileData(file, self._objects.scratch)
                return Uploaded(object_key, b"", declared, owner, filename, data, facts.etag)
        image = self._objects.get(object_key) if facts else None
        if image is None:
            raise UploadIncomplete("No file was uploaded yet. PUT the file to upload_url first.")
        content = content_of(image)
        _check_unchanged(item, content)
        return Uploaded(object_key, image, declared, owner, filename, content=content)

    def _find(self, caller: Caller, object_key: str) -> tuple[str, Item | None]:
        """Find the caller's upload, or an anonymous one, for which the key is enough.

        Version 0.1 stored anonymous uploads under IP address and fingerprint.
        """
        if not _OBJECT_KEY.fullmatch(object_key):
            return "", None
        for owner in dict.fromkeys([caller.owner_of(object_key), object_key, caller.subject]):
            item = self._records.get(_key(owner, object_key))
            if item is not None:
                return owner, item
        return "", None

    def release(self, task: PendingDeletion) -> float | None:
        """Delete the record of an expired upload, or return until when it is needed (Unix seconds).

        An earlier check put the task off until then, since some job records may have expired.
        """
        owner, object_key = task.upload_of or "", task.object_key
        item = self._records.get(_key(owner, object_key))
        if item is None:
            return None
        until = max(self._needed_until(item), task.registered_at)
        if until > self._clock():
            return until
        try:
            self._records.write(_removal(owner, object_key, item))
        except WriteRefused:
            return self._clock() + BUSY_SECONDS  # a job has just claimed it
        return None

    def removal(self, job: Job) -> Delete | None:
        """The change that deletes the record of a job's upload, if no other job needs it.

        ``None`` if one does, or if the job's image is not an upload.
        """
        key = job.input_key
        if key is None or job.id in key:
            return None
        for owner in (job.owner, key):
            item = self._records.get(_key(owner, key))
            if item is not None:
                others = {name: value for name, value in item.items() if job.id not in name}
                needed = self._needed_until(others) > self._clock()
                return None if needed else _removal(owner, key, item)
        return None

    def _needed_until(self, item: Item) -> float:
        """Time from which no job in the record needs the upload; 0 if there is no job."""
        uses = {n.removeprefix(_USE): str(v) for n, v in item.items() if n.startswith(_USE)}
        return max((self._used_until(owner, job) for job, owner in uses.items()), default=0.0)

    def _used_until(self, owner: str, job_id: str) -> float:
        job = self._register.get(owner, job_id)
        if job is None:
            return 0.0  # deleted, or ended so long ago that its record has expired
        if not job.status.ended:
            return self._clock() + BUSY_SECONDS
        return (job.ended_at or 0.0) + USED_SECONDS


def content_of(image: bytes) -> str:
    """A digest of a file that is read whole. Others are identified by their ``etag``."""
    return DIGEST + hashlib.sha256(image).hexdigest()


def _check_unchanged(item: Item, content: str | None) -> None:
    if item.get("content") not in (None, content):
        raise Conflict(
            "The file at this object_key was replaced after a job had used it. Request a new URL "
            "with POST /api/v1/uploads."
        )


def _signed_type(content_type: str) -> str:
    """The type that a PUT must declare: as the caller wrote it, since that is what it will send."""
    given = content_type.strip()
    return given if _PRINTABLE.fullmatch(given) else normalised(given)


def upload_not_found() -> UploadNotFound:
    """The same error for every unknown, expired or foreign key."""
    return UploadNotFound(
        "You have no such upload, or its 15 minutes are over. "
        "Request a new one with POST /api/v1/uploads."
    )


def _removal(owner: str, object_key: str, item: Item) -> Delete:
    """The deletion of an upload's record; refused if a job claimed it after ``item`` was read."""
    return Delete(_key(owner, object_key), only_if={"claimed_by": [item.get("claimed_by")]})


def _key(owner: str, object_key: str) -> Key:
    return Key(f"owner#{owner}", f"upload#{object_key}")
