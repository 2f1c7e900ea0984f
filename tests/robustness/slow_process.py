"""An image process that hangs in ``detect``, and dies in ``visible``."""

from __future__ import annotations

import os
import signal
import time

from expunge.embedded.pool import process
from expunge.operations import detect, visible


def stuck(*_: object) -> None:
    time.sleep(600)


def dying(*_: object) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


detect.run = stuck
visible.run = dying
process.main()
