"""Lambda entry points.

The garbage collector is off while a handler is imported: what an import makes stays for the
process's life, and to look through it again and again took a tenth of a cold start.
"""

from __future__ import annotations

import gc

gc.disable()


def imported() -> None:
    """Turn the garbage collector on, for what requests make; a handler's last line."""
    gc.freeze()
    gc.enable()
