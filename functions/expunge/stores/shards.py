"""Partitions that share the entries of one kind.

A DynamoDB partition takes about 1,000 write units and 3,000 read units a second. So entries that
all callers' requests write are spread over many partitions, and whoever looks for them reads all.
"""

from __future__ import annotations

import random
import zlib
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Shards:
    """The partitions of one kind of entries.

    Attributes
    ----------
    former
        Partitions in which earlier versions stored such entries; they are still read.
    """

    prefix: str
    count: int
    former: tuple[str, ...] = ()

    def of(self, name: str) -> str:
        """The partition of the entry with this name."""
        return f"{self.prefix}#{zlib.crc32(name.encode()) % self.count:02x}"

    def all(self) -> tuple[str, ...]:
        """Every partition that may hold entries."""
        own = (f"{self.prefix}#{shard:02x}" for shard in range(self.count))
        return (*own, *self.former)

    def from_random(self) -> tuple[str, ...]:
        """The same, from a random one on.

        A sweep that runs out of time does not always leave out the same ones, and sweeps that run
        at once do not meet.
        """
        partitions = self.all()
        start = random.randrange(len(partitions))  # noqa: S311  no secret depends on it
        return partitions[start:] + partitions[:start]
