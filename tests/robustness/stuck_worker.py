"""A worker that stops in the middle of its first job, and says so on standard output."""

from __future__ import annotations

import time

from expunge.embedded import worker
from expunge.operations import metadata


def stuck(*_: object) -> None:
    print("in the middle", flush=True)
    time.sleep(600)


metadata.run = stuck
worker.main()
