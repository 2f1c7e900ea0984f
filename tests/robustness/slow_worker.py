"""A worker whose jobs take three leases, and that says so on standard output."""

from __future__ import annotations

import os
import time

from expunge.embedded import worker
from expunge.operations import metadata

run = metadata.run


def slow(*arguments: object) -> object:
    print("in the middle", flush=True)
    time.sleep(3 * float(os.environ["EXPUNGE_JOB_LEASE_SECONDS"]))
    return run(*arguments)  # type: ignore[arg-type]


metadata.run = slow  # type: ignore[assignment]
worker.main()
