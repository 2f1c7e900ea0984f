"""The modes: one module for each operation that a job can run.

Each module defines ``run(source, options) -> Outcome``. If the mode does not support every image,
its module also defines ``check(source, options)``, which rejects inputs by the file's structure
alone. If the mode is ``stepwise``, ``run`` also takes a `Progress`. The module is imported when the
mode is first used, so a light mode does not load the libraries of a heavy one. The options of each
mode are a pydantic model in ``options/``, which HTTP, the command line and the library share.

`mode` says what a mode is, `modes` has the table of them, and `standalone` runs one outside of a
service.
"""

from expunge.operations.mode import Group, Mode
from expunge.operations.modes import (
    CONVERT,
    EXAMINE,
    FINGERPRINT,
    INTERNAL,
    MODES,
    SCAN,
    check_input,
    check_scope,
    enabled_mode,
    mode_named,
    runnable,
)  # fmt: skip
from expunge.operations.standalone import companions_of, run

__all__ = [
    "CONVERT", "EXAMINE", "FINGERPRINT", "INTERNAL", "MODES", "SCAN", "Group", "Mode",
    "check_input", "check_scope", "companions_of", "enabled_mode", "mode_named", "run", "runnable",
]  # fmt: skip
