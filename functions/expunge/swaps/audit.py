"""The audit of swaps: who made which result of which inputs, when, with which statement.

Hashes alone, no image. An entry is in its account's partition, so it goes with the account. Others
point to it: the operator's list, the result's SHA-256, and for each hash of a whole picture four
parts of it, one of which a copy most likely has unchanged.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

from expunge.stores.fields import known
from expunge.stores.ports import Delete, Key, Put

if TYPE_CHECKING:
    from collections.abc import Iterator

    from expunge.stores.ports import Change, Item, Records

ENTRY = "swapped#"
"""How the sort keys of entries begin."""
_LIST = "swap-audit"
BANDS, BAND_BITS = 4, 16
"""Parts of a whole picture's hash. A copy whose hash differs in fewer bits than there are parts
has one of them unchanged."""
MAX_CANDIDATES = 200
"""Newest results with the same part of a hash that a picture is compared with."""
MAX_SAME = 25
"""Newest swaps of the same result that are shown."""


@dataclass(frozen=True, slots=True)
class Swap:
    """One audit entry."""

    job: str
    owner: str
    key: str | None
    """The id of the API key; ``None`` for a session."""
    made_at: float
    """Unix seconds."""
    inputs: dict[str, str]
    """SHA-256 by name: ``target``, and those of the faces."""
    result: str
    """SHA-256 of the result."""
    consent: str | None
    looks: list[dict[str, Any]] = field(default_factory=list)
    """For each shot by which copies are known: ``wholes``, the hashes of the picture and of its
    mirror image, as hexadecimal digits; and ``faces``, with the fields of
    `expunge.imaging.safety.fingerprint.Face` of each swapped face."""

    def changes(self, expires_at: int) -> list[Change]:
        """The changes that store the entry and what points to it."""
        pointer: Item = {"owner": self.owner, "job": self.job}
        puts = [
            Put(key, pointer | more, expires_at=expires_at)
            for key, more in self._pointers().items()
        ]
        return [Put(_key(self.owner, self.job), asdict(self), expires_at=expires_at), *puts]

    def removal(self) -> list[Change]:
        """The changes that delete what points to the entry."""
        return [Delete(key) for key in self._pointers()]

    def _pointers(self) -> dict[Key, Item]:
        """What points to the entry, with more that it holds."""
        found: dict[Key, Item] = {Key(_LIST, self.job): {}, Key(_result(self.result), self.job): {}}
        for number, look in enumerate(self.looks):
            for band in (band for whole in look["wholes"] for band in bands(whole)):
                found[Key(band, f"{self.job}#{number}")] = {"faces": look["faces"]}
        return found

    @classmethod
    def of(cls, item: Item) -> Swap:
        return cls(**known(cls, item))


class Audit:
    """Reads entries."""

    def __init__(self, records: Records) -> None:
        self._records = records

    def is_empty(self) -> bool:
        """Whether there is no entry at all."""
        return not self._records.query(_LIST, limit=1).entries

    def page(self, limit: int, cursor: str | None = None) -> tuple[list[Swap], str | None]:
        """The newest entries of all accounts, and the cursor of the next page."""
        page = self._records.query(_LIST, limit=limit, cursor=cursor, newest_first=True)
        return self._read(item for _, item in page.entries), page.cursor

    def with_result(self, digest: str) -> list[Swap]:
        """The swaps that made a file with this SHA-256, the newest first."""
        page = self._records.query(_result(digest), limit=MAX_SAME, newest_first=True)
        return self._read(item for _, item in page.entries)

    def looking_like(self, whole: str) -> list[dict[str, Any]]:
        """What points to swaps whose results share a part of the hash of a whole picture.

        Each item has ``owner``, ``job`` and the ``faces`` of one look.
        """
        found: dict[str, dict[str, Any]] = {}
        for band in bands(whole):
            page = self._records.query(band, limit=MAX_CANDIDATES, newest_first=True)
            found |= dict(page.entries)
        return list(found.values())

    def pointed(self, item: Item) -> Swap | None:
        """The entry that such an item points to."""
        return next(iter(self._read(iter((item,)))), None)

    def _read(self, pointers: Iterator[Item]) -> list[Swap]:
        keys = [_key(str(item["owner"]), str(item["job"])) for item in pointers]
        return [Swap.of(item) for item in map(self._records.get, keys) if item is not None]


def bands(whole: str) -> list[str]:
    """The partitions of a whole picture's hash."""
    width = BAND_BITS // 4
    parts = (whole[at * width : (at + 1) * width] for at in range(BANDS))
    return [f"swap-looks#{at}{part}" for at, part in enumerate(parts)]


def _key(owner: str, job: str) -> Key:
    return Key(f"owner#{owner}", f"{ENTRY}{job}")


def _result(digest: str) -> str:
    return f"swap-result#{digest}"
