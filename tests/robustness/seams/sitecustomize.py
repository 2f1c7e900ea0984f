"""Every Python process under attack loads this first: a clock to step, a source on loopback.

Python imports ``sitecustomize`` at its start; `Machine` puts this folder on the path of its
processes. Without the two variables nothing changes.
"""

import os
import time
from pathlib import Path

if "ATTACK_CLOCK" in os.environ:
    _offset, _real = Path(os.environ["ATTACK_CLOCK"]), time.time
    time.time = lambda: _real() + float(_offset.read_text())

if "ATTACK_SOURCE_PORT" in os.environ:
    from expunge.net.guard import Guard

    Guard.__init__.__defaults__ = (lambda *_: ["127.0.0.1"],)  # type: ignore[misc]
    Guard.__init__.__kwdefaults__ |= {  # type: ignore[operator]
        "also_public": [("127.0.0.1", int(os.environ["ATTACK_SOURCE_PORT"]))]
    }
