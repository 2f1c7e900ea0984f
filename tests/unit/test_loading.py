"""Modules that load on first use, from many threads at once."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import expunge

FIRST_REQUESTS = """
import sys, threading
from expunge.imaging.containers.formats import FORMATS
from expunge.operations import MODES

sys.setswitchinterval(1e-6)
ready, failed = threading.Barrier(16), []

def first(load):
    ready.wait()
    try:
        load()
    except BaseException as error:
        failed.append(repr(error))

loads = [lambda f=f: f.container for f in FORMATS]
loads += [lambda m=m: m.operation for m in MODES.values()]
threads = [threading.Thread(target=first, args=(loads[n % len(loads)],)) for n in range(16)]
[thread.start() for thread in threads]
[thread.join() for thread in threads]
sys.exit("; ".join(failed) or 0)
"""


def test_the_first_requests_of_a_server_may_come_together() -> None:
    for _ in range(3):
        done = subprocess.run(
            [sys.executable, "-c", FIRST_REQUESTS],
            check=False,
            capture_output=True,
            text=True,
            env={"PYTHONPATH": ":".join(sys.path)},
            cwd=Path(expunge.__file__).parent,
            timeout=60,
        )
        assert done.returncode == 0, done.stderr[-2000:]
