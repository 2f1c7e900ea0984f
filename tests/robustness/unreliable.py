"""The embedded server, or a process of it, over stores that fail at random.

``python -m tests.robustness.unreliable SEED RATE serve PORT WORKERS`` or ``… MODULE ARGUMENTS``.
"""

from __future__ import annotations

import faulthandler
import os
import random
import signal
import sys

from expunge import bootstrap
from expunge.embedded import supervisor, web, worker
from expunge.embedded.server import WEB, WORKER, serve
from expunge.logs import configure
from expunge.settings import Settings
from tests.robustness.fire import flaky

faulthandler.register(signal.SIGUSR1)  # tells where each thread is
seed, rate, what, *rest = sys.argv[1:]
luck = random.Random(seed if what == "serve" else f"{seed} {os.getpid()}")
reliable = bootstrap.stores
bootstrap.stores = lambda settings: flaky(reliable(settings), luck, float(rate))
supervisor.command = lambda module, *arguments: (
    *(sys.executable, "-m", "tests.robustness.unreliable", seed, rate), module, *arguments
)  # fmt: skip
if what == WORKER:
    worker.main()
elif what == WEB:
    sys.argv = [what, *rest]
    web.main()
else:
    settings = Settings.from_env(os.environ)
    configure(settings.log_level)
    serve(settings, host="127.0.0.1", port=int(rest[0]), workers=int(rest[1]), web_workers=2)
