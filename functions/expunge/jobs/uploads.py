"""Uploads: a caller asks for an address, puts a file there, and makes jobs of it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from expunge.accounts.counters import QuotaStatus
from expunge.accounts.meter import MeteredCall
from expunge.errors import FieldError, UploadIncomplete, UploadNotFound, ValidationFailed
from expunge.ids import new_id
from expunge.imaging.limits import LIMITS, Limits
from expunge.imaging.media_types import EXTENSIONS, normalised
from expunge.stores.ports import Key, Put, SignedRequest

if TYPE_CHECKING:
    from collections.abc import Callable

    from expunge.accounts.callers import Caller
    from expunge.accounts.meter import Meter
    from expunge.stores.ports import Objects, Records

_OBJECT_KEY = re.compile(r"in/[A-Za-z0-9/_.-]{1,200}")
"""What keys that this service assigns look like."""

UPLOAD_SECONDS = 15 * 60
"""How long an upload's address works, and how long a job may be made of what was put there."""


@dataclass(frozen=True, slots=True)
class Upload:
    """A place to put one file, and the request that puts it there."""

    object_key: str
    request: SignedRequest
    quotas: tuple[QuotaStatus, ...] = ()
    """How the caller stands with the limit of uploads."""


@dataclass(frozen=True, slots=True)
class Uploaded:
    """A file that was put, and the type its sender declared."""

    object_key: str
    data: bytes
    declared: str


class Uploads:
    """Hands out upload addresses and fetches what was put there."""

    def __init__(
        self,
        records: Records,
        objects: Objects,
        meter: Meter,
        clock: Callable[[], float],
        limits: Limits = LIMITS,
    ) -> None:
        self._records = records
        self._objects = objects
        self._meter = meter
        self._clock = clock
        self._limits = limits

    def create(self, caller: Caller, *, content_type: str, size: int) -> Upload:
        """An address for exactly ``size`` bytes of ``content_type``, open for 15 minutes.

        Raises
        ------
        ValidationFailed
            For a type that is not taken, or an empty file.
        PayloadTooLarge
            For a size over the limit.
        LimitReached
            For one upload too many.
        """
        self._limits.check_bytes(size)
        if size < 1:
            raise ValidationFailed(FieldError("/size", "must be at least 1 byte"))
        content_type = normalised(content_type)
        if content_type not in EXTENSIONS:
            known = ", ".join(EXTENSIONS)
            raise ValidationFailed(FieldError("/content_type", f"must be one of {known}"))
        now = self._clock()
        day = datetime.fromtimestamp(now, UTC).date().isoformat()
        key = f"in/{day}/{new_id('up', now)}.{EXTENSIONS[content_type]}"
        request = self._objects.presign_put(
            key, content_type=content_type, length=size, expires_in=UPLOAD_SECONDS
        )
        upload = Put(
            _key(caller, key),
            {"content_type": content_type, "size": size},
            expires_at=int(now) + UPLOAD_SECONDS,
        )
        quotas = self._meter.take(caller, MeteredCall("uploads"), upload)
        return Upload(key, request, quotas)

    def fetch(self, caller: Caller, object_key: str) -> Uploaded:
        """What the caller put there.

        Raises
        ------
        UploadNotFound
            For a key that is somebody else's, expired, or never was.
        UploadIncomplete
            Where nothing has been put yet.
        """
        known = _OBJECT_KEY.fullmatch(object_key)
        item = self._records.get(_key(caller, object_key)) if known else None
        if item is None:
            raise UploadNotFound(
                "There is no such upload of yours, or its 15 minutes are over. "
                "Ask POST /api/v1/uploads for a new one."
            )
        facts = self._objects.head(object_key)
        data = self._objects.get(object_key) if facts else None
        if data is None:
            raise UploadIncomplete(
                "Nothing has been put at this upload's address yet. "
                "PUT the file to upload_url first."
            )
        return Uploaded(object_key, data, str(item["content_type"]))


def _key(caller: Caller, object_key: str) -> Key:
    return Key(f"owner#{caller.subject}", f"upload#{object_key}")
