"""A worker whose jobs run in parts. It prints the name of each, and hangs in the one `STUCK`."""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from expunge.embedded import worker
from expunge.imaging.data import FileData
from expunge.operations import Mode
from expunge.operations.outcome import Outcome
from tests.samples.parts import made_of

if TYPE_CHECKING:
    from expunge.operations.parts import Part


def run_part(
    mode: Any, source: Any, options: Any, part: Part, before: Callable[..., Any], progress: Any
) -> Any:
    name = f"{part.stage}-{part.index}"
    print(name, flush=True)
    if name == os.environ.get("STUCK"):
        time.sleep(600)
    made = made_of(part, [file[:] for file in before(part.stage - 1)] if part.stage else [])
    if part.is_last:
        return Outcome(made, "image/jpeg", {"changed": True})
    file = tempfile.TemporaryFile()  # noqa: SIM115  the engine closes it
    file.write(made)
    return FileData(file)


Mode.run_part = run_part  # type: ignore[method-assign]
worker.main()
